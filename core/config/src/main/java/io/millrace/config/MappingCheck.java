package io.millrace.config;

import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.SubjectTransform;
import org.jspecify.annotations.Nullable;

/** Whether a mapping's destination can be formed out of the subjects that it maps. */
final class MappingCheck {
    private MappingCheck() {}

    /** What is wrong, in nats-server's words; null for nothing. */
    static @Nullable String wrong(String from, String to) {
        try {
            SubjectTransform.of(from, to);
            return null;
        } catch (InvalidTransformException invalid) {
            return invalid.getMessage();
        }
    }
}
