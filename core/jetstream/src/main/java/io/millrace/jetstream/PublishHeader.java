package io.millrace.jetstream;

import java.util.Arrays;

/** The headers of a message that a stream acts on. Any thread. */
enum PublishHeader {
    MSG_ID(0, "Nats-Msg-Id"),
    EXPECTED_STREAM(1, "Nats-Expected-Stream"),
    EXPECTED_LAST_SEQUENCE(2, "Nats-Expected-Last-Sequence"),
    EXPECTED_LAST_MSG_ID(3, "Nats-Expected-Last-Msg-Id"),
    EXPECTED_LAST_SUBJECT_SEQUENCE(4, "Nats-Expected-Last-Subject-Sequence"),
    EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT(5, "Nats-Expected-Last-Subject-Sequence-Subject"),
    ROLLUP(6, "Nats-Rollup"),
    TTL(7, "Nats-TTL"),
    MARKER_REASON(8, "Nats-Marker-Reason"),
    KV_OPERATION(9, "KV-Operation"),
    REQUIRED_API_LEVEL(10, "Nats-Required-Api-Level"),
    INCREMENT(11, "Nats-Incr"),
    COUNTER_SOURCES(12, "Nats-Counter-Sources"),
    BATCH_ID(13, "Nats-Batch-Id"),
    BATCH_SEQUENCE(14, "Nats-Batch-Sequence"),
    BATCH_COMMIT(15, "Nats-Batch-Commit"),
    SCHEDULE(16, "Nats-Schedule"),
    SCHEDULE_TARGET(17, "Nats-Schedule-Target"),
    SCHEDULE_SOURCE(18, "Nats-Schedule-Source"),
    SCHEDULE_TTL(19, "Nats-Schedule-TTL"),
    SCHEDULE_TIME_ZONE(20, "Nats-Schedule-Time-Zone"),
    SCHEDULE_ROLLUP(21, "Nats-Schedule-Rollup"),
    SCHEDULE_NEXT(22, "Nats-Schedule-Next"),
    SCHEDULER(23, "Nats-Scheduler"),
    STREAM_SOURCE(24, "Nats-Stream-Source"),

    /** Who asked, of a message that came by a service of another account; it is not kept. */
    REQUEST_INFO(25, "Nats-Request-Info");

    private static final PublishHeader[] ALL = values();
    private static final PublishHeader[][] BY_LENGTH = byLength();

    /** Where it is in the tables of {@link PublishHeaders}: 0, 1, 2 and so on. */
    private final int place;

    private final String text;

    PublishHeader(int place, String text) {
        this.place = place;
        this.text = text;
    }

    int place() {
        return place;
    }

    /** As it is written in a header block. */
    String text() {
        return text;
    }

    /** The headers whose names have {@code length} bytes; none for lengths that no name has. */
    static PublishHeader[] ofLength(int length) {
        return BY_LENGTH[length < BY_LENGTH.length ? length : 0];
    }

    /** Whether this header's name stands at {@code at}; letters count as they are written. */
    boolean standsAt(byte[] buffer, int at) {
        for (int i = text.length() - 1; i >= 0; i--) {
            if (buffer[at + i] != text.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static PublishHeader[][] byLength() {
        int longest = 0;
        for (PublishHeader header : ALL) {
            longest = Math.max(longest, header.text.length());
        }
        PublishHeader[][] table = new PublishHeader[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            table[length] = withLength(length);
        }
        return table;
    }

    private static PublishHeader[] withLength(int length) {
        int count = 0;
        PublishHeader[] found = new PublishHeader[ALL.length];
        for (PublishHeader header : ALL) {
            if (header.text.length() == length) {
                found[count++] = header;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
