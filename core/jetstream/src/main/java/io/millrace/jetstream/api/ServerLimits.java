package io.millrace.jetstream.api;

/**
 * What the server's operator allows every account; zero for no limit. Any thread.
 *
 * @param maxAckPending unacknowledged messages of one consumer
 * @param maxRequestBatch messages of one pull request
 * @param duplicateWindowNanos how long a stream may look for duplicates
 * @param defaultMaxConsumers consumers of a stream that names no limit itself
 * @param maxPayload bytes of one message
 */
public record ServerLimits(
        long maxAckPending,
        long maxRequestBatch,
        long duplicateWindowNanos,
        long defaultMaxConsumers,
        long maxPayload) {
    /** Everything is allowed. */
    public static final ServerLimits NONE = new ServerLimits(0, 0, 0, 0, 0);
}
