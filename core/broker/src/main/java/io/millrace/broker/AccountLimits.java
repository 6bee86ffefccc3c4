package io.millrace.broker;

/** What one account may use; -1 stands for no limit of its own. */
public record AccountLimits(
        long maxConnections, long maxSubscriptions, long maxPayload, long maxLeafnodes) {
    public static final AccountLimits NONE = new AccountLimits(-1, -1, -1, -1);
}
