package io.millrace.broker;

/**
 * The outbound buffers of all connections of a loop: lends them, keeps some that are not in use,
 * and says how much a slow reader may hold. Owned by the loop. Two sizes: most turns give a
 * receiver a few hundred bytes, a fan-out many thousands.
 */
/* max_pending bounds one reader, but not many of them together: twenty that stop reading would
 * hold more than a small heap. So there is a budget for all. While it is not spent, a reader may
 * have what max_pending says; when it is, those who wait share it equally, and whoever has more
 * than his share is treated as too slow. */
final class ChunkPool {
    static final int SMALL_BYTES = 4 * 1024;
    static final int LARGE_BYTES = 64 * 1024;
    private static final int SMALL_KEPT = 512;
    private static final int LARGE_KEPT = 128;

    private final long budgetBytes;
    private final byte[][] small = new byte[SMALL_KEPT][];
    private final byte[][] large = new byte[LARGE_KEPT][];
    private int smallCount;
    private int largeCount;
    private long lentBytes;
    private int waiting;

    /**
     * @param budgetBytes what all connections together may hold before the slow ones have to share
     */
    ChunkPool(long budgetBytes) {
        this.budgetBytes = budgetBytes;
    }

    byte[] small() {
        lentBytes += SMALL_BYTES;
        return smallCount > 0 ? small[--smallCount] : new byte[SMALL_BYTES];
    }

    byte[] large() {
        lentBytes += LARGE_BYTES;
        return largeCount > 0 ? large[--largeCount] : new byte[LARGE_BYTES];
    }

    void giveBack(byte[] chunk) {
        lentBytes -= chunk.length;
        if (chunk.length == SMALL_BYTES) {
            if (smallCount < SMALL_KEPT) {
                small[smallCount++] = chunk;
            }
        } else if (chunk.length == LARGE_BYTES && largeCount < LARGE_KEPT) {
            large[largeCount++] = chunk;
        }
    }

    /** A connection has more than one buffer now, because its peer takes nothing. */
    void startsToWait() {
        waiting++;
    }

    void waitsNoLonger() {
        waiting--;
    }

    long lentBytes() {
        return lentBytes;
    }

    /** The most that may wait for one reader at this moment. */
    long shareBytes() {
        return lentBytes <= budgetBytes ? Long.MAX_VALUE : budgetBytes / Math.max(1, waiting);
    }
}
