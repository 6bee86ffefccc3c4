package io.millrace.jetstream.simulation;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A message that a client has published to a stream: each has a body that no other has. */
final class Published {
    static final long NEVER = Long.MAX_VALUE;

    final String subject;
    final String body;

    /** What it asks of the stream by its headers; empty or negative for nothing. */
    String id = "";

    String expectedStream = "";
    long expectedLast = -1;
    String expectedLastId = "";
    long expectedLastOfSubject = -1;
    String rollup = "";

    /** 0 for none of its own, less for ever. */
    long ttlSeconds;

    /** Where it is, as far as is known; 0 for nowhere. */
    long sequence;

    long timeNanos;

    /** Somebody was told that it is stored: it must survive. */
    boolean certain;

    /** It is not in the stream any more, or it was never. */
    boolean gone;

    /** What it gave way to, and nothing else has touched the stream since. */
    @Nullable Published gaveWayTo;

    /** Somebody was told that it is gone: it must not come back. */
    boolean certainlyGone;

    /** It may go when the server starts again: nobody needs it any more. */
    boolean unwanted;

    Published(String subject, String body) {
        this.subject = subject;
        this.body = body;
    }

    String headers() {
        StringBuilder block = new StringBuilder();
        add(block, "Nats-Msg-Id", id);
        add(block, "Nats-Expected-Stream", expectedStream);
        add(block, "Nats-Expected-Last-Sequence", number(expectedLast));
        add(block, "Nats-Expected-Last-Msg-Id", expectedLastId);
        add(block, "Nats-Expected-Last-Subject-Sequence", number(expectedLastOfSubject));
        add(block, "Nats-Rollup", rollup);
        add(block, "Nats-TTL", ttlSeconds == 0 ? "" : ttlSeconds < 0 ? "never" : ttlSeconds + "s");
        return block.isEmpty() ? "" : "NATS/1.0\r\n" + block + "\r\n";
    }

    private static String number(long value) {
        return value < 0 ? "" : Long.toString(value);
    }

    private static void add(StringBuilder block, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            block.append(name).append(": ").append(value).append("\r\n");
        }
    }

    /** What it counts for in a stream's bytes. */
    long bytes(boolean inMemory) {
        int headers = headers().length();
        long plain = (long) subject.length() + headers + body.length();
        return inMemory ? plain + 16 : plain + 30 + (headers > 0 ? 4 : 0);
    }

    long expiresNanos(long maxAgeNanos) {
        long byAge = maxAgeNanos > 0 && ttlSeconds >= 0 ? timeNanos + maxAgeNanos : NEVER;
        return ttlSeconds > 0 ? Math.min(byAge, timeNanos + ttlSeconds * 1_000_000_000L) : byAge;
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d %s %s%s%s",
                sequence,
                subject,
                body,
                certain ? " certain" : "",
                gone ? certainlyGone ? " certainly gone" : " gone" : "");
    }
}
