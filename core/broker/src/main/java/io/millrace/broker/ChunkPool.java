package io.millrace.broker;

/**
 * Outbound buffers that are not in use: an idle connection holds none. Owned by the loop. Two
 * sizes: most turns give a receiver a few hundred bytes, a fan-out many thousands.
 */
final class ChunkPool {
    static final int SMALL_BYTES = 4 * 1024;
    static final int LARGE_BYTES = 64 * 1024;
    private static final int SMALL_KEPT = 512;
    private static final int LARGE_KEPT = 32;

    private final byte[][] small = new byte[SMALL_KEPT][];
    private final byte[][] large = new byte[LARGE_KEPT][];
    private int smallCount;
    private int largeCount;

    byte[] small() {
        return smallCount > 0 ? small[--smallCount] : new byte[SMALL_BYTES];
    }

    byte[] large() {
        return largeCount > 0 ? large[--largeCount] : new byte[LARGE_BYTES];
    }

    void giveBack(byte[] chunk) {
        if (chunk.length == SMALL_BYTES) {
            if (smallCount < SMALL_KEPT) {
                small[smallCount++] = chunk;
            }
        } else if (chunk.length == LARGE_BYTES && largeCount < LARGE_KEPT) {
            large[largeCount++] = chunk;
        }
    }
}
