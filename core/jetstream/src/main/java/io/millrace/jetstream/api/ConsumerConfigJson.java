package io.millrace.jetstream.api;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A consumer's configuration as JSON, in the order and with the omissions of nats-server. */
final class ConsumerConfigJson {
    private ConsumerConfigJson() {}

    static ConsumerConfig read(JsonFields fields) throws JsonException {
        ConsumerConfig.Builder config = ConsumerConfig.builder();
        readDelivery(fields, config);
        readLimits(fields, config);
        long pauseUntil = fields.instant("pause_until");
        List<String> groups = fields.texts("priority_groups");
        return config.pauseUntilNanos(pauseUntil == GoTime.NONE ? 0 : pauseUntil)
                .priorityGroups(groups == null ? List.of() : groups)
                .priorityPolicy(priorityPolicy(fields))
                .priorityTimeoutNanos(fields.nanos("priority_timeout"))
                .build();
    }

    private static void readDelivery(JsonFields fields, ConsumerConfig.Builder config)
            throws JsonException {
        List<Long> backoff = fields.wholes("backoff", "time.Duration");
        List<String> filters = fields.texts("filter_subjects");
        config.durable(fields.text("durable_name"))
                .name(fields.text("name"))
                .description(fields.text("description"))
                .deliverPolicy(deliverPolicy(fields))
                .optStartSequence(fields.unsigned("opt_start_seq"))
                .optStartTimeNanos(fields.instant("opt_start_time"))
                .ackPolicy(Word.read(fields, "ack_policy", AckPolicy.values(), AckPolicy.NONE))
                .ackWaitNanos(fields.nanos("ack_wait"))
                .maxDeliver(fields.integer("max_deliver"))
                .backoffNanos(backoff == null ? List.of() : backoff)
                .filterSubject(fields.text("filter_subject"))
                .filterSubjects(filters == null ? List.of() : filters)
                .replayPolicy(
                        Word.read(
                                fields,
                                "replay_policy",
                                ReplayPolicy.values(),
                                ReplayPolicy.INSTANT))
                .rateLimitBitsPerSecond(fields.unsigned("rate_limit_bps"))
                .sampleFrequency(fields.text("sample_freq"));
    }

    private static void readLimits(JsonFields fields, ConsumerConfig.Builder config)
            throws JsonException {
        Map<String, String> metadata = fields.map("metadata");
        config.maxWaiting(fields.integer("max_waiting"))
                .maxAckPending(fields.integer("max_ack_pending"))
                .flowControl(fields.flag("flow_control"))
                .headersOnly(fields.flag("headers_only"))
                .maxRequestBatch(fields.integer("max_batch"))
                .maxRequestExpiresNanos(fields.nanos("max_expires"))
                .maxRequestMaxBytes(fields.integer("max_bytes"))
                .deliverSubject(fields.text("deliver_subject"))
                .deliverGroup(fields.text("deliver_group"))
                .heartbeatNanos(fields.nanos("idle_heartbeat"))
                .inactiveThresholdNanos(fields.nanos("inactive_threshold"))
                .replicas(fields.integer("num_replicas"))
                .memoryStorage(fields.flag("mem_storage"))
                .direct(fields.flag("direct"))
                .metadata(metadata == null ? Map.of() : metadata);
    }

    private static DeliverPolicy deliverPolicy(JsonFields fields) throws JsonException {
        // the word of a policy that was never set, which Go's clients can send
        if (fields.written("deliver_policy") instanceof Json.Text(String word)
                && word.equals("undefined")) {
            return DeliverPolicy.ALL;
        }
        return Word.read(fields, "deliver_policy", DeliverPolicy.values(), DeliverPolicy.ALL);
    }

    /* Unlike the other choices, this one is refused with what was written, not quoted once more. */
    private static PriorityPolicy priorityPolicy(JsonFields fields) throws JsonException {
        Json written = fields.written("priority_policy");
        if (written == null) {
            return PriorityPolicy.NONE;
        }
        for (PriorityPolicy policy : PriorityPolicy.values()) {
            if (written.equals(new Json.Text(policy.word()))) {
                return policy;
            }
        }
        throw new JsonException("unknown priority policy: " + written.written());
    }

    static void write(ConsumerConfig config, JsonPage page, @Nullable String key) {
        page.object(key)
                .textUnlessEmpty("durable_name", config.durable())
                .textUnlessEmpty("name", config.name())
                .textUnlessEmpty("description", config.description())
                .text("deliver_policy", config.deliverPolicy().word())
                .numberUnlessZero("opt_start_seq", config.optStartSequence());
        if (config.hasOptStartTime()) {
            page.text("opt_start_time", GoTime.rfc3339(config.optStartTimeNanos()));
        }
        page.text("ack_policy", config.ackPolicy().word())
                .numberUnlessZero("ack_wait", config.ackWaitNanos())
                .numberUnlessZero("max_deliver", config.maxDeliver());
        if (!config.backoffNanos().isEmpty()) {
            page.array("backoff");
            config.backoffNanos().forEach(nanos -> page.number(null, nanos));
            page.endArray();
        }
        page.textUnlessEmpty("filter_subject", config.filterSubject());
        writeTexts(page, "filter_subjects", config.filterSubjects());
        page.text("replay_policy", config.replayPolicy().word());
        writeLimits(config, page);
        writeStorage(config, page);
        page.endObject();
    }

    private static void writeLimits(ConsumerConfig config, JsonPage page) {
        page.numberUnlessZero("rate_limit_bps", config.rateLimitBitsPerSecond())
                .textUnlessEmpty("sample_freq", config.sampleFrequency())
                .numberUnlessZero("max_waiting", config.maxWaiting())
                .numberUnlessZero("max_ack_pending", config.maxAckPending())
                .flagUnlessFalse("flow_control", config.flowControl())
                .flagUnlessFalse("headers_only", config.headersOnly())
                .numberUnlessZero("max_batch", config.maxRequestBatch())
                .numberUnlessZero("max_expires", config.maxRequestExpiresNanos())
                .numberUnlessZero("max_bytes", config.maxRequestMaxBytes())
                .textUnlessEmpty("deliver_subject", config.deliverSubject())
                .textUnlessEmpty("deliver_group", config.deliverGroup())
                .numberUnlessZero("idle_heartbeat", config.heartbeatNanos())
                .numberUnlessZero("inactive_threshold", config.inactiveThresholdNanos());
    }

    private static void writeStorage(ConsumerConfig config, JsonPage page) {
        page.number("num_replicas", config.replicas())
                .flagUnlessFalse("mem_storage", config.memoryStorage())
                .flagUnlessFalse("direct", config.direct());
        if (!config.metadata().isEmpty()) {
            page.object("metadata");
            new TreeMap<>(config.metadata()).forEach(page::text);
            page.endObject();
        }
        if (config.pauseUntilNanos() != 0) {
            page.text("pause_until", GoTime.rfc3339(config.pauseUntilNanos()));
        }
        writeTexts(page, "priority_groups", config.priorityGroups());
        if (config.priorityPolicy() != PriorityPolicy.NONE) {
            page.text("priority_policy", config.priorityPolicy().word());
        }
        page.numberUnlessZero("priority_timeout", config.priorityTimeoutNanos());
    }

    private static void writeTexts(JsonPage page, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            page.array(key);
            texts.forEach(text -> page.text(null, text));
            page.endArray();
        }
    }
}
