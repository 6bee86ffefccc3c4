package io.millrace.config;

/**
 * Bounds of what clients may ask of JetStream. Immutable.
 *
 * @param maxAckPending default and most of a consumer; 0 or less for the customary default and no
 *     bound
 * @param maxHaAssets replicated assets of a server; 0 or less for any number
 * @param maxRequestBatch default and most of a consumer; 0 or less for no bound
 * @param duplicateWindowNanos default and most of a stream; 0 or less for the customary default and
 *     no bound
 * @param defaultMaxConsumers of a stream, where neither it nor its account says; less than 0 for
 *     any number
 */
public record JetStreamLimits(
        int maxAckPending,
        int maxHaAssets,
        int maxRequestBatch,
        long duplicateWindowNanos,
        int defaultMaxConsumers,
        Batch batch) {
    public static final JetStreamLimits DEFAULTS =
            new JetStreamLimits(0, 0, 0, 0, 1000, Batch.DEFAULTS);

    /**
     * Bounds of atomic batches.
     *
     * @param maxMsgs messages of one batch
     * @param timeoutNanos after which a batch without news is given up
     */
    public record Batch(
            int maxInflightPerStream, int maxInflightTotal, int maxMsgs, long timeoutNanos) {
        public static final Batch DEFAULTS = new Batch(50, 1000, 1000, 10_000_000_000L);
    }
}
