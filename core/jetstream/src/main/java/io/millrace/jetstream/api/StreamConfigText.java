package io.millrace.jetstream.api;

import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a stream's configuration. Stateless. */
final class StreamConfigText {
    private StreamConfigText() {}

    static StreamConfig read(JsonFields f) throws JsonException {
        StreamConfigBuilder to =
                StreamConfig.builder()
                        .name(f.text("name"))
                        .description(f.text("description"))
                        .subjects(orEmpty(f.texts("subjects")))
                        .retention(Word.read(f, "retention", Retention.values(), Retention.LIMITS))
                        .discard(Word.read(f, "discard", Discard.values(), Discard.OLD))
                        .storage(Word.read(f, "storage", Storage.values(), Storage.FILE))
                        .compression(compression(f))
                        .persistMode(persistMode(f))
                        .replicas(Math.clamp(f.integer("num_replicas"), -1, 1_000_000))
                        .firstSequence(f.unsigned("first_seq"))
                        .placement(placement(f.object("placement", "Placement")))
                        .subjectTransform(
                                transform(f.object("subject_transform", "SubjectTransformConfig")))
                        .republish(republish(f.object("republish", "RePublish")))
                        .consumerLimits(
                                limits(f.object("consumer_limits", "StreamConsumerLimits")));
        readLimits(f, to);
        readSwitches(f, to);
        StreamSourceText.read(f, to);
        Map<String, String> metadata = f.map("metadata");
        return to.metadata(metadata == null ? Map.of() : metadata).build();
    }

    private static void readLimits(JsonFields f, StreamConfigBuilder to) throws JsonException {
        to.maxConsumers(f.integer("max_consumers"))
                .maxMsgs(f.whole("max_msgs"))
                .maxBytes(f.whole("max_bytes"))
                .maxAgeNanos(f.nanos("max_age"))
                .maxMsgsPerSubject(f.whole("max_msgs_per_subject"))
                .maxMsgSize(f.small("max_msg_size"))
                .duplicateWindowNanos(f.nanos("duplicate_window"))
                .subjectDeleteMarkerTtlNanos(f.nanos("subject_delete_marker_ttl"));
    }

    private static void readSwitches(JsonFields f, StreamConfigBuilder to) throws JsonException {
        to.noAck(f.flag("no_ack"))
                .allowDirect(f.flag("allow_direct"))
                .mirrorDirect(f.flag("mirror_direct"))
                .discardNewPerSubject(f.flag("discard_new_per_subject"))
                .sealed(f.flag("sealed"))
                .denyDelete(f.flag("deny_delete"))
                .denyPurge(f.flag("deny_purge"))
                .allowRollup(f.flag("allow_rollup_hdrs"))
                .allowMsgTtl(f.flag("allow_msg_ttl"))
                .allowMsgCounter(f.flag("allow_msg_counter"))
                .allowAtomic(f.flag("allow_atomic"))
                .allowMsgSchedules(f.flag("allow_msg_schedules"))
                .allowBatched(f.flag("allow_batched"));
    }

    private static Compression compression(JsonFields f) throws JsonException {
        if (f.written("compression") == null) {
            return Compression.NONE;
        }
        String word = f.text("compression");
        for (Compression choice : Compression.values()) {
            if (choice.word().equals(word)) {
                return choice;
            }
        }
        throw new JsonException("unknown compression algorithm");
    }

    private static PersistMode persistMode(JsonFields f) throws JsonException {
        return f.written("persist_mode") instanceof Json.Text text && text.value().isEmpty()
                ? PersistMode.DEFAULT
                : Word.read(f, "persist_mode", PersistMode.values(), PersistMode.DEFAULT);
    }

    private static @Nullable Placement placement(@Nullable JsonFields f) throws JsonException {
        return f == null
                ? null
                : new Placement(
                        f.text("cluster"),
                        List.copyOf(orEmpty(f.texts("tags"))),
                        f.text("preferred"));
    }

    static @Nullable Transform transform(@Nullable JsonFields f) throws JsonException {
        return f == null ? null : new Transform(f.text("src"), f.text("dest"));
    }

    private static @Nullable Republish republish(@Nullable JsonFields f) throws JsonException {
        return f == null
                ? null
                : new Republish(f.text("src"), f.text("dest"), f.flag("headers_only"));
    }

