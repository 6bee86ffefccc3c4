package io.millrace.jetstream.api;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer is asked to be, or is. Made with {@link #builder}. Immutable: any thread.
 *
 * @param durable the name of a consumer that outlives its clients; empty when it does not
 * @param name the name
 * @param description what it is for
 * @param deliverPolicy where delivery begins
 * @param optStartSequence first sequence to deliver; 0 for none
 * @param optStartTimeNanos instant from which to deliver, since 1970; see {@link #hasOptStartTime}
 * @param ackPolicy what is acknowledged
 * @param ackWaitNanos how long a message may go unacknowledged
 * @param maxDeliver how often a message is delivered at most; -1 without bound
 * @param backoffNanos the waits between deliveries, instead of one
 * @param filterSubject the one filter; empty for none
 * @param filterSubjects several filters
 * @param replayPolicy at which speed
 * @param rateLimitBitsPerSecond bound of a push consumer's speed
 * @param sampleFrequency share of acknowledgements that are reported, as written
 * @param maxWaiting pull requests that may wait
 * @param maxAckPending messages that may be unacknowledged
 * @param flowControl whether a push consumer waits for its client
 * @param headersOnly whether payloads are left out
 * @param maxRequestBatch bound of a pull request's messages
 * @param maxRequestExpiresNanos bound of a pull request's life
 * @param maxRequestMaxBytes bound of a pull request's bytes
 * @param deliverSubject where a push consumer sends; empty for a pull consumer
 * @param deliverGroup the queue group of a push consumer
 * @param heartbeatNanos how long a push consumer may be silent
 * @param inactiveThresholdNanos how long it lives without clients
 * @param replicas copies; 0 as the stream
 * @param memoryStorage whether its state is kept in memory only
 * @param direct whether it serves a mirror or source and is not listed
 * @param metadata texts of the client's and of the server's
 * @param pauseUntilNanos instant until which nothing is delivered, since 1970; 0 for none
 * @param priorityGroups groups of pull requests
 * @param priorityPolicy how a group's requests are served
 * @param priorityTimeoutNanos how long a silent client stays pinned
 */
public record ConsumerConfig(
        String durable,
        String name,
        String description,
        DeliverPolicy deliverPolicy,
        long optStartSequence,
        long optStartTimeNanos,
        AckPolicy ackPolicy,
        long ackWaitNanos,
        long maxDeliver,
        List<Long> backoffNanos,
        String filterSubject,
        List<String> filterSubjects,
        ReplayPolicy replayPolicy,
        long rateLimitBitsPerSecond,
        String sampleFrequency,
        long maxWaiting,
        long maxAckPending,
        boolean flowControl,
        boolean headersOnly,
        long maxRequestBatch,
        long maxRequestExpiresNanos,
        long maxRequestMaxBytes,
        String deliverSubject,
        String deliverGroup,
        long heartbeatNanos,
        long inactiveThresholdNanos,
        long replicas,
        boolean memoryStorage,
        boolean direct,
        Map<String, String> metadata,
        long pauseUntilNanos,
        List<String> priorityGroups,
        PriorityPolicy priorityPolicy,
        long priorityTimeoutNanos) {

    /** Copies what can be changed from outside. */
    public ConsumerConfig {
        backoffNanos = List.copyOf(backoffNanos);
        filterSubjects = List.copyOf(filterSubjects);
        priorityGroups = List.copyOf(priorityGroups);
        metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    }

    public static Builder builder() {
        return new Builder();
    }

    public Builder toBuilder() {
        return new Builder()
                .durable(durable)
                .name(name)
                .description(description)
                .deliverPolicy(deliverPolicy)
                .optStartSequence(optStartSequence)
                .optStartTimeNanos(optStartTimeNanos)
                .ackPolicy(ackPolicy)
                .ackWaitNanos(ackWaitNanos)
                .maxDeliver(maxDeliver)
                .backoffNanos(backoffNanos)
                .filterSubject(filterSubject)
                .filterSubjects(filterSubjects)
                .replayPolicy(replayPolicy)
                .rateLimitBitsPerSecond(rateLimitBitsPerSecond)
                .sampleFrequency(sampleFrequency)
                .maxWaiting(maxWaiting)
                .maxAckPending(maxAckPending)
                .flowControl(flowControl)
                .headersOnly(headersOnly)
                .maxRequestBatch(maxRequestBatch)
                .maxRequestExpiresNanos(maxRequestExpiresNanos)
                .maxRequestMaxBytes(maxRequestMaxBytes)
                .deliverSubject(deliverSubject)
                .deliverGroup(deliverGroup)
                .heartbeatNanos(heartbeatNanos)
                .inactiveThresholdNanos(inactiveThresholdNanos)
                .replicas(replicas)
                .memoryStorage(memoryStorage)
                .direct(direct)
                .metadata(metadata)
                .pauseUntilNanos(pauseUntilNanos)
                .priorityGroups(priorityGroups)
                .priorityPolicy(priorityPolicy)
                .priorityTimeoutNanos(priorityTimeoutNanos);
    }

    /**
     * What a client has written.
     *
     * @throws JsonException in Go's words, when a value is of another kind
     */
    public static ConsumerConfig read(JsonFields fields) throws JsonException {
        return ConsumerConfigJson.read(fields);
    }

    /** Writes it as nats-server shows it: {@code key} null for an element or a document. */
    public void write(JsonPage page, @Nullable String key) {
        ConsumerConfigJson.write(this, page, key);
    }

    public boolean hasOptStartTime() {
        return optStartTimeNanos != GoTime.NONE;
    }

    /** Whether it sends of its own accord, instead of on request. */
    public boolean isPush() {
        return !deliverSubject.isEmpty();
    }

    public boolean isDurable() {
        return !durable.isEmpty();
    }

    /** The filters in force, however they were written; empty for every subject of the stream. */
    public List<String> filters() {
        if (!filterSubject.isEmpty()) {
            return List.of(filterSubject);
        }
        return filterSubjects;
    }

    /** The share of acknowledgements that are reported, in percent; 0 when none or unreadable. */
    public int samplePercent() {
        return SamplePercent.of(sampleFrequency);
    }

    /** Puts a configuration together. One owner. */
    public static final class Builder {
        private String durable = "";
        private String name = "";
        private String description = "";
        private DeliverPolicy deliverPolicy = DeliverPolicy.ALL;
        private long optStartSequence;
        private long optStartTimeNanos = GoTime.NONE;
        private AckPolicy ackPolicy = AckPolicy.NONE;
        private long ackWaitNanos;
        private long maxDeliver;
        private List<Long> backoffNanos = List.of();
        private String filterSubject = "";
        private List<String> filterSubjects = List.of();
        private ReplayPolicy replayPolicy = ReplayPolicy.INSTANT;
        private long rateLimitBitsPerSecond;
        private String sampleFrequency = "";
        private long maxWaiting;
        private long maxAckPending;
        private boolean flowControl;
        private boolean headersOnly;
        private long maxRequestBatch;
        private long maxRequestExpiresNanos;
        private long maxRequestMaxBytes;
        private String deliverSubject = "";
        private String deliverGroup = "";
        private long heartbeatNanos;
        private long inactiveThresholdNanos;
        private long replicas;
        private boolean memoryStorage;
        private boolean direct;
        private Map<String, String> metadata = Map.of();
        private long pauseUntilNanos;
        private List<String> priorityGroups = List.of();
        private PriorityPolicy priorityPolicy = PriorityPolicy.NONE;
        private long priorityTimeoutNanos;

        private Builder() {}

        public Builder durable(String value) {
            this.durable = value;
            return this;
        }

        public Builder name(String value) {
            this.name = value;
            return this;
        }

        public Builder description(String value) {
            this.description = value;
            return this;
        }

        public Builder deliverPolicy(DeliverPolicy value) {
            this.deliverPolicy = value;
            return this;
        }

        public Builder optStartSequence(long value) {
            this.optStartSequence = value;
            return this;
        }

        public Builder optStartTimeNanos(long value) {
            this.optStartTimeNanos = value;
            return this;
        }

        public Builder ackPolicy(AckPolicy value) {
            this.ackPolicy = value;
            return this;
        }

        public Builder ackWaitNanos(long value) {
            this.ackWaitNanos = value;
            return this;
        }

        public Builder maxDeliver(long value) {
            this.maxDeliver = value;
            return this;
        }

        public Builder backoffNanos(List<Long> value) {
            this.backoffNanos = value;
            return this;
        }

        public Builder filterSubject(String value) {
            this.filterSubject = value;
            return this;
        }

        public Builder filterSubjects(List<String> value) {
            this.filterSubjects = value;
            return this;
        }

        public Builder replayPolicy(ReplayPolicy value) {
            this.replayPolicy = value;
            return this;
        }

        public Builder rateLimitBitsPerSecond(long value) {
            this.rateLimitBitsPerSecond = value;
            return this;
        }

        public Builder sampleFrequency(String value) {
            this.sampleFrequency = value;
            return this;
        }

        public Builder maxWaiting(long value) {
            this.maxWaiting = value;
            return this;
        }

        public Builder maxAckPending(long value) {
            this.maxAckPending = value;
            return this;
        }

        public Builder flowControl(boolean value) {
            this.flowControl = value;
            return this;
        }

        public Builder headersOnly(boolean value) {
            this.headersOnly = value;
            return this;
        }

        public Builder maxRequestBatch(long value) {
            this.maxRequestBatch = value;
            return this;
        }

        public Builder maxRequestExpiresNanos(long value) {
            this.maxRequestExpiresNanos = value;
            return this;
        }

        public Builder maxRequestMaxBytes(long value) {
            this.maxRequestMaxBytes = value;
            return this;
        }

        public Builder deliverSubject(String value) {
            this.deliverSubject = value;
            return this;
        }

        public Builder deliverGroup(String value) {
            this.deliverGroup = value;
            return this;
        }

        public Builder heartbeatNanos(long value) {
            this.heartbeatNanos = value;
            return this;
        }

        public Builder inactiveThresholdNanos(long value) {
            this.inactiveThresholdNanos = value;
            return this;
        }

        public Builder replicas(long value) {
            this.replicas = value;
            return this;
        }

        public Builder memoryStorage(boolean value) {
            this.memoryStorage = value;
            return this;
        }

        public Builder direct(boolean value) {
            this.direct = value;
            return this;
        }

        public Builder metadata(Map<String, String> value) {
            this.metadata = value;
            return this;
        }

        public Builder pauseUntilNanos(long value) {
            this.pauseUntilNanos = value;
            return this;
        }

        public Builder priorityGroups(List<String> value) {
            this.priorityGroups = value;
            return this;
        }

        public Builder priorityPolicy(PriorityPolicy value) {
            this.priorityPolicy = value;
            return this;
        }

        public Builder priorityTimeoutNanos(long value) {
            this.priorityTimeoutNanos = value;
            return this;
        }

        public ConsumerConfig build() {
            return new ConsumerConfig(
                    durable,
                    name,
                    description,
                    deliverPolicy,
                    optStartSequence,
                    optStartTimeNanos,
                    ackPolicy,
                    ackWaitNanos,
                    maxDeliver,
                    backoffNanos,
                    filterSubject,
                    filterSubjects,
                    replayPolicy,
                    rateLimitBitsPerSecond,
                    sampleFrequency,
                    maxWaiting,
                    maxAckPending,
                    flowControl,
                    headersOnly,
                    maxRequestBatch,
                    maxRequestExpiresNanos,
                    maxRequestMaxBytes,
                    deliverSubject,
                    deliverGroup,
                    heartbeatNanos,
                    inactiveThresholdNanos,
                    replicas,
                    memoryStorage,
                    direct,
                    metadata,
                    pauseUntilNanos,
                    priorityGroups,
                    priorityPolicy,
                    priorityTimeoutNanos);
        }
    }
}
