package io.millrace.runtime;

/**
 * The only door to time. Logic takes a clock and never asks the system, so that a test can move it.
 *
 * <p>Any thread may read it.
 */
public interface Clock {
    /** Monotonic nanoseconds from an arbitrary origin; only differences mean something. */
    long nanoTime();

    /** Wall-clock nanoseconds since 1970-01-01T00:00:00Z; may jump when somebody sets the clock. */
    long epochNanos();

    /** The machine's own clock. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
