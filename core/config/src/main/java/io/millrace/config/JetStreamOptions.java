package io.millrace.config;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The jetstream block. Immutable.
 *
 * @param storeDir as configured; null for the default place
 * @param maxMemory bytes; -1 for a share of the machine's
 * @param maxStore bytes; -1 for a share of the disk's
 * @param strict whether requests with unknown fields are refused
 * @param syncIntervalNanos 0 for a sync before every acknowledgement, our default
 * @param maxBufferedSize bytes that may wait to enter one stream
 * @param maxBufferedMsgs messages that may wait to enter one stream
 * @param requestQueueLimit requests to the API that may wait
 * @param infoQueueLimit the same for those that only ask
 * @param maxConcurrentIo known, without effect
 */
public record JetStreamOptions(
        boolean enabled,
        @Nullable String storeDir,
        long maxMemory,
        long maxStore,
        @Nullable String domain,
        boolean strict,
        long syncIntervalNanos,
        long maxBufferedSize,
        int maxBufferedMsgs,
        int requestQueueLimit,
        int infoQueueLimit,
        int maxConcurrentIo,
        JetStreamLimits limits) {
    public static final JetStreamOptions DEFAULTS =
            new JetStreamOptions(
                    false,
                    null,
                    -1,
                    -1,
                    null,
                    true,
                    0,
                    128L << 20,
                    100_000,
                    10_000,
                    10_000,
                    4096,
                    JetStreamLimits.DEFAULTS);

    private static final String FOLDER = "jetstream";

    /** Whether nobody chose a place, so that what is stored may be gone after a restart. */
    public boolean isTemporary() {
        return storeDir == null;
    }

    /**
     * The folder that holds the store: "jetstream" below the configured one.
     *
     * @param environment names the place of temporary files, used when none is configured
     */
    public Path storePath(Map<String, String> environment) {
        String configured = storeDir;
        if (configured != null) {
            return Path.of(configured, FOLDER).normalize();
        }
        String temporary = environment.getOrDefault("TMPDIR", "");
        return Path.of(temporary.isEmpty() ? "/tmp" : temporary, "nats", FOLDER).normalize();
    }

    JetStreamOptions withEnabled(boolean on) {
        return new JetStreamOptions(
                on,
                storeDir,
                maxMemory,
                maxStore,
                domain,
                strict,
                syncIntervalNanos,
                maxBufferedSize,
                maxBufferedMsgs,
                requestQueueLimit,
                infoQueueLimit,
                maxConcurrentIo,
                limits);
    }

    JetStreamOptions withStoreDir(@Nullable String directory) {
        return new JetStreamOptions(
                enabled,
                directory,
                maxMemory,
                maxStore,
                domain,
                strict,
                syncIntervalNanos,
                maxBufferedSize,
                maxBufferedMsgs,
                requestQueueLimit,
                infoQueueLimit,
                maxConcurrentIo,
                limits);
    }
}
