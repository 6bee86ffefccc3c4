package io.millrace.jetstream;

import io.millrace.config.JetStreamLimits;
import java.util.function.Supplier;

/**
 * How many batches may be open, and wait with how much, over all streams of a server. Loop only.
 */
/* nats-server keeps such messages on disk. Here they wait in memory, as they are worth nothing
 * before their commit; so beside their number their bytes have a bound, a share of the heap. */
final class StagingRoom {
    private static final int SHARE_OF_HEAP = 16;
    private static final long LEAST_BYTES = 4 << 20;
    private static final int FAST_BATCHES_MAX = 50_000;

    private final Supplier<JetStreamLimits.Batch> limits;
    private final long bytesMax;
    private int batches;
    private int fastBatches;
    private long bytes;

    StagingRoom(Supplier<JetStreamLimits.Batch> limits) {
        this.limits = limits;
        this.bytesMax = Math.max(LEAST_BYTES, Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    JetStreamLimits.Batch limits() {
        return limits.get();
    }

    /** Room for one more batch; false when there is none. */
    boolean enter() {
        if (batches >= limits().maxInflightTotal()) {
            return false;
        }
        batches++;
        return true;
    }

    /** Room for a message of a batch; false when there is none. */
    boolean take(long size) {
        if (bytes + size > bytesMax) {
            return false;
        }
        bytes += size;
        return true;
    }

    /** A batch has come to its end. */
    void leave(long size) {
        batches--;
        bytes -= size;
    }

    /**
     * Room for one more fast batch, which keeps nothing but its state; false when there is none.
     */
    boolean enterFast() {
        if (fastBatches >= FAST_BATCHES_MAX) {
            return false;
        }
        fastBatches++;
        return true;
    }

    void leaveFast() {
        fastBatches--;
    }
}
