package io.millrace.jetstream.api;

import static io.millrace.jetstream.api.StreamRules.invalid;

import io.millrace.auth.SubjectSet;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.SubjectTransform;
import java.util.Objects;

/** What a stream may turn subjects into. Stateless. */
final class StreamTransformRules {
    private StreamTransformRules() {}

    static void complete(StreamConfig asked, StreamConfigBuilder next, boolean pedantic)
            throws ApiException {
        Transform transform = asked.subjectTransform();
        if (transform != null) {
            check(
                    transform,
                    ApiError.STREAM_TRANSFORM_INVALID_SOURCE,
                    ApiError.STREAM_TRANSFORM_INVALID_DESTINATION);
        }
        Republish republish = asked.republish();
        if (republish != null) {
            next.republish(complete(republish, next.build(), pedantic));
        }
    }

    /** A transform without a destination changes nothing and selects only. */
    static void check(Transform transform, ApiError badSource, ApiError badDestination)
            throws ApiException {
        String source = transform.source();
        if (!source.isEmpty() && !StreamSubjectRules.isValid(source)) {
            throw badSource.because("invalid subject " + source);
        }
        if (!transform.destination().isEmpty()) {
            try {
                var _ = SubjectTransform.of(source, transform.destination());
            } catch (InvalidTransformException invalid) {
                throw badDestination.because(Objects.requireNonNull(invalid.getMessage()));
            }
        }
    }

    private static Republish complete(Republish asked, StreamConfig stream, boolean pedantic)
            throws ApiException {
        if (asked.source().isEmpty() && pedantic) {
            throw ApiError.PEDANTIC.because("republish source can not be empty");
        }
        String source = asked.source().isEmpty() ? ">" : asked.source();
        String destination = asked.destination();
        for (String subject : stream.subjects()) {
            if (SubjectSet.overlap(destination, subject)) {
                throw invalid("stream configuration for republish destination forms a cycle");
            }
        }
        if (!destination.isEmpty() && !isTransform(source, destination)) {
            throw invalid(
                    "stream configuration for republish with transform from '"
                            + source
                            + "' to '"
                            + destination
                            + "' not valid");
        }
        return new Republish(source, destination, asked.headersOnly());
    }

    private static boolean isTransform(String source, String destination) {
        try {
            var _ = SubjectTransform.of(source, destination);
            return true;
        } catch (InvalidTransformException invalid) {
            return false;
        }
    }
}
