package io.millrace.jetstream.api;

import io.millrace.auth.SubjectSet;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Finds the first rule that a consumer breaks. One owner, short-lived. */
final class ConsumerChecks {
    private static final int NAME_BYTES_MAX = 255;
    private static final int DESCRIPTION_BYTES_MAX = 4096;
    private static final int METADATA_BYTES_MAX = 128 * 1024;
    private static final long HEARTBEAT_NANOS_MIN = 100_000_000L;
    private static final long EXPIRES_NANOS_MIN = 1_000_000L;
    private static final Pattern PRIORITY_GROUP = Pattern.compile("[A-Za-z0-9/_=-]{1,16}");

    private final ConsumerConfig config;
    private final StreamConfig stream;
    private final ServerLimits limits;
    private final long accountMaxAckPending;

    ConsumerChecks(
            ConsumerConfig config,
            StreamConfig stream,
            ServerLimits limits,
            long accountMaxAckPending) {
        this.config = config;
        this.stream = stream;
        this.limits = limits;
        this.accountMaxAckPending = accountMaxAckPending;
    }

    void all() throws ApiException {
        replicas();
        acknowledgements();
        texts();
        if (config.isPush()) {
            push();
        } else {
            pull();
        }
        numbersInLimits();
        direct();
        filters();
        start();
        SamplePercent.check(config.sampleFrequency());
        if (config.flowControl() && config.heartbeatNanos() == 0) {
            throw ApiError.CONSUMER_WITH_FLOW_CONTROL_NEEDS_HEARTBEATS.asException();
        }
        metadata();
        priority();
    }

    /** The names alone, before anything is filled in. */
    static void names(ConsumerConfig asked) throws ApiException {
        name(asked.name());
        name(asked.durable());
        if (!asked.durable().isEmpty()
                && !asked.name().isEmpty()
                && !asked.durable().equals(asked.name())) {
            throw ApiError.CONSUMER_CREATE_DURABLE_AND_NAME_MISMATCH.asException();
        }
    }

    private static void name(String name) throws ApiException {
        if (name.indexOf('/') >= 0 || name.indexOf('\\') >= 0) {
            throw ApiError.CONSUMER_NAME_CONTAINS_PATH_SEPARATORS.asException();
        }
        if (hasBlank(name) || name.chars().anyMatch(c -> c == '.' || c == '*' || c == '>')) {
            throw ApiError.STREAM_INVALID_CONFIG_F.because(
                    "consumer name can not contain '.', '*', '>', '\\', '/'");
        }
    }

    /** Whether the name can be that of a file, which is the last thing that is found out. */
    static void nameFits(ConsumerConfig config) throws ApiException {
        if (bytes(config.name()) > NAME_BYTES_MAX) {
            throw ApiError.CONSUMER_CREATE.because("error creating store for consumer");
        }
    }

    private void replicas() throws ApiException {
        if (config.replicas() < 0) {
            throw ApiError.REPLICAS_COUNT_CANNOT_BE_NEGATIVE.asException();
        }
        if (config.replicas() > 1) {
            throw ApiError.STREAM_REPLICAS_NOT_SUPPORTED.asException();
        }
    }

    private void acknowledgements() throws ApiException {
        if (config.backoffNanos().stream().anyMatch(nanos -> nanos < 0)) {
            throw ApiError.CONSUMER_BACK_OFF_NEGATIVE.asException();
        }
        if (config.ackWaitNanos() < 0) {
            throw ApiError.CONSUMER_ACK_WAIT_NEGATIVE.asException();
        }
        if (config.ackPolicy() == AckPolicy.FLOW_CONTROL) {
            flowControlled();
        }
        if (config.maxDeliver() > 0 && config.maxDeliver() < config.backoffNanos().size()) {
            throw ApiError.CONSUMER_MAX_DELIVER_BACKOFF.asException();
        }
    }

    private void flowControlled() throws ApiException {
        if (!config.isPush()) {
            throw ApiError.CONSUMER_ACK_FC_REQUIRES_PUSH.asException();
        }
        if (!config.flowControl()) {
            throw ApiError.CONSUMER_ACK_FC_REQUIRES_FC.asException();
        }
        if (config.heartbeatNanos() != ConsumerDefaults.FLOW_CONTROL_HEARTBEAT_NANOS) {
            throw ApiError.STREAM_INVALID_CONFIG_F.because(
                    "flow control ack policy heartbeat needs to be 1s");
        }
        if (config.maxAckPending() <= 0) {
            throw ApiError.CONSUMER_ACK_FC_REQUIRES_MAX_ACK_PENDING.asException();
        }
        if (config.ackWaitNanos() != 0 || !config.backoffNanos().isEmpty()) {
            throw ApiError.CONSUMER_ACK_FC_REQUIRES_NO_ACK_WAIT.asException();
        }
        if (config.maxDeliver() > 0) {
            throw ApiError.CONSUMER_ACK_FC_REQUIRES_NO_MAX_DELIVER.asException();
        }
    }

