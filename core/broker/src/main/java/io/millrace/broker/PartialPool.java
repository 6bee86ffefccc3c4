package io.millrace.broker;

/**
 * The arrays in which connections keep operations of which only a part has arrived: lends them, and
 * keeps some that are not in use. Owned by the loop.
 */
/* Without it a stream of messages of 1 MB is as much garbage as messages, of a kind that the
 * collector moves to where it looks last: the process grew to a gigabyte. Sizes are powers of two
 * and three steps between them, so that few different ones are asked for and a peer makes us hold a
 * quarter more than it sent at most. What is kept is bounded in number and in bytes; the array that
 * was kept first makes room. */
final class PartialPool {
    private static final int SMALLEST_BYTES = 512;
    private static final int STEPS = 4;
    private static final int KEPT = 64;
    private static final int KEPT_BYTES = 8 * 1024 * 1024;
    private static final byte[] NONE = {};
    private static final int ARRAY_BYTES_MAX = Integer.MAX_VALUE - 8;

    private final byte[][] kept = new byte[KEPT][];
    private int keptCount;
    private long keptBytes;

    /** An array of at least so many bytes, with anything in it. */
    byte[] lend(int bytes) {
        int size = sizeFor(bytes);
        for (int i = keptCount - 1; i >= 0; i--) {
            if (kept[i].length == size) {
                return take(i);
            }
        }
        return new byte[size];
    }

    void giveBack(byte[] array) {
        if (array.length > KEPT_BYTES) {
            return;
        }
        while (keptCount == KEPT || keptBytes + array.length > KEPT_BYTES) {
            take(0);
        }
        kept[keptCount++] = array;
        keptBytes += array.length;
    }

    private byte[] take(int index) {
        byte[] array = kept[index];
        keptCount--;
        System.arraycopy(kept, index + 1, kept, index, keptCount - index);
        kept[keptCount] = NONE;
        keptBytes -= array.length;
        return array;
    }

    private static int sizeFor(int bytes) {
        if (bytes <= SMALLEST_BYTES) {
            return SMALLEST_BYTES;
        }
        long step = Integer.highestOneBit(bytes) / STEPS;
        return (int) Math.min((bytes + step - 1) / step * step, ARRAY_BYTES_MAX);
    }
}
