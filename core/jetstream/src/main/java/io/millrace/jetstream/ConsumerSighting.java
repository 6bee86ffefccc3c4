package io.millrace.jetstream;

/**
 * One consumer as a survey saw it. Immutable: any thread.
 *
 * @param oldestNanos when the oldest message was stored that it is not through with, since 1970; 0
 *     when it is through with all
 */
public record ConsumerSighting(ConsumerView view, long oldestNanos) {
    /** How long that message has waited at the time of the survey, in nanoseconds. */
    public long lagNanos() {
        return oldestNanos == 0 ? 0 : Math.max(0, view.nowNanos() - oldestNanos);
    }
}
