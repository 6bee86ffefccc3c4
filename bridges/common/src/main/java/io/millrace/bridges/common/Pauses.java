package io.millrace.bridges.common;

/** Waiting that ends at once when the program is asked to end. Any thread. */
public interface Pauses {
    /**
     * Waits.
     *
     * @return false when the program is ending: the caller leaves
     */
    boolean pause(long nanos) throws InterruptedException;

    boolean isEnding();
}
