package io.millrace.jetstream.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a priority group serves its pull requests (ADR-42). Immutable: any thread. */
public enum PriorityPolicy {
    NONE,
    OVERFLOW,
    PINNED_CLIENT,
    PRIORITIZED;

    private final String written = name().toLowerCase(Locale.ROOT);

    /** The word for it in JSON. */
    public String written() {
        return written;
    }

    /** The policy of that word; null when there is none. */
    static @Nullable PriorityPolicy of(String word) {
        for (PriorityPolicy policy : values()) {
            if (policy.written.equals(word)) {
                return policy;
            }
        }
        return null;
    }
}
