package io.millrace.monitor.metrics;

import java.util.concurrent.atomic.LongAdder;

/** How often metrics were made, and how long that took. Any thread. */
final class ScrapeCounts {
    private static final double SECOND = 1e9;

    private final LongAdder count = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    void made(long tookNanos) {
        count.increment();
        nanos.add(tookNanos);
    }

    long count() {
        return count.sum();
    }

    double seconds() {
        return nanos.sum() / SECOND;
    }
}
