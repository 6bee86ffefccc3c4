package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.GoDuration;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** When a schedule is due (ADR-51): once, at intervals, or by a pattern. Immutable. */
sealed interface SchedulePlan {
    /** What {@link #next} answers when there is no next time. */
    long NEVER = Long.MAX_VALUE;

    /** The first time that it is due, for a schedule made or done last at {@code epochNanos}. */
    long next(long epochNanos);

    /** How the time after {@code epochNanos} is written. */
    String nextText(long epochNanos);

    /** Once. */
    record Once(long atNanos) implements SchedulePlan {
        @Override
        public long next(long epochNanos) {
            return atNanos;
        }

        @Override
        public String nextText(long epochNanos) {
            return "purge";
        }
    }

    /** At intervals, from a full second on. */
    record Every(long nanos) implements SchedulePlan {
        private static final long SECOND = 1_000_000_000L;

        @Override
        public long next(long epochNanos) {
            long rounded = Math.floorDiv(epochNanos + SECOND / 2, SECOND) * SECOND;
            return rounded > NEVER - nanos ? NEVER : rounded + nanos;
        }

        @Override
        public String nextText(long epochNanos) {
            return GoTime.rfc3339(next(epochNanos));
        }
    }

    /** By a pattern. */
    record ByPattern(CronPattern pattern) implements SchedulePlan {
        @Override
        public long next(long epochNanos) {
            ZonedDateTime next = pattern.next(epochNanos);
            return next == null ? NEVER : next.toEpochSecond() * 1_000_000_000L;
        }

        @Override
        public String nextText(long epochNanos) {
            ZonedDateTime next = pattern.next(epochNanos);
            return next == null
                    ? ""
                    : next.toOffsetDateTime()
                            .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssXXX"));
        }
    }

    /** The plan that the headers of a message ask for. */
    static SchedulePlan of(PublishHeaders headers) throws ApiException {
        ZoneId zone = zone(headers);
        String text = headers.text(PublishHeader.SCHEDULE);
        boolean plain = !headers.isPresent(PublishHeader.SCHEDULE_TIME_ZONE);
        SchedulePlan plan = null;
        if (text.startsWith("@at ")) {
            plan = plain ? once(text.substring(4)) : null;
        } else if (text.startsWith("@every ")) {
            plan = plain ? every(text.substring(7)) : null;
        } else if (zone != null) {
            CronPattern pattern = CronPattern.parse(text, zone);
            plan = pattern == null ? null : new ByPattern(pattern);
        }
        if (zone == null) {
            throw ApiError.MESSAGE_SCHEDULES_TIME_ZONE_INVALID.asException();
        }
        if (plan == null) {
            throw ApiError.MESSAGE_SCHEDULES_PATTERN_INVALID.asException();
        }
        return plan;
    }

    private static @Nullable SchedulePlan once(String time) {
        try {
            return new Once(GoTime.epochNanos(time));
        } catch (JsonException none) {
            return null;
        }
    }

    private static @Nullable SchedulePlan every(String interval) {
        byte[] text = interval.getBytes(StandardCharsets.UTF_8);
        long nanos = GoDuration.parse(text, 0, text.length);
        return nanos < 1_000_000_000L ? null : new Every(nanos);
    }

    /** Names of the database that Java does not take for names of places. */
    Map<String, ZoneId> SHORT_NAMES =
            Map.of(
                    "EST", ZoneId.of("America/Panama"),
                    "MST", ZoneId.of("America/Phoenix"),
                    "HST", ZoneId.of("Pacific/Honolulu"));

    /* What Java has beside the names of the database, offsets and systems of old, is none here. */
    private static @Nullable ZoneId zone(PublishHeaders headers) {
        if (!headers.isPresent(PublishHeader.SCHEDULE_TIME_ZONE)) {
            return ZoneOffset.UTC;
        }
        String name = headers.text(PublishHeader.SCHEDULE_TIME_ZONE);
        if (name.equals("Local")) {
            return ZoneId.systemDefault();
        }
        ZoneId special = SHORT_NAMES.get(name);
        if (special != null) {
            return special;
        }
        boolean known = ZoneId.getAvailableZoneIds().contains(name) && !name.startsWith("SystemV/");
        return known ? ZoneId.of(name) : null;
    }
}
