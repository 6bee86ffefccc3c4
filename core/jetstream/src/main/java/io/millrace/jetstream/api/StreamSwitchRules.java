package io.millrace.jetstream.api;

import static io.millrace.jetstream.api.StreamRules.invalid;

import java.util.concurrent.TimeUnit;

/** Which switches of a stream go together. Stateless. */
final class StreamSwitchRules {
    private static final long MARKER_TTL_MIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private StreamSwitchRules() {}

    static void complete(StreamConfig asked, StreamConfigBuilder next, boolean pedantic)
            throws ApiException {
        if (asked.denyPurge() && asked.allowRollup()) {
            throw invalid("roll-ups require the purge permission");
        }
        checkCounter(asked);
        checkDiscard(asked);
        completeMarkers(asked, next, pedantic);
        completeSchedules(asked, next, pedantic);
        checkPersistence(asked);
    }

    private static void checkCounter(StreamConfig asked) throws ApiException {
        if (!asked.allowMsgCounter()) {
            return;
        }
        if (asked.discard() == Discard.NEW) {
            throw invalid("counter stream cannot use discard new");
        }
        if (asked.allowMsgTtl()) {
            throw invalid("counter stream cannot use message TTLs");
        }
        if (asked.allowMsgSchedules()) {
            throw invalid("counter stream cannot use message schedules");
        }
        if (asked.retention() != Retention.LIMITS) {
            throw invalid("counter stream can only use limits retention");
        }
    }

    private static void checkDiscard(StreamConfig asked) throws ApiException {
        if (!asked.discardNewPerSubject()) {
            return;
        }
        if (asked.discard() != Discard.NEW) {
            throw invalid("discard new per subject requires discard new policy to be set");
        }
        if (asked.maxMsgsPerSubject() <= 0) {
            throw invalid("discard new per subject requires max msgs per subject > 0");
        }
    }

    /** A marker is a message that goes by its TTL and rolls its subject up. */
    private static void completeMarkers(
            StreamConfig asked, StreamConfigBuilder next, boolean pedantic) throws ApiException {
        long ttl = asked.subjectDeleteMarkerTtlNanos();
        if (ttl == 0) {
            return;
        }
        if (ttl < 0) {
            throw invalid("subject delete marker TTL must not be negative");
        }
        if (ttl < MARKER_TTL_MIN_NANOS) {
            throw invalid("subject delete marker TTL must be at least 1 second");
        }
        if (pedantic && !asked.allowMsgTtl()) {
            throw invalid("subject delete marker cannot be set if message TTLs are disabled");
        }
        if (pedantic && !asked.allowRollup()) {
            throw invalid("subject delete marker cannot be set if roll-ups are disabled");
        }
        next.allowMsgTtl(true).allowRollup(true).denyPurge(false);
    }

    /** A schedule replaces the one before it on its subject. */
    private static void completeSchedules(
            StreamConfig asked, StreamConfigBuilder next, boolean pedantic) throws ApiException {
        if (!asked.allowMsgSchedules()) {
            return;
        }
        if (asked.discard() == Discard.NEW) {
            throw invalid("message scheduling cannot use discard new");
        }
        boolean rollup = asked.allowRollup() || asked.subjectDeleteMarkerTtlNanos() > 0;
        if (pedantic && !rollup) {
            throw invalid("message scheduling cannot be set if roll-ups are disabled");
        }
        next.allowRollup(true).denyPurge(false);
    }

    private static void checkPersistence(StreamConfig asked) throws ApiException {
        if (asked.persistMode() != PersistMode.ASYNC) {
            return;
        }
        if (asked.storage() != Storage.FILE) {
            throw invalid("async persist mode is only supported on file storage");
        }
        if (asked.replicas() > 1) {
            throw invalid("async persist mode is not supported on replicated streams");
        }
        if (asked.allowAtomic()) {
            throw invalid("async persist mode is not supported with atomic batch publish");
        }
    }
}
