package io.millrace.jetstream.api;

import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a stream is to be: its name, subjects, limits and switches. Immutable: any thread. */
public final class StreamConfig {
    private final String name;
    private final String description;
    private final List<String> subjects;
    private final Retention retention;
    private final long maxConsumers;
    private final long maxMsgs;
    private final long maxBytes;
    private final long maxAgeNanos;
    private final long maxMsgsPerSubject;
    private final long maxMsgSize;
    private final Discard discard;
    private final Storage storage;
    private final int replicas;
    private final boolean noAck;
    private final long duplicateWindowNanos;
    private final @Nullable Placement placement;
    private final @Nullable StreamSource mirror;
    private final List<StreamSource> sources;
    private final Compression compression;
    private final long firstSequence;
    private final @Nullable Transform subjectTransform;
    private final @Nullable Republish republish;
    private final boolean allowDirect;
    private final boolean mirrorDirect;
    private final boolean discardNewPerSubject;
    private final boolean isSealed;
    private final boolean denyDelete;
    private final boolean denyPurge;
    private final boolean allowRollup;
    private final ConsumerLimits consumerLimits;
    private final boolean allowMsgTtl;
    private final long subjectDeleteMarkerTtlNanos;
    private final boolean allowMsgCounter;
    private final boolean allowAtomic;
    private final boolean allowMsgSchedules;
    private final boolean allowBatched;
    private final PersistMode persistMode;
    private final Map<String, String> metadata;

    StreamConfig(StreamConfigBuilder from) {
        name = from.name;
        description = from.description;
        subjects = from.subjects;
        retention = from.retention;
        maxConsumers = from.maxConsumers;
        maxMsgs = from.maxMsgs;
        maxBytes = from.maxBytes;
        maxAgeNanos = from.maxAgeNanos;
        maxMsgsPerSubject = from.maxMsgsPerSubject;
        maxMsgSize = from.maxMsgSize;
        discard = from.discard;
        storage = from.storage;
        replicas = from.replicas;
        noAck = from.noAck;
        duplicateWindowNanos = from.duplicateWindowNanos;
        placement = from.placement;
        mirror = from.mirror;
        sources = from.sources;
        compression = from.compression;
        firstSequence = from.firstSequence;
        subjectTransform = from.subjectTransform;
        republish = from.republish;
        allowDirect = from.allowDirect;
        mirrorDirect = from.mirrorDirect;
        discardNewPerSubject = from.discardNewPerSubject;
        isSealed = from.isSealed;
        denyDelete = from.denyDelete;
        denyPurge = from.denyPurge;
        allowRollup = from.allowRollup;
        consumerLimits = from.consumerLimits;
        allowMsgTtl = from.allowMsgTtl;
        subjectDeleteMarkerTtlNanos = from.subjectDeleteMarkerTtlNanos;
        allowMsgCounter = from.allowMsgCounter;
        allowAtomic = from.allowAtomic;
        allowMsgSchedules = from.allowMsgSchedules;
        allowBatched = from.allowBatched;
        persistMode = from.persistMode;
        metadata = from.metadata;
    }

    /** A configuration in which nothing is set yet. */
    public static StreamConfigBuilder builder() {
        return new StreamConfigBuilder();
    }

    public StreamConfigBuilder toBuilder() {
        return new StreamConfigBuilder(this);
    }

    /** Reads a configuration as a request has it; what is not set there stays zero. */
    public static StreamConfig read(JsonFields fields) throws JsonException {
        return StreamConfigText.read(fields);
    }

    /** Writes it as an object, under {@code key} or as a document of its own. */
    public void write(JsonPage page, @Nullable String key) {
        StreamConfigText.write(this, page, key);
    }

    public String name() {
        return name;
    }

    public String description() {
        return description;
    }

    /** Empty for a mirror, or when only sources fill the stream. */
    public List<String> subjects() {
        return subjects;
    }

    public Retention retention() {
        return retention;
    }

    /** -1 for no limit, as all limits below but the age. */
    public long maxConsumers() {
        return maxConsumers;
    }

    public long maxMsgs() {
        return maxMsgs;
    }

    public long maxBytes() {
        return maxBytes;
    }

    /** Zero for no limit. */
    public long maxAgeNanos() {
        return maxAgeNanos;
    }

    public long maxMsgsPerSubject() {
        return maxMsgsPerSubject;
    }

    public long maxMsgSize() {
        return maxMsgSize;
    }

    public Discard discard() {
        return discard;
    }

    public Storage storage() {
        return storage;
    }

    public int replicas() {
        return replicas;
    }

    public boolean noAck() {
        return noAck;
    }

    /** Zero when duplicates are not looked for. */
    public long duplicateWindowNanos() {
        return duplicateWindowNanos;
    }

    public @Nullable Placement placement() {
        return placement;
    }

    public @Nullable StreamSource mirror() {
        return mirror;
    }

    public List<StreamSource> sources() {
        return sources;
    }

    public Compression compression() {
        return compression;
    }

    /** Zero when none was asked for. */
    public long firstSequence() {
        return firstSequence;
    }

    public @Nullable Transform subjectTransform() {
        return subjectTransform;
    }

    public @Nullable Republish republish() {
        return republish;
    }

    public boolean allowDirect() {
        return allowDirect;
    }

    public boolean mirrorDirect() {
        return mirrorDirect;
    }

    public boolean discardNewPerSubject() {
        return discardNewPerSubject;
    }

    public boolean isSealed() {
        return isSealed;
    }

    public boolean denyDelete() {
        return denyDelete;
    }

    public boolean denyPurge() {
        return denyPurge;
    }

    public boolean allowRollup() {
        return allowRollup;
    }

    public ConsumerLimits consumerLimits() {
        return consumerLimits;
    }

    public boolean allowMsgTtl() {
        return allowMsgTtl;
    }

    /** Zero when no markers are left. */
    public long subjectDeleteMarkerTtlNanos() {
        return subjectDeleteMarkerTtlNanos;
    }

    public boolean allowMsgCounter() {
        return allowMsgCounter;
    }

    public boolean allowAtomic() {
        return allowAtomic;
    }

    public boolean allowMsgSchedules() {
        return allowMsgSchedules;
    }

    public boolean allowBatched() {
        return allowBatched;
    }

    public PersistMode persistMode() {
        return persistMode;
    }

    /** What was set and what the server adds ({@link ApiLevel}), in the order of the names. */
    public Map<String, String> metadata() {
        return metadata;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof StreamConfig that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        JsonPage page = JsonPage.compact();
        write(page, null);
        return page.toString();
    }

    private List<@Nullable Object> values() {
        return Arrays.asList(
                name,
                description,
                subjects,
                retention,
                maxConsumers,
                maxMsgs,
                maxBytes,
                maxAgeNanos,
                maxMsgsPerSubject,
                maxMsgSize,
                discard,
                storage,
                replicas,
                noAck,
                duplicateWindowNanos,
                placement,
                mirror,
                sources,
                compression,
                firstSequence,
                subjectTransform,
                republish,
                allowDirect,
                mirrorDirect,
                discardNewPerSubject,
                isSealed,
                denyDelete,
                denyPurge,
                allowRollup,
                consumerLimits,
                allowMsgTtl,
                subjectDeleteMarkerTtlNanos,
                allowMsgCounter,
                allowAtomic,
                allowMsgSchedules,
                allowBatched,
                persistMode,
                metadata);
    }
}
