package io.millrace.broker;

import io.millrace.runtime.Randomness;
import org.jspecify.annotations.Nullable;

/** The subject mappings of one account. Immutable. */
interface SubjectMappings {
    /** Maps nothing. */
    SubjectMappings NONE =
            new SubjectMappings() {
                @Override
                public boolean isEmpty() {
                    return true;
                }

                @Override
                public byte @Nullable [] map(
                        byte[] subject, int offset, int length, Randomness chance) {
                    return null;
                }
            };

    boolean isEmpty();

    /**
     * Where a client's publication goes instead.
     *
     * @return null when no mapping covers the subject; an empty array when a mapping drops it
     */
    byte @Nullable [] map(byte[] subject, int offset, int length, Randomness chance);
}
