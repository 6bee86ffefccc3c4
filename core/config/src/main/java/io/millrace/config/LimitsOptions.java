package io.millrace.config;

/**
 * Bounds of connections.
 *
 * @param maxConnections 0 or less for any number
 * @param maxSubscriptions per connection; 0 for any number
 * @param maxSubTokens tokens of a subscription's subject; 0 for any number
 * @param maxControlLine bytes
 * @param maxPayload bytes of headers and body
 * @param maxPending bytes that may wait for a slow reader
 */
public record LimitsOptions(
        int maxConnections,
        int maxSubscriptions,
        int maxSubTokens,
        int maxControlLine,
        int maxPayload,
        long maxPending,
        long writeDeadlineNanos,
        long pingIntervalNanos,
        int pingMax,
        int maxClosedClients,
        boolean noFastProducerStall) {
    static final LimitsOptions DEFAULTS =
            new LimitsOptions(
                    65536,
                    0,
                    0,
                    4096,
                    1 << 20,
                    64L << 20,
                    10_000_000_000L,
                    120_000_000_000L,
                    2,
                    10_000,
                    false);
}
