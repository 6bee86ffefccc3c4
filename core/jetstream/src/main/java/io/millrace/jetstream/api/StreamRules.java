package io.millrace.jetstream.api;

import java.util.Objects;

/**
 * What a stream may be configured to be, as far as that can be told without knowing other streams,
 * and what may change later. Stateless: any thread.
 */
/*
 * A request can break several rules and is told about one. Which one is part of what clients and
 * tests see, so the order of the checks, here and in the classes called, is that of nats-server,
 * found by sending it every pair of mistakes.
 */
public final class StreamRules {
    private StreamRules() {}

    /**
     * The stream that is made when {@code asked} is: everything filled in that was left open.
     *
     * @param pedantic whether to refuse what would have to be mended silently
     * @throws ApiException when no such stream can be
     */
    public static StreamConfig complete(StreamConfig asked, ServerLimits limits, boolean pedantic)
            throws ApiException {
        StreamNameRules.checkPath(asked.name());
        if (asked.isSealed()) {
            throw invalid("stream configuration for create can not be sealed");
        }
        if (asked.mirrorDirect() && asked.mirror() == null) {
            throw invalid("stream has no mirror but does have mirror direct");
        }
        StreamConfig complete = checked(asked, limits, pedantic);
        UnsupportedFeatures.refuse(complete);
        return complete;
    }

    /**
     * What becomes of {@code old} when {@code asked} is to take its place. What a request leaves
     * open goes back to its default.
     *
     * @param pedantic whether to refuse what would have to be mended silently
     * @throws ApiException when such a stream can not be, or {@code old} can not become it
     */
    public static StreamConfig update(
            StreamConfig old, StreamConfig asked, ServerLimits limits, boolean pedantic)
            throws ApiException {
        StreamConfig next = checked(asked, limits, pedantic);
        if (old.storage() != next.storage()) {
            throw invalid("stream configuration update can not change storage type");
        }
        if (old.retention() != next.retention()
                && (old.retention() == Retention.WORKQUEUE
                        || next.retention() == Retention.WORKQUEUE)) {
            throw invalid(
                    "stream configuration update can not change retention policy to/from workqueue");
        }
        checkOneWaySwitches(old, next);
        if (next.mirror() != null && !next.mirror().equals(old.mirror())) {
            throw ApiError.STREAM_MIRROR_NOT_UPDATABLE.asException();
        }
        checkFeatures(old, next);
        UnsupportedFeatures.refuse(next);
        return next.isSealed() ? sealed(next) : next;
    }

    private static void checkOneWaySwitches(StreamConfig old, StreamConfig next)
            throws ApiException {
        if (old.isSealed() && !next.isSealed()) {
            throw invalid("stream configuration update can not unseal a sealed stream");
        }
        if (old.denyDelete() && !next.denyDelete()) {
            throw invalid("stream configuration update can not cancel deny message deletes");
        }
        if (old.denyPurge() && !next.denyPurge()) {
            throw invalid("stream configuration update can not cancel deny purge");
        }
    }

    private static void checkFeatures(StreamConfig old, StreamConfig next) throws ApiException {
        if (old.allowMsgTtl() && !next.allowMsgTtl()) {
            throw invalid("message TTL status can not be disabled");
        }
        if (old.allowMsgCounter() != next.allowMsgCounter()) {
            throw invalid("stream configuration update can not change message counter setting");
        }
        if (old.allowMsgSchedules() && !next.allowMsgSchedules()) {
            throw invalid("message schedules can not be disabled");
        }
        if (old.persistMode() != next.persistMode()) {
            throw invalid("stream configuration update can not change persist mode");
        }
    }

    /** A sealed stream loses nothing any more, not even by age, and takes nothing in. */
    private static StreamConfig sealed(StreamConfig config) {
        return config.toBuilder()
                .maxAgeNanos(0)
                .discard(Discard.NEW)
                .denyDelete(true)
                .denyPurge(true)
                .allowRollup(false)
                .build();
    }

    private static StreamConfig checked(StreamConfig asked, ServerLimits limits, boolean pedantic)
            throws ApiException {
        StreamNameRules.check(asked.name());
        StreamTextRules.checkDescription(asked.description());
        StreamConfig marked = ApiLevel.marked(asked);
        StreamTextRules.checkMetadata(marked.metadata());
        StreamConfigBuilder next = marked.toBuilder();
        StreamLimitRules.complete(asked, next, limits, pedantic);
        StreamSwitchRules.complete(asked, next, pedantic);
        StreamSourceRules.check(asked);
        StreamSubjectRules.complete(asked, next);
        StreamTransformRules.complete(asked, next, pedantic);
        checkPlace(asked, next);
        return ApiLevel.marked(next.build());
    }

    private static void checkPlace(StreamConfig asked, StreamConfigBuilder next)
            throws ApiException {
        Placement placement = asked.placement();
        if (placement != null && !placement.preferred().isEmpty()) {
            throw invalid("preferred server not permitted in placement");
        }
        if (Objects.equals(placement, Placement.NOWHERE)) {
            next.placement(null);
        }
        if (asked.replicas() > 1) {
            throw ApiError.STREAM_REPLICAS_NOT_SUPPORTED.asException();
        }
    }

    static ApiException invalid(String why) {
        return ApiError.STREAM_INVALID_CONFIG_F.because(why);
    }
}
