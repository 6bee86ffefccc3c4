package io.millrace.jetstream;

import io.millrace.auth.SubjectSet;
import io.millrace.jetstream.api.Republish;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.jetstream.api.Transform;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.SubjectTransform;
import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A stream that stores messages of one subject, and who reads them from there. Immutable: any
 * thread.
 *
 * @param storedAs what the subject becomes in the stream
 * @param republishedTo null when it is not sent on
 * @param consumers whose filters let it through, in order of their names
 */
public record Capture(
        String stream, String storedAs, @Nullable String republishedTo, List<String> consumers) {
    public Capture {
        consumers = List.copyOf(consumers);
    }

    static boolean takes(Stream stream, String subject) {
        return stream.config().subjects().stream()
                .anyMatch(captured -> SubjectSet.isSubset(subject, captured));
    }

    static Capture of(Stream stream, String subject, Randomness chance) {
        StreamConfig config = stream.config();
        Transform transform = config.subjectTransform();
        String stored =
                transform == null
                        ? subject
                        : changed(transform.source(), transform.destination(), subject, chance);
        String storedAs = stored == null ? subject : stored;
        Republish republish = config.republish();
        byte[] name = storedAs.getBytes(StandardCharsets.UTF_8);
        return new Capture(
                stream.name(),
                storedAs,
                republish == null
                        ? null
                        : changed(republish.source(), republish.destination(), storedAs, chance),
                stream.consumers().stream()
                        .filter(consumer -> consumer.wants(name, 0, name.length))
                        .map(Consumer::name)
                        .toList());
    }

    /** Null when the transform does not concern it. */
    private static @Nullable String changed(
            String source, String destination, String subject, Randomness chance) {
        try {
            SubjectTransform transform = SubjectTransform.of(source, destination);
            byte[] name = subject.getBytes(StandardCharsets.UTF_8);
            return transform.matches(name, 0, name.length)
                    ? new String(
                            transform.apply(name, 0, name.length, chance), StandardCharsets.UTF_8)
                    : null;
        } catch (InvalidTransformException unchecked) {
            throw new IllegalStateException("a transform was accepted unchecked", unchecked);
        }
    }
}
