package io.millrace.broker;

import io.millrace.runtime.Clock;

/** Time that stands still until a test moves it. Owned by one test. */
final class ManualClock implements Clock {
    private static final long START_EPOCH_NANOS = 1_700_000_000_000_000_000L;

    private long nanos;

    void advance(long more) {
        nanos += more;
    }

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochNanos() {
        return START_EPOCH_NANOS + nanos;
    }
}
