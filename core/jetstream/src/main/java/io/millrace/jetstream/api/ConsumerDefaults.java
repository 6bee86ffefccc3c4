package io.millrace.jetstream.api;

/** Fills in what a request to create a consumer leaves open. One owner, short-lived. */
final class ConsumerDefaults {
    private static final long ACK_WAIT_NANOS = 30_000_000_000L;
    private static final long MAX_WAITING = 512;
    private static final long MAX_ACK_PENDING = 1000;
    private static final long INACTIVE_THRESHOLD_NANOS = 5_000_000_000L;
    private static final long PINNED_NANOS = 120_000_000_000L;
    static final long FLOW_CONTROL_HEARTBEAT_NANOS = 1_000_000_000L;
    private static final long UNBOUNDED = -1;

    private final ConsumerConfig asked;
    private final ConsumerLimits ofStream;
    private final ServerLimits ofServer;
    private final long accountMaxAckPending;
    private final boolean pedantic;

    ConsumerDefaults(
            ConsumerConfig asked,
            StreamConfig stream,
            ServerLimits limits,
            long accountMaxAckPending,
            boolean pedantic) {
        this.asked = asked;
        this.ofStream = stream.consumerLimits();
        this.ofServer = limits;
        this.accountMaxAckPending = accountMaxAckPending;
        this.pedantic = pedantic;
    }

    ConsumerConfig fill() throws ApiException {
        ConsumerConfig.Builder config = asked.toBuilder();
        if (asked.name().isEmpty()) {
            config.name(asked.durable());
        }
        fillNumbers(config);
        fillAckWait(config);
        fillAckPending(config);
        fillInactiveThreshold(config);
        fillRequestBatch(config);
        if (asked.ackPolicy() == AckPolicy.FLOW_CONTROL && !pedantic) {
            config.flowControl(true).heartbeatNanos(FLOW_CONTROL_HEARTBEAT_NANOS);
        }
        return config.build();
    }

    private void fillNumbers(ConsumerConfig.Builder config) throws ApiException {
        config.maxDeliver(
                asked.maxDeliver() == 0 ? UNBOUNDED : bounded("max_deliver", asked.maxDeliver()));
        long maxWaiting = positive("max_waiting", asked.maxWaiting());
        config.maxWaiting(maxWaiting == 0 && !asked.isPush() ? MAX_WAITING : maxWaiting)
                .maxAckPending(bounded("max_ack_pending", asked.maxAckPending()))
                .maxRequestBatch(positive("max_batch", asked.maxRequestBatch()))
                .maxRequestExpiresNanos(positive("max_expires", asked.maxRequestExpiresNanos()))
                .maxRequestMaxBytes(positive("max_bytes", asked.maxRequestMaxBytes()))
                .heartbeatNanos(positive("idle_heartbeat", asked.heartbeatNanos()))
                .inactiveThresholdNanos(
                        positive("inactive_threshold", asked.inactiveThresholdNanos()));
        long pinned = positive("priority_timeout", asked.priorityTimeoutNanos());
        boolean isPinned = asked.priorityPolicy() == PriorityPolicy.PINNED_CLIENT;
        config.priorityTimeoutNanos(isPinned && pinned == 0 ? PINNED_NANOS : pinned);
    }

    /** A number of which everything below -1 means -1. */
    private long bounded(String field, long value) throws ApiException {
        if (value < UNBOUNDED) {
            refuseIfPedantic(field + " must be set to -1");
        }
        return Math.max(value, UNBOUNDED);
    }

    /** A number of which everything below 0 means 0. */
    private long positive(String field, long value) throws ApiException {
        if (value < 0) {
            refuseIfPedantic(field + " must not be negative");
        }
        return Math.max(value, 0);
    }

    private void refuseIfPedantic(String why) throws ApiException {
        if (pedantic) {
            throw ApiError.PEDANTIC.because(why);
        }
    }

    private void fillAckWait(ConsumerConfig.Builder config) throws ApiException {
        if (!asked.backoffNanos().isEmpty()) {
            long first = asked.backoffNanos().getFirst();
            long ackWait = asked.ackWaitNanos() == 0 ? ackWaitOfPolicy() : asked.ackWaitNanos();
            if (first != ackWait) {
                refuseIfPedantic("first backoff value has to equal batch AckWait");
            }
            config.ackWaitNanos(first);
        } else if (asked.ackWaitNanos() == 0) {
            config.ackWaitNanos(ackWaitOfPolicy());
        }
    }

    private long ackWaitOfPolicy() {
        return switch (asked.ackPolicy()) {
            case EXPLICIT, ALL -> ACK_WAIT_NANOS;
            case NONE, FLOW_CONTROL -> 0;
        };
    }

    private void fillAckPending(ConsumerConfig.Builder config) throws ApiException {
        if (asked.maxAckPending() != 0) {
            return;
        }
        if (ofStream.maxAckPending() > 0) {
            refuseIfPedantic("max_ack_pending must be set if it's configured in stream limits");
            config.maxAckPending(ofStream.maxAckPending());
        } else if (asked.ackPolicy() != AckPolicy.NONE) {
            config.maxAckPending(
                    least(MAX_ACK_PENDING, least(accountMaxAckPending, ofServer.maxAckPending())));
        }
    }

    /** The smaller one; one that is not positive does not count. */
    private static long least(long a, long b) {
        if (a <= 0 || b <= 0) {
            return Math.max(a, b);
        }
        return Math.min(a, b);
    }

    private void fillInactiveThreshold(ConsumerConfig.Builder config) throws ApiException {
        if (asked.inactiveThresholdNanos() > 0) {
            return;
        }
        if (ofStream.inactiveThresholdNanos() > 0) {
            refuseIfPedantic("inactive_threshold must be set if it's configured in stream limits");
            config.inactiveThresholdNanos(ofStream.inactiveThresholdNanos());
        } else if (!asked.isDurable()) {
            config.inactiveThresholdNanos(INACTIVE_THRESHOLD_NANOS);
        }
    }

    private void fillRequestBatch(ConsumerConfig.Builder config) throws ApiException {
        if (asked.maxRequestBatch() > 0 || asked.isPush() || ofServer.maxRequestBatch() <= 0) {
            return;
        }
        refuseIfPedantic("max_request_batch must be set if it's JetStream limits are set");
        config.maxRequestBatch(ofServer.maxRequestBatch());
    }
}
