package io.millrace.runtime;

/**
 * One appointment in a {@link Timers}. Subclass it where the state already lives, so that an idle
 * connection pays for one object, not for a closure and a handle. Owned by the loop of its timers.
 */
public abstract class Timer {
    static final int NOT_SCHEDULED = -1;

    long deadlineNanos;
    int position = NOT_SCHEDULED;

    /** Runs once on the owning loop, at or after the time asked for. */
    protected abstract void fire();

    /** Whether the appointment is still to come. */
    public final boolean isScheduled() {
        return position != NOT_SCHEDULED;
    }
}
