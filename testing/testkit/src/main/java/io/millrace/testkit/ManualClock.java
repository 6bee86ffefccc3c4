package io.millrace.testkit;

import io.millrace.runtime.Clock;
import java.time.Duration;

/** A clock that stands still until the test moves it. Any thread. */
public final class ManualClock implements Clock {
    private volatile long nanos = 1_000_000_000L;
    private volatile long epochNanos = 1_800_000_000_000_000_000L;

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public long epochNanos() {
        return epochNanos;
    }

    /** Lets time pass. */
    public synchronized void advance(Duration duration) {
        nanos = nanos + duration.toNanos();
        epochNanos = epochNanos + duration.toNanos();
    }

    /** Sets the wall clock, as somebody may do; the monotonic one goes on. */
    public synchronized void setEpochNanos(long epochNanos) {
        this.epochNanos = epochNanos;
    }
}
