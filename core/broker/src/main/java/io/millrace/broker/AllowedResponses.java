package io.millrace.broker;

import io.millrace.auth.Permissions;
import io.millrace.runtime.Clock;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The reply subjects that a client has received and may therefore publish to, each a number of
 * times and for a while (allow_responses). Owned by the loop.
 */
final class AllowedResponses {
    /** Beyond this the oldest ones are forgotten: a peer must not make us hold them all. */
    private static final int REPLIES_MAX = 4096;

    private final int maxMessages;
    private final long expiresNanos;
    private final Clock clock;
    private final Map<String, Allowance> replies = new LinkedHashMap<>();

    private AllowedResponses(int maxMessages, long expiresNanos, Clock clock) {
        this.maxMessages = maxMessages;
        this.expiresNanos = expiresNanos;
        this.clock = clock;
    }

    static @Nullable AllowedResponses of(@Nullable Permissions permissions, Clock clock) {
        return permissions == null || !permissions.allowsResponses()
                ? null
                : new AllowedResponses(
                        permissions.responsesMax(), permissions.responsesExpireNanos(), clock);
    }

    void allow(byte[] b, int offset, int length) {
        dropExpired();
        if (replies.size() >= REPLIES_MAX) {
            Iterator<String> oldest = replies.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        replies.put(
                new String(b, offset, length, StandardCharsets.UTF_8),
                new Allowance(clock.nanoTime()));
    }

    /** Uses one allowance up. */
    boolean take(byte[] b, int offset, int length) {
        String subject = new String(b, offset, length, StandardCharsets.UTF_8);
        Allowance allowance = replies.get(subject);
        if (allowance == null) {
            return false;
        }
        if (isExpired(allowance)) {
            replies.remove(subject);
            return false;
        }
        allowance.used++;
        if (maxMessages > 0 && allowance.used >= maxMessages) {
            replies.remove(subject);
        }
        return true;
    }

    private boolean isExpired(Allowance allowance) {
        return expiresNanos > 0 && clock.nanoTime() - allowance.sinceNanos > expiresNanos;
    }

    private void dropExpired() {
        Iterator<Allowance> eldest = replies.values().iterator();
        while (eldest.hasNext() && isExpired(eldest.next())) {
            eldest.remove();
        }
    }

    private static final class Allowance {
        private final long sinceNanos;
        private int used;

        Allowance(long sinceNanos) {
            this.sinceNanos = sinceNanos;
        }
    }
}
