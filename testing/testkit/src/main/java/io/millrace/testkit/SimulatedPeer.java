package io.millrace.testkit;

import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of a simulated connection: the server's transport, and the client that a test plays.
 */
public final class SimulatedPeer implements Transport {
    private final ByteQueue toServer = new ByteQueue();
    private final ByteQueue toClient = new ByteQueue();
    private @Nullable TransportHandler handler;
    private int receiveMax = Integer.MAX_VALUE;
    private long room = Long.MAX_VALUE;
    private boolean reading = true;
    private boolean writing;
    private boolean clientGone;
    private boolean endSeen;
    private boolean closed;
    private boolean broken;
    private long received;
    private LongConsumer onReceive = total -> {};

    /**
     * Tells how many bytes the server has taken in all, just before it acts on them; -1: the end.
     */
    public void onReceive(LongConsumer watcher) {
        onReceive = watcher;
    }

    void handle(TransportHandler above) {
        handler = above;
    }

    // the client's end

    /** Hands bytes to the server; they are read in the next turn. */
    public void say(String text) {
        say(text.getBytes(StandardCharsets.UTF_8));
    }

    public void say(byte[] bytes) {
        toServer.add(bytes, 0, bytes.length);
    }

    /** Everything that has arrived since it was asked last. */
    public String heard() {
        return new String(heardBytes(), StandardCharsets.UTF_8);
    }

    /** The same as bytes. */
    public byte[] heardBytes() {
        byte[] all = new byte[toClient.size()];
        toClient.take(all, 0, all.length);
        return all;
    }

    /** Takes what has arrived without looking at it; how many bytes it was. */
    public int forget() {
        int size = toClient.size();
        toClient.drop(size);
        return size;
    }

    /** From now on the server reads at most so many bytes at once. */
    public void sayInPieces(int bytes) {
        receiveMax = bytes;
    }

    /** From now on the client takes so many bytes and not one more. */
    public void takeOnly(long bytes) {
        room = bytes;
    }

    public void takeEverything() {
        room = Long.MAX_VALUE;
    }

    /** The client ends its stream. */
    public void leave() {
        clientGone = true;
    }

    /** Every further call of the server fails, as on a connection that was reset. */
    public void breakDown() {
        broken = true;
    }

    /** Whether the server has closed the connection. */
    public boolean isClosed() {
        return closed;
    }

    boolean isForgotten() {
        return closed && toClient.size() == 0;
    }

    // the loop's view

    /** Calls the handler for what it waits for; whether there was anything. */
    boolean callReady() {
        TransportHandler above = handler;
        boolean busy = false;
        if (above == null) {
            return false;
        }
        if (!closed && writing && (room > 0 || broken)) {
            above.writable();
            busy = true;
        }
        if (!closed && reading && (toServer.size() > 0 || (clientGone && !endSeen) || broken)) {
            above.readable();
            busy = true;
        }
        return busy;
    }

    // the server's end

    @Override
    public int receive(byte[] into, int offset, int length) throws IOException {
        if (broken) {
            onReceive.accept(-1);
        }
        check();
        int count = Math.min(Math.min(length, receiveMax), toServer.size());
        if (count == 0 && clientGone) {
            endSeen = true;
            onReceive.accept(-1);
            return -1;
        }
        toServer.take(into, offset, count);
        received += count;
        onReceive.accept(received);
        return count;
    }

    @Override
    public int send(byte[] from, int offset, int length) throws IOException {
        check();
        int count = (int) Math.min(length, room);
        room = room == Long.MAX_VALUE ? room : room - count;
        toClient.add(from, offset, count);
        return count;
    }

    private void check() throws IOException {
        if (closed || broken) {
            throw new IOException("Connection reset by peer");
        }
    }

    @Override
    public void armWriting(boolean wanted) {
        writing = wanted;
    }

    @Override
    public void armReading(boolean wanted) {
        reading = wanted;
    }

    @Override
    public void close() {
        closed = true;
    }

    @Override
    public String remoteHost() {
        return "127.0.0.1";
    }

    @Override
    public int remotePort() {
        return 1;
    }

    @Override
    public String localHost() {
        return "127.0.0.1";
    }

    /** Bytes on their way; allocates only while it grows. */
    private static final class ByteQueue {
        private byte[] bytes = new byte[1024];
        private int start;
        private int end;

        int size() {
            return end - start;
        }

        void add(byte[] from, int offset, int length) {
            if (end + length > bytes.length) {
                int size = size();
                byte[] target =
                        size + length > bytes.length
                                ? new byte[Math.max(size + length, bytes.length * 2)]
                                : bytes;
                System.arraycopy(bytes, start, target, 0, size);
                bytes = target;
                start = 0;
                end = size;
            }
            System.arraycopy(from, offset, bytes, end, length);
            end += length;
        }

        void take(byte[] into, int offset, int length) {
            System.arraycopy(bytes, start, into, offset, length);
            drop(length);
        }

        void drop(int length) {
            start += length;
            if (start == end) {
                start = 0;
                end = 0;
            }
        }

        @Override
        public String toString() {
            return new String(Arrays.copyOfRange(bytes, start, end), StandardCharsets.UTF_8);
        }
    }
}