    private void texts() throws ApiException {
        if (bytes(config.durable()) > NAME_BYTES_MAX) {
            throw ApiError.CONSUMER_NAME_TOO_LONG.because(NAME_BYTES_MAX);
        }
        if (bytes(config.description()) > DESCRIPTION_BYTES_MAX) {
            throw ApiError.CONSUMER_DESCRIPTION_TOO_LONG.because(DESCRIPTION_BYTES_MAX);
        }
    }

    private void push() throws ApiException {
        String subject = config.deliverSubject();
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        if (Subjects.hasWildcard(bytes, 0, bytes.length)) {
            throw ApiError.CONSUMER_DELIVER_TO_WILDCARDS.asException();
        }
        if (!isSubject(subject)) {
            throw ApiError.CONSUMER_INVALID_DELIVER_SUBJECT.asException();
        }
        for (String stored : stream.subjects()) {
            if (SubjectSet.isSubset(subject, stored)) {
                throw ApiError.CONSUMER_DELIVER_CYCLE.asException();
            }
        }
        if (config.maxWaiting() != 0) {
            throw ApiError.CONSUMER_PUSH_MAX_WAITING.asException();
        }
        if (config.heartbeatNanos() > 0 && config.heartbeatNanos() < HEARTBEAT_NANOS_MIN) {
            throw ApiError.CONSUMER_SMALL_HEARTBEAT.asException();
        }
    }

    private void pull() throws ApiException {
        if (stream.retention() == Retention.WORKQUEUE && config.ackPolicy() == AckPolicy.NONE) {
            throw ApiError.CONSUMER_PULL_REQUIRES_ACK.asException();
        }
        if (config.rateLimitBitsPerSecond() != 0) {
            throw ApiError.CONSUMER_PULL_WITH_RATE_LIMIT.asException();
        }
        if (config.heartbeatNanos() != 0) {
            throw ApiError.CONSUMER_HB_REQUIRES_PUSH.asException();
        }
        if (config.flowControl()) {
            throw ApiError.CONSUMER_FC_REQUIRES_PUSH.asException();
        }
        long expires = config.maxRequestExpiresNanos();
        if (expires != 0 && expires < EXPIRES_NANOS_MIN) {
            throw ApiError.CONSUMER_MAX_REQUEST_EXPIRES_TOO_SMALL.asException();
        }
        if (limits.maxRequestBatch() > 0 && config.maxRequestBatch() > limits.maxRequestBatch()) {
            throw ApiError.CONSUMER_MAX_REQUEST_BATCH_EXCEEDED_F.because(limits.maxRequestBatch());
        }
    }

    private void numbersInLimits() throws ApiException {
        ConsumerLimits ofStream = stream.consumerLimits();
        for (long limit :
                new long[] {
                    limits.maxAckPending(), accountMaxAckPending, ofStream.maxAckPending()
                }) {
            if (limit > 0 && config.maxAckPending() > limit) {
                throw ApiError.CONSUMER_MAX_PENDING_ACK_EXCESS.because(limit);
            }
        }
        long threshold = ofStream.inactiveThresholdNanos();
        if (threshold > 0 && config.inactiveThresholdNanos() > threshold) {
            throw ApiError.CONSUMER_INACTIVE_THRESHOLD_EXCESS.because(GoTime.duration(threshold));
        }
    }

    private void direct() throws ApiException {
        if (!config.direct()) {
            return;
        }
        if (!config.isPush()) {
            throw ApiError.CONSUMER_DIRECT_REQUIRES_PUSH.asException();
        }
        if (config.isDurable()) {
            throw ApiError.CONSUMER_DIRECT_REQUIRES_EPHEMERAL.asException();
        }
    }

    private void filters() throws ApiException {
        List<String> filters = config.filterSubjects();
        if (!config.filterSubject().isEmpty() && !filters.isEmpty()) {
            throw ApiError.CONSUMER_DUPLICATE_FILTER_SUBJECTS.asException();
        }
        if (filters.contains("")) {
            throw ApiError.CONSUMER_EMPTY_FILTER.asException();
        }
        for (String filter : config.filters()) {
            if (!isSubject(filter)) {
                throw ApiError.STREAM_INVALID_CONFIG_F.because("invalid subject");
            }
        }
        for (int i = 0; i < filters.size(); i++) {
            for (int j = 0; j < filters.size(); j++) {
                // two that merely intersect are allowed, as they are by nats-server
                if (i != j && SubjectSet.isSubset(filters.get(i), filters.get(j))) {
                    throw ApiError.CONSUMER_OVERLAPPING_SUBJECT_FILTERS.asException();
                }
            }
        }
    }

