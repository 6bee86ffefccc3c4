package io.millrace.jetstream;

import io.millrace.config.AccountJetStream;

/**
 * What one account may use of JetStream; -1 for no limit. Immutable.
 *
 * @param maxBytesRequired whether every stream has to name its maximum of bytes
 */
record AccountLimits(
        long maxMemory,
        long maxStorage,
        long maxStreams,
        long maxConsumers,
        long maxAckPending,
        long memoryMaxStreamBytes,
        long storageMaxStreamBytes,
        boolean maxBytesRequired) {
    static final AccountLimits NONE = new AccountLimits(-1, -1, -1, -1, -1, -1, -1, false);

    static AccountLimits of(AccountJetStream configured) {
        return new AccountLimits(
                configured.maxMemory(),
                configured.maxStore(),
                configured.maxStreams(),
                configured.maxConsumers(),
                configured.maxAckPending(),
                configured.memMaxStreamBytes(),
                configured.storeMaxStreamBytes(),
                configured.maxBytesRequired());
    }
}
