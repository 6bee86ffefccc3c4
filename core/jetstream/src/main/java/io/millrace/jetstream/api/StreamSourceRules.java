package io.millrace.jetstream.api;

import static io.millrace.jetstream.api.StreamRules.invalid;

import io.millrace.auth.SubjectSet;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** From where a stream may copy. Stateless. */
final class StreamSourceRules {
    private StreamSourceRules() {}

    static void check(StreamConfig asked) throws ApiException {
        StreamSource mirror = asked.mirror();
        if (mirror != null) {
            checkMirror(asked, mirror);
        } else {
            checkSources(asked);
        }
    }

    private static void checkMirror(StreamConfig asked, StreamSource mirror) throws ApiException {
        if (asked.firstSequence() > 0) {
            throw ApiError.MIRROR_WITH_FIRST_SEQ.asException();
        }
        if (!asked.subjects().isEmpty()) {
            throw ApiError.MIRROR_WITH_SUBJECTS.asException();
        }
        if (!asked.sources().isEmpty()) {
            throw ApiError.MIRROR_WITH_SOURCES.asException();
        }
        refuse(asked.allowMsgCounter(), ApiError.MIRROR_WITH_COUNTERS);
        refuse(asked.allowAtomic(), ApiError.MIRROR_WITH_ATOMIC_PUBLISH);
        refuse(asked.allowBatched(), ApiError.MIRROR_WITH_BATCH_PUBLISH);
        refuse(asked.allowMsgSchedules(), ApiError.MIRROR_WITH_MSG_SCHEDULES);
        if (asked.subjectDeleteMarkerTtlNanos() > 0) {
            throw invalid("subject delete markers forbidden on mirrors");
        }
        checkName(asked, mirror, ApiError.MIRROR_INVALID_STREAM_NAME);
        if (!mirror.filterSubject().isEmpty() && !mirror.transforms().isEmpty()) {
            throw ApiError.MIRROR_MULTIPLE_FILTERS_NOT_ALLOWED.asException();
        }
        checkTransforms(
                mirror.transforms(),
                ApiError.MIRROR_INVALID_SUBJECT_FILTER,
                ApiError.MIRROR_INVALID_TRANSFORM_DESTINATION,
                ApiError.MIRROR_OVERLAPPING_SUBJECT_FILTERS);
        checkExternal(mirror.external());
        checkConsumer(mirror, ApiError.MIRROR_DURABLE_CONSUMER_CFG_INVALID);
    }

    private static void refuse(boolean asked, ApiError error) throws ApiException {
        if (asked) {
            throw error.asException();
        }
    }

    private static void checkSources(StreamConfig asked) throws ApiException {
        if (asked.sources().isEmpty()) {
            return;
        }
        refuse(asked.allowMsgSchedules(), ApiError.SOURCE_WITH_MSG_SCHEDULES);
        Set<StreamSource> seen = new HashSet<>();
        for (StreamSource source : asked.sources()) {
            checkName(asked, source, ApiError.SOURCE_INVALID_STREAM_NAME);
            if (!source.filterSubject().isEmpty() && !source.transforms().isEmpty()) {
                throw ApiError.SOURCE_MULTIPLE_FILTERS_NOT_ALLOWED.asException();
            }
            checkTransforms(
                    source.transforms(),
                    ApiError.SOURCE_INVALID_SUBJECT_FILTER,
                    ApiError.SOURCE_INVALID_TRANSFORM_DESTINATION,
                    ApiError.SOURCE_OVERLAPPING_SUBJECT_FILTERS);
            checkExternal(source.external());
            checkConsumer(source, ApiError.SOURCE_DURABLE_CONSUMER_CFG_INVALID);
            if (!seen.add(source)) {
                throw ApiError.SOURCE_DUPLICATE_DETECTED.asException();
            }
        }
    }

    private static void checkName(StreamConfig asked, StreamSource source, ApiError error)
            throws ApiException {
        if (!StreamNameRules.isValid(source.name())) {
            throw error.asException();
        }
        if (source.external() == null && source.name().equals(asked.name())) {
            throw invalid("detected cycle");
        }
    }

    private static void checkTransforms(
            List<Transform> transforms,
            ApiError badSource,
            ApiError badDestination,
            ApiError overlapping)
            throws ApiException {
        for (int i = 0; i < transforms.size(); i++) {
            StreamTransformRules.check(transforms.get(i), badSource, badDestination);
            for (Transform before : transforms.subList(0, i)) {
                if (SubjectSet.overlap(before.source(), transforms.get(i).source())) {
                    throw overlapping.asException();
                }
            }
        }
    }

    private static void checkExternal(StreamSource.@Nullable External external)
            throws ApiException {
        if (external == null) {
            return;
        }
        String api = external.apiPrefix();
        if (!api.isEmpty() && !isLiteral(api)) {
            throw invalid(
                    "stream external api prefix \""
                            + api
                            + "\" must be a valid subject without wildcards");
        }
        if (api.equals("$JS.API")) {
            throw ApiError.STREAM_EXTERNAL_API_OVERLAP.because(api, api);
        }
        String deliver = external.deliverPrefix();
        if (!deliver.isEmpty() && !isLiteral(deliver)) {
            throw ApiError.STREAM_INVALID_EXTERNAL_DELIVERY_SUBJ.because(deliver);
        }
    }

    private static void checkConsumer(StreamSource source, ApiError error) throws ApiException {
        StreamSource.Through consumer = source.consumer();
        if (consumer != null
                && (!StreamNameRules.isValid(consumer.name())
                        || !isLiteral(consumer.deliverSubject())
                        || source.startSequence() > 0)) {
            throw error.asException();
        }
    }

    private static boolean isLiteral(String subject) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        return Subjects.isLiteral(bytes, 0, bytes.length) && !StreamSubjectRules.hasBlank(subject);
    }
}
