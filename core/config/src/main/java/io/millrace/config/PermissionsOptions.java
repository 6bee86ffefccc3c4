package io.millrace.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a user may publish and subscribe to, as configured. */
public record PermissionsOptions(
        @Nullable Rules publish, @Nullable Rules subscribe, @Nullable Responses responses) {

    /**
     * One side's subjects; for subscriptions each may carry a blank and a queue name.
     *
     * @param allow null when nothing was said, so that everything not denied is allowed
     */
    public record Rules(@Nullable List<String> allow, List<String> deny) {}

    /**
     * Replies to received requests.
     *
     * @param max publications for each reply subject; below 0 for any number
     * @param expiresNanos below 0 for ever
     */
    public record Responses(int max, long expiresNanos) {}
}
