package io.millrace.jetstream.api;

/**
 * What a consumer may be, as far as that can be told without looking at its stream's messages and
 * at the other consumers. Stateless.
 */
/*
 * Which rule is found broken first, when several are, is that of nats-server: clients and their
 * tests see only the first. The order was found by sending every pair of mistakes.
 */
public final class ConsumerRules {
    private ConsumerRules() {}

    /**
     * The consumer that a request to create one asks for: what it leaves open filled in, and marked
     * with the API level that it needs.
     *
     * @param accountMaxAckPending zero or less for no limit
     * @param pedantic whether values that would have to be corrected are refused instead
     */
    public static ConsumerConfig complete(
            ConsumerConfig asked,
            StreamConfig stream,
            ServerLimits limits,
            long accountMaxAckPending,
            boolean pedantic)
            throws ApiException {
        ConsumerConfig config = checked(asked, stream, limits, accountMaxAckPending, pedantic);
        ConsumerChecks.workQueue(config, stream);
        ConsumerChecks.nameFits(config);
        return ApiLevel.marked(config);
    }

    /**
     * The consumer that {@code old} becomes when a request asks for another one of its name.
     *
     * @param accountMaxAckPending zero or less for no limit
     * @param pedantic whether values that would have to be corrected are refused instead
     */
    public static ConsumerConfig update(
            ConsumerConfig old,
            ConsumerConfig asked,
            StreamConfig stream,
            ServerLimits limits,
            long accountMaxAckPending,
            boolean pedantic)
            throws ApiException {
        ConsumerConfig config = checked(asked, stream, limits, accountMaxAckPending, pedantic);
        ConsumerChecks.mayBecome(old, config);
        // a pause is begun and ended by requests of its own
        return ApiLevel.marked(config.toBuilder().pauseUntilNanos(old.pauseUntilNanos()).build());
    }

    private static ConsumerConfig checked(
            ConsumerConfig asked,
            StreamConfig stream,
            ServerLimits limits,
            long accountMaxAckPending,
            boolean pedantic)
            throws ApiException {
        ConsumerChecks.names(asked);
        ConsumerConfig config =
                new ConsumerDefaults(asked, stream, limits, accountMaxAckPending, pedantic).fill();
        new ConsumerChecks(config, stream, limits, accountMaxAckPending).all();
        return config;
    }
}
