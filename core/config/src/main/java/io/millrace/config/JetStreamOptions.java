package io.millrace.config;

import org.jspecify.annotations.Nullable;

/**
 * The jetstream block.
 *
 * @param storeDir null for the default place
 * @param maxMemory bytes; -1 for a share of the machine's
 * @param maxStore bytes; -1 for a share of the disk's
 * @param syncIntervalNanos 0 for a sync before every acknowledgement, our default
 */
public record JetStreamOptions(
        boolean enabled,
        @Nullable String storeDir,
        long maxMemory,
        long maxStore,
        @Nullable String domain,
        boolean strict,
        long syncIntervalNanos) {
    static final JetStreamOptions DEFAULTS =
            new JetStreamOptions(false, null, -1, -1, null, true, 0);
}
