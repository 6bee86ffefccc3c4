package io.millrace.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Where a loop's reads go: one buffer for all of its connections. Owned by the loop. */
/* A call of the system costs as much as reading some 16 KB, so under load a large room is worth 10
 * to 20 % of the CPU; an idle server has no use for it. The room grows while reads fill it. One
 * connection may take all of it in a turn only when few others have something: they would wait. */
final class ReceiveRoom {
    private static final int LEAST_BYTES = 64 * 1024;
    private static final int MOST_BYTES = 512 * 1024;

    private byte[] bytes = new byte[LEAST_BYTES];
    private ByteBuffer direct = ByteBuffer.allocateDirect(LEAST_BYTES);
    private int readsOfTurn;
    private int share = MOST_BYTES;

    /** Valid until the next read. */
    byte[] bytes() {
        return bytes;
    }

    /** A turn begins: as many reads as in the last one are to be expected. */
    void beginTurn() {
        share = Math.max(LEAST_BYTES, MOST_BYTES / Math.max(1, readsOfTurn));
        readsOfTurn = 0;
    }

    /** Reads from a channel into native memory, as it must be, and from there to its place. */
    int receive(SocketChannel channel, byte[] into, int offset, int length) throws IOException {
        readsOfTurn++;
        ByteBuffer room = direct;
        room.clear().limit(Math.min(Math.min(length, share), room.capacity()));
        int count = channel.read(room);
        if (count > 0) {
            room.get(0, into, offset, count);
            if (count == room.capacity() && count < MOST_BYTES) {
                grow();
            }
        }
        return count;
    }

    private void grow() {
        int larger = bytes.length * 2;
        bytes = new byte[larger];
        direct = ByteBuffer.allocateDirect(larger);
    }
}
