package io.millrace.jetstream.simulation;

import java.util.SplittableRandom;

/**
 * The configuration of a stream in a simulation. Immutable; 0 means unlimited.
 *
 * @param retention as the API names it
 */
record StreamShape(
        String name,
        String retention,
        boolean inMemory,
        boolean discardsNew,
        boolean discardsNewPerSubject,
        long maxMessages,
        long maxBytes,
        long maxPerSubject,
        long maxMessageSize,
        long maxAgeNanos,
        long duplicateWindowNanos,
        boolean allowsRollup,
        boolean allowsTtl) {
    private static final long SECOND = 1_000_000_000L;

    static StreamShape random(String name, SplittableRandom random) {
        int kind = random.nextInt(4);
        String retention = kind < 2 ? "limits" : kind == 2 ? "workqueue" : "interest";
        return new StreamShape(name, retention, false, false, false, 0, 0, 0, 0, 0, 0, false, false)
                .withLimits(random, random.nextInt(5) == 0, random.nextInt(3) == 0);
    }

    /** The same stream with other limits, of those that an update may change. */
    StreamShape changed(SplittableRandom random) {
        return withLimits(random, inMemory, allowsTtl);
    }

    private StreamShape withLimits(SplittableRandom random, boolean memory, boolean ttl) {
        boolean discards = random.nextInt(3) == 0;
        long perSubject = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
        long age = random.nextInt(4) == 0 ? (1 + random.nextInt(20)) * SECOND : 0;
        long window = (1 + random.nextInt(20)) * SECOND / 2;
        return new StreamShape(
                name,
                retention,
                memory,
                discards,
                discards && perSubject > 0 && random.nextBoolean(),
                random.nextInt(5) < 2 ? 3 + random.nextInt(12) : 0,
                random.nextInt(5) == 0 ? 300 + random.nextInt(1500) : 0,
                perSubject,
                random.nextInt(8) == 0 ? 60 : 0,
                age,
                duplicates(age, duplicateWindowNanos == 0 ? window : duplicateWindowNanos),
                random.nextBoolean(),
                ttl);
    }

    /* Never longer than before: whether an identifier that had left is known again is up to chance,
     * with nats-server, too. */
    private static long duplicates(long age, long window) {
        return age > 0 ? Math.min(age, window) : window;
    }

    boolean isWorkQueue() {
        return retention.equals("workqueue");
    }

    boolean isByInterest() {
        return retention.equals("interest");
    }

    String subjects() {
        return name.toLowerCase(java.util.Locale.ROOT) + ".>";
    }

    String json() {
        return "{\"name\":\""
                + name
                + "\",\"subjects\":[\""
                + subjects()
                + "\"],\"retention\":\""
                + retention
                + "\",\"storage\":\""
                + (inMemory ? "memory" : "file")
                + "\",\"discard\":\""
                + (discardsNew ? "new" : "old")
                + "\",\"discard_new_per_subject\":"
                + discardsNewPerSubject
                + ",\"max_msgs\":"
                + limit(maxMessages)
                + ",\"max_bytes\":"
                + limit(maxBytes)
                + ",\"max_msgs_per_subject\":"
                + limit(maxPerSubject)
                + ",\"max_msg_size\":"
                + limit(maxMessageSize)
                + ",\"max_age\":"
                + maxAgeNanos
                + ",\"duplicate_window\":"
                + duplicateWindowNanos
                + ",\"allow_rollup_hdrs\":"
                + allowsRollup
                + ",\"allow_msg_ttl\":"
                + allowsTtl
                + ",\"max_consumers\":-1,\"num_replicas\":1}";
    }

    private static long limit(long value) {
        return value == 0 ? -1 : value;
    }

    /** Whether the server shows this configuration. */
    boolean isShownBy(Answer config) {
        return config.number("config.max_msgs") == limit(maxMessages)
                && config.number("config.max_bytes") == limit(maxBytes)
                && config.number("config.max_msgs_per_subject") == limit(maxPerSubject)
                && config.number("config.max_age") == maxAgeNanos
                && config.number("config.duplicate_window") == duplicateWindowNanos
                && config.number("config.max_msg_size") == limit(maxMessageSize)
                && config.flag("config.allow_rollup_hdrs") == allowsRollup
                && config.flag("config.discard_new_per_subject") == discardsNewPerSubject
                && config.text("config.retention").equals(retention)
                && config.text("config.discard").equals(discardsNew ? "new" : "old");
    }
}
