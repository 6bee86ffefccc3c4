package io.millrace.broker;

/**
 * The bounds of one server, flat for the hot path. Immutable; a reload replaces it.
 *
 * @param maxControlLine bytes of an operation's arguments
 * @param maxPayload bytes of headers and body
 * @param maxPending bytes that may wait for a reader
 * @param maxSubscriptions per connection; 0 for any number
 * @param maxSubTokens tokens of a subscription's subject; 0 for any number
 * @param maxConnections 0 or less for any number
 * @param maxClosedClients how many ended connections are remembered
 */
record Limits(
        int maxControlLine,
        long maxPayload,
        long maxPending,
        long writeDeadlineNanos,
        long pingIntervalNanos,
        int pingMax,
        long authTimeoutNanos,
        int maxSubscriptions,
        int maxSubTokens,
        int maxConnections,
        int maxClosedClients,
        boolean noFastProducerStall) {}
