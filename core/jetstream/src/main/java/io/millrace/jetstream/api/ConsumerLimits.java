package io.millrace.jetstream.api;

/**
 * What the consumers of a stream may ask for, and what they get when they ask for nothing. Any
 * thread.
 *
 * @param inactiveThresholdNanos zero for no limit
 * @param maxAckPending zero for no limit
 */
public record ConsumerLimits(long inactiveThresholdNanos, long maxAckPending) {
    /** No limits. */
    public static final ConsumerLimits NONE = new ConsumerLimits(0, 0);
}