    private void start() throws ApiException {
        boolean sequence = config.optStartSequence() > 0;
        boolean time = config.hasOptStartTime();
        switch (config.deliverPolicy()) {
            case ALL -> noStart("all", sequence, time);
            case LAST -> noStart("last", sequence, time);
            case NEW -> noStart("new", sequence, time);
            case LAST_PER_SUBJECT -> {
                noStart("last per subject", sequence, time);
                if (config.filters().isEmpty()) {
                    throw policy("last per subject", "filter subject is not set");
                }
            }
            case BY_START_SEQUENCE -> {
                if (!sequence) {
                    throw policy("by start sequence", "start sequence is not set");
                }
                if (time) {
                    throw policy("by start sequence", "start time is also set");
                }
            }
            case BY_START_TIME -> {
                if (!time) {
                    throw policy("by start time", "start time is not set");
                }
                if (sequence) {
                    // the doubled word is nats-server's
                    throw policy("by start time", "start start sequence is also set");
                }
            }
        }
    }

    private static void noStart(String policy, boolean sequence, boolean time) throws ApiException {
        if (sequence) {
            throw policy(policy, "start sequence is also set");
        }
        if (time) {
            throw policy(policy, "start time is also set");
        }
    }

    private static ApiException policy(String policy, String what) {
        return ApiError.CONSUMER_INVALID_POLICY.because(
                "consumer delivery policy is deliver " + policy + ", but optional " + what);
    }

    private void metadata() throws ApiException {
        long total = 0;
        for (Map.Entry<String, String> entry : ApiLevel.marked(config.metadata(), 0).entrySet()) {
            total += bytes(entry.getKey()) + bytes(entry.getValue());
        }
        if (total > METADATA_BYTES_MAX) {
            throw ApiError.CONSUMER_METADATA_LENGTH.because("128KB");
        }
    }

    private void priority() throws ApiException {
        List<String> groups = config.priorityGroups();
        if (config.priorityPolicy() == PriorityPolicy.NONE) {
            if (!groups.isEmpty()) {
                throw ApiError.CONSUMER_PRIORITY_GROUP_WITH_POLICY_NONE.asException();
            }
            if (config.priorityTimeoutNanos() != 0) {
                throw ApiError.CONSUMER_PINNED_TTL_WITHOUT_PRIORITY_POLICY_NONE.asException();
            }
            return;
        }
        if (config.isPush()) {
            throw ApiError.CONSUMER_PUSH_WITH_PRIORITY_GROUP.asException();
        }
        if (groups.isEmpty()) {
            throw ApiError.CONSUMER_PRIORITY_POLICY_WITHOUT_GROUP.asException();
        }
        for (String group : groups) {
            if (group.isEmpty()) {
                throw ApiError.CONSUMER_EMPTY_GROUP_NAME.asException();
            }
            if (!PRIORITY_GROUP.matcher(group).matches()) {
                throw ApiError.CONSUMER_INVALID_GROUP_NAME.asException();
            }
        }
    }

    /** What only a new consumer of a work queue is asked. */
    static void workQueue(ConsumerConfig config, StreamConfig stream) throws ApiException {
        if (stream.retention() != Retention.WORKQUEUE || config.direct()) {
            return;
        }
        if (config.ackPolicy() == AckPolicy.NONE || config.ackPolicy() == AckPolicy.ALL) {
            throw ApiError.CONSUMER_WQ_REQUIRES_EXPLICIT_ACK.asException();
        }
        if (config.deliverPolicy() != DeliverPolicy.ALL) {
            throw ApiError.CONSUMER_WQ_CONSUMER_NOT_DELIVER_ALL.asException();
        }
    }

    /** Which fields stay as they are as long as the consumer lives. */
    static void mayBecome(ConsumerConfig old, ConsumerConfig now) throws ApiException {
        stays("deliver policy", old.deliverPolicy(), now.deliverPolicy());
        stays("storage type", old.memoryStorage(), now.memoryStorage());
        stays("direct", old.direct(), now.direct());
        stays("start sequence", old.optStartSequence(), now.optStartSequence());
        stays("start time", old.optStartTimeNanos(), now.optStartTimeNanos());
        stays("ack policy", old.ackPolicy(), now.ackPolicy());
        stays("replay policy", old.replayPolicy(), now.replayPolicy());
        stays("heart beats", old.heartbeatNanos(), now.heartbeatNanos());
        stays("flow control", old.flowControl(), now.flowControl());
        if (old.isPush() && !now.isPush()) {
            throw ApiError.CONSUMER_CREATE.because("can not update push consumer to pull based");
        }
        if (!old.isPush() && now.isPush()) {
            throw ApiError.CONSUMER_CREATE.because("can not update pull consumer to push based");
        }
        stays("max waiting", old.maxWaiting(), now.maxWaiting());
    }

    private static void stays(String what, Object old, Object now) throws ApiException {
        if (!Objects.equals(old, now)) {
            throw ApiError.CONSUMER_CREATE.because(what + " can not be updated");
        }
    }

    private static boolean isSubject(String subject) {
        return !hasBlank(subject) && Subjects.isValid(subject);
    }

    private static boolean hasBlank(String text) {
        return text.chars().anyMatch(c -> c == ' ' || (c >= '\t' && c <= '\r'));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
