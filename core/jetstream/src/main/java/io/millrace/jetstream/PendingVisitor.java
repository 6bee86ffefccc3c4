package io.millrace.jetstream;

/** Is shown messages that wait for an acknowledgement, one after the other. */
@FunctionalInterface
interface PendingVisitor {
    /**
     * One message; the parameters are all that is known of it.
     *
     * @param consumerSequence that of the first delivery
     * @param deliveredAtNanos when it was last delivered, since the epoch
     * @param deliveries how often it was delivered
     */
    void pending(long streamSequence, long consumerSequence, long deliveredAtNanos, int deliveries);
}
