package io.millrace.runtime;

/**
 * One owner of mutable state: whatever belongs to a loop is touched by the loop alone. Other
 * threads hand work over with {@link #execute}.
 */
public interface Loop {
    /**
     * Runs {@code task} on this loop, after everything handed over before. Any thread. A task
     * handed to a loop that has ended is dropped.
     */
    void execute(Runnable task);

    /** The appointments of this loop; owned by it. */
    Timers timers();

    /** Whether the caller is this loop. */
    boolean isCurrent();

    default Clock clock() {
        return timers().clock();
    }
}
