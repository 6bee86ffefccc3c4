package io.millrace.jetstream.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a consumer's clients acknowledge. Immutable: any thread. */
public enum AckPolicy {
    NONE,
    ALL,
    EXPLICIT,
    FLOW_CONTROL;

    private final String written = name().toLowerCase(Locale.ROOT);

    /** The word for it in JSON. */
    public String written() {
        return written;
    }

    /** The policy of that word; null when there is none. */
    static @Nullable AckPolicy of(String word) {
        for (AckPolicy policy : values()) {
            if (policy.written.equals(word)) {
                return policy;
            }
        }
        return null;
    }
}
