package io.millrace.jetstream.api;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** At which speed a consumer delivers what is stored. Immutable: any thread. */
public enum ReplayPolicy {
    INSTANT,
    ORIGINAL;

    private final String written = name().toLowerCase(Locale.ROOT);

    /** The word for it in JSON. */
    public String written() {
        return written;
    }

    /** The policy of that word; null when there is none. */
    static @Nullable ReplayPolicy of(String word) {
        for (ReplayPolicy policy : values()) {
            if (policy.written.equals(word)) {
                return policy;
            }
        }
        return null;
    }
}