    private static ConsumerLimits limits(@Nullable JsonFields f) throws JsonException {
        return f == null
                ? ConsumerLimits.NONE
                : new ConsumerLimits(f.nanos("inactive_threshold"), f.integer("max_ack_pending"));
    }

    private static List<String> orEmpty(@Nullable List<String> texts) {
        return texts == null ? List.of() : texts;
    }

    static void write(StreamConfig c, JsonPage page, @Nullable String key) {
        page.object(key).text("name", c.name()).textUnlessEmpty("description", c.description());
        texts(page, "subjects", c.subjects());
        page.text("retention", c.retention().word())
                .number("max_consumers", c.maxConsumers())
                .number("max_msgs", c.maxMsgs())
                .number("max_bytes", c.maxBytes())
                .number("max_age", c.maxAgeNanos())
                .number("max_msgs_per_subject", c.maxMsgsPerSubject())
                .number("max_msg_size", c.maxMsgSize())
                .text("discard", c.discard().word())
                .text("storage", c.storage().word())
                .number("num_replicas", c.replicas())
                .flagUnlessFalse("no_ack", c.noAck())
                .numberUnlessZero("duplicate_window", c.duplicateWindowNanos());
        placement(page, c.placement());
        StreamSourceText.write(page, c);
        page.text("compression", c.compression().word())
                .numberUnlessZero("first_seq", c.firstSequence());
        transform(page, "subject_transform", c.subjectTransform());
        republish(page, c.republish());
        writeSwitches(c, page);
        texts(page, c.metadata());
        page.endObject();
    }

    private static void writeSwitches(StreamConfig c, JsonPage page) {
        page.flag("allow_direct", c.allowDirect())
                .flag("mirror_direct", c.mirrorDirect())
                .flagUnlessFalse("discard_new_per_subject", c.discardNewPerSubject())
                .flag("sealed", c.isSealed())
                .flag("deny_delete", c.denyDelete())
                .flag("deny_purge", c.denyPurge())
                .flag("allow_rollup_hdrs", c.allowRollup())
                .object("consumer_limits")
                .numberUnlessZero("inactive_threshold", c.consumerLimits().inactiveThresholdNanos())
                .numberUnlessZero("max_ack_pending", c.consumerLimits().maxAckPending())
                .endObject()
                .flag("allow_msg_ttl", c.allowMsgTtl())
                .numberUnlessZero("subject_delete_marker_ttl", c.subjectDeleteMarkerTtlNanos())
                .flagUnlessFalse("allow_msg_counter", c.allowMsgCounter())
                .flagUnlessFalse("allow_atomic", c.allowAtomic())
                .flagUnlessFalse("allow_msg_schedules", c.allowMsgSchedules());
        if (c.persistMode() != PersistMode.DEFAULT) {
            page.text("persist_mode", c.persistMode().word());
        }
        page.flagUnlessFalse("allow_batched", c.allowBatched());
    }

    private static void placement(JsonPage page, @Nullable Placement placement) {
        if (placement == null) {
            return;
        }
        page.object("placement").textUnlessEmpty("cluster", placement.cluster());
        texts(page, "tags", placement.tags());
        page.textUnlessEmpty("preferred", placement.preferred()).endObject();
    }

    static void transform(JsonPage page, @Nullable String key, @Nullable Transform transform) {
        if (transform != null) {
            page.object(key)
                    .text("src", transform.source())
                    .text("dest", transform.destination())
                    .endObject();
        }
    }

    private static void republish(JsonPage page, @Nullable Republish republish) {
        if (republish != null) {
            page.object("republish")
                    .textUnlessEmpty("src", republish.source())
                    .text("dest", republish.destination())
                    .flagUnlessFalse("headers_only", republish.headersOnly())
                    .endObject();
        }
    }

    private static void texts(JsonPage page, String key, List<String> texts) {
        if (!texts.isEmpty()) {
            page.array(key);
            texts.forEach(text -> page.text(null, text));
            page.endArray();
        }
    }

    private static void texts(JsonPage page, Map<String, String> metadata) {
        if (!metadata.isEmpty()) {
            page.object("metadata");
            metadata.forEach(page::text);
            page.endObject();
        }
    }

    /** The elements of {@code from}; none when it is missing. */
    static List<JsonFields> each(@Nullable List<JsonFields> from) {
        return from == null ? List.of() : new ArrayList<>(from);
    }
}
