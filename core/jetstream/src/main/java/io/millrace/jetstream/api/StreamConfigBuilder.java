package io.millrace.jetstream.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A stream's configuration while it is put together. One owner. */
public final class StreamConfigBuilder {
    String name = "";
    String description = "";
    List<String> subjects = List.of();
    Retention retention = Retention.LIMITS;
    long maxConsumers;
    long maxMsgs;
    long maxBytes;
    long maxAgeNanos;
    long maxMsgsPerSubject;
    long maxMsgSize;
    Discard discard = Discard.OLD;
    Storage storage = Storage.FILE;
    int replicas;
    boolean noAck;
    long duplicateWindowNanos;
    @Nullable Placement placement;
    @Nullable StreamSource mirror;
    List<StreamSource> sources = List.of();
    Compression compression = Compression.NONE;
    long firstSequence;
    @Nullable Transform subjectTransform;
    @Nullable Republish republish;
    boolean allowDirect;
    boolean mirrorDirect;
    boolean discardNewPerSubject;
    boolean isSealed;
    boolean denyDelete;
    boolean denyPurge;
    boolean allowRollup;
    ConsumerLimits consumerLimits = ConsumerLimits.NONE;
    boolean allowMsgTtl;
    long subjectDeleteMarkerTtlNanos;
    boolean allowMsgCounter;
    boolean allowAtomic;
    boolean allowMsgSchedules;
    boolean allowBatched;
    PersistMode persistMode = PersistMode.DEFAULT;
    Map<String, String> metadata = Map.of();

    StreamConfigBuilder() {}

    StreamConfigBuilder(StreamConfig from) {
        name = from.name();
        description = from.description();
        subjects = from.subjects();
        retention = from.retention();
        maxConsumers = from.maxConsumers();
        maxMsgs = from.maxMsgs();
        maxBytes = from.maxBytes();
        maxAgeNanos = from.maxAgeNanos();
        maxMsgsPerSubject = from.maxMsgsPerSubject();
        maxMsgSize = from.maxMsgSize();
        discard = from.discard();
        storage = from.storage();
        replicas = from.replicas();
        noAck = from.noAck();
        duplicateWindowNanos = from.duplicateWindowNanos();
        placement = from.placement();
        mirror = from.mirror();
        sources = from.sources();
        compression = from.compression();
        firstSequence = from.firstSequence();
        subjectTransform = from.subjectTransform();
        republish = from.republish();
        allowDirect = from.allowDirect();
        mirrorDirect = from.mirrorDirect();
        discardNewPerSubject = from.discardNewPerSubject();
        isSealed = from.isSealed();
        denyDelete = from.denyDelete();
        denyPurge = from.denyPurge();
        allowRollup = from.allowRollup();
        consumerLimits = from.consumerLimits();
        allowMsgTtl = from.allowMsgTtl();
        subjectDeleteMarkerTtlNanos = from.subjectDeleteMarkerTtlNanos();
        allowMsgCounter = from.allowMsgCounter();
        allowAtomic = from.allowAtomic();
        allowMsgSchedules = from.allowMsgSchedules();
        allowBatched = from.allowBatched();
        persistMode = from.persistMode();
        metadata = from.metadata();
    }

    public StreamConfigBuilder name(String value) {
        name = value;
        return this;
    }

    public StreamConfigBuilder description(String value) {
        description = value;
        return this;
    }

    public StreamConfigBuilder subjects(List<String> value) {
        subjects = List.copyOf(value);
        return this;
    }

    public StreamConfigBuilder retention(Retention value) {
        retention = value;
        return this;
    }

    public StreamConfigBuilder maxConsumers(long value) {
        maxConsumers = value;
        return this;
    }

    public StreamConfigBuilder maxMsgs(long value) {
        maxMsgs = value;
        return this;
    }

    public StreamConfigBuilder maxBytes(long value) {
        maxBytes = value;
        return this;
    }

    public StreamConfigBuilder maxAgeNanos(long value) {
        maxAgeNanos = value;
        return this;
    }

    public StreamConfigBuilder maxMsgsPerSubject(long value) {
        maxMsgsPerSubject = value;
        return this;
    }

    public StreamConfigBuilder maxMsgSize(long value) {
        maxMsgSize = value;
        return this;
    }

    public StreamConfigBuilder discard(Discard value) {
        discard = value;
        return this;
    }

    public StreamConfigBuilder storage(Storage value) {
        storage = value;
        return this;
    }

    public StreamConfigBuilder replicas(int value) {
        replicas = value;
        return this;
    }

    public StreamConfigBuilder noAck(boolean value) {
        noAck = value;
        return this;
    }

    public StreamConfigBuilder duplicateWindowNanos(long value) {
        duplicateWindowNanos = value;
        return this;
    }

    public StreamConfigBuilder placement(@Nullable Placement value) {
        placement = value;
        return this;
    }

    public StreamConfigBuilder mirror(@Nullable StreamSource value) {
        mirror = value;
        return this;
    }

    public StreamConfigBuilder sources(List<StreamSource> value) {
        sources = List.copyOf(value);
        return this;
    }

    public StreamConfigBuilder compression(Compression value) {
        compression = value;
        return this;
    }

    public StreamConfigBuilder firstSequence(long value) {
        firstSequence = value;
        return this;
    }

    public StreamConfigBuilder subjectTransform(@Nullable Transform value) {
        subjectTransform = value;
        return this;
    }

    public StreamConfigBuilder republish(@Nullable Republish value) {
        republish = value;
        return this;
    }

    public StreamConfigBuilder allowDirect(boolean value) {
        allowDirect = value;
        return this;
    }

    public StreamConfigBuilder mirrorDirect(boolean value) {
        mirrorDirect = value;
        return this;
    }

    public StreamConfigBuilder discardNewPerSubject(boolean value) {
        discardNewPerSubject = value;
        return this;
    }

    public StreamConfigBuilder sealed(boolean value) {
        isSealed = value;
        return this;
    }

    public StreamConfigBuilder denyDelete(boolean value) {
        denyDelete = value;
        return this;
    }

    public StreamConfigBuilder denyPurge(boolean value) {
        denyPurge = value;
        return this;
    }

    public StreamConfigBuilder allowRollup(boolean value) {
        allowRollup = value;
        return this;
    }

    public StreamConfigBuilder consumerLimits(ConsumerLimits value) {
        consumerLimits = value;
        return this;
    }

    public StreamConfigBuilder allowMsgTtl(boolean value) {
        allowMsgTtl = value;
        return this;
    }

    public StreamConfigBuilder subjectDeleteMarkerTtlNanos(long value) {
        subjectDeleteMarkerTtlNanos = value;
        return this;
    }

    public StreamConfigBuilder allowMsgCounter(boolean value) {
        allowMsgCounter = value;
        return this;
    }

    public StreamConfigBuilder allowAtomic(boolean value) {
        allowAtomic = value;
        return this;
    }

    public StreamConfigBuilder allowMsgSchedules(boolean value) {
        allowMsgSchedules = value;
        return this;
    }

    public StreamConfigBuilder allowBatched(boolean value) {
        allowBatched = value;
        return this;
    }

    public StreamConfigBuilder persistMode(PersistMode value) {
        persistMode = value;
        return this;
    }

    public StreamConfigBuilder metadata(Map<String, String> value) {
        metadata = Collections.unmodifiableMap(new TreeMap<>(value));
        return this;
    }

    public StreamConfig build() {
        return new StreamConfig(this);
    }
}
