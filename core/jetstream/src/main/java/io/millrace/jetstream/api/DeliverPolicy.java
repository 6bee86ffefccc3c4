package io.millrace.jetstream.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where a consumer begins. Immutable: any thread. */
public enum DeliverPolicy {
    ALL,
    LAST,
    NEW,
    BY_START_SEQUENCE,
    BY_START_TIME,
    LAST_PER_SUBJECT;

    private final String written = name().toLowerCase(Locale.ROOT);

    /** The word for it in JSON. */
    public String written() {
        return written;
    }

    /** The policy of that word; null when there is none. */
    static @Nullable DeliverPolicy of(String word) {
        for (DeliverPolicy policy : values()) {
            if (policy.written.equals(word)) {
                return policy;
            }
        }
        return null;
    }
}
