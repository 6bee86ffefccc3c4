package io.millrace.config;

/**
 * What JetStream grants an account; less than 0 is no bound but the server's. Immutable.
 *
 * @param maxMemory bytes
 * @param maxStore bytes
 * @param memMaxStreamBytes of one stream in memory
 * @param storeMaxStreamBytes of one stream on the disk
 * @param maxAckPending of one consumer
 * @param maxBytesRequired whether a stream has to name its bound
 */
public record AccountJetStream(
        long maxMemory,
        long maxStore,
        int maxStreams,
        int maxConsumers,
        long memMaxStreamBytes,
        long storeMaxStreamBytes,
        int maxAckPending,
        boolean maxBytesRequired) {
    /** All that the server has. */
    public static final AccountJetStream UNLIMITED =
            new AccountJetStream(-1, -1, -1, -1, -1, -1, -1, false);
}
