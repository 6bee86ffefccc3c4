package io.millrace.jetstream;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Six fields that say when something is to be done: second, minute, hour, day of the month, month,
 * day of the week. Immutable.
 */
/* Each field is a set of bits. The two days are both meant when one of them is a star, else either
 * will do; a star with a step is no star. What never comes within five years is no pattern. */
record CronPattern(
        long seconds,
        long minutes,
        long hours,
        long days,
        long months,
        long weekdays,
        boolean bothDays,
        ZoneId zone) {
    private static final int YEARS = 5;
    private static final long NANOS = 1_000_000_000L;
    private static final String[] MONTHS = {
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"
    };
    private static final String[] WEEKDAYS = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
    private static final String[] NO_NAMES = {};
    private static final Map<String, String> NAMED =
            Map.of(
                    "@yearly", "0 0 0 1 1 *",
                    "@annually", "0 0 0 1 1 *",
                    "@monthly", "0 0 0 1 * *",
                    "@weekly", "0 0 0 * * 0",
                    "@daily", "0 0 0 * * *",
                    "@midnight", "0 0 0 * * *",
                    "@hourly", "0 0 * * * *");

    /** Reads a pattern; null when it is none. */
    static @Nullable CronPattern parse(String text, ZoneId zone) {
        String[] fields = NAMED.getOrDefault(text, text).strip().split("\\s+", -1);
        if (fields.length != 6) {
            return null;
        }
        try {
            return new CronPattern(
                    bits(fields[0], 0, 59, NO_NAMES),
                    bits(fields[1], 0, 59, NO_NAMES),
                    bits(fields[2], 0, 23, NO_NAMES),
                    bits(fields[3], 1, 31, NO_NAMES),
                    bits(fields[4], 1, 12, MONTHS),
                    bits(fields[5], 0, 6, WEEKDAYS),
                    isStar(fields[3]) || isStar(fields[5]),
                    zone);
        } catch (NumberFormatException none) {
            return null;
        }
    }

    private static boolean isStar(String field) {
        for (String part : field.split(",", -1)) {
            String[] range = part.split("/", -1);
            boolean every = range[0].startsWith("*") || range[0].equals("?");
            if (every && (range.length == 1 || Integer.parseInt(range[1]) <= 1)) {
                return true;
            }
        }
        return false;
    }

    private static long bits(String field, int least, int most, String[] names) {
        long bits = 0;
        for (String part : field.split(",", -1)) {
            if (!part.isEmpty()) {
                bits |= range(part, least, most, names);
            }
        }
        return bits;
    }

    private static long range(String text, int least, int most, String[] names) {
        String[] parts = text.split("/", -1);
        String[] ends = parts[0].split("-", -1);
        boolean every = ends[0].equals("*") || ends[0].equals("?");
        int from = every ? least : value(ends[0], least, names);
        int to = every ? most : from;
        if (!every && ends.length == 2) {
            to = value(ends[1], least, names);
        }
        int step = 1;
        if (parts.length == 2) {
            step = Integer.parseInt(parts[1]);
            if (!every && ends.length == 1) {
                to = most;
            }
        }
        if (parts.length > 2 || ends.length > 2 || step < 1 || from < least || to > most) {
            throw new NumberFormatException(text);
        }
        if (from > to) {
            throw new NumberFormatException(text);
        }
        long bits = 0;
        for (long i = from; i <= to; i += step) {
            bits |= 1L << i;
        }
        return bits;
    }

    private static int value(String text, int least, String[] names) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(text.toLowerCase(Locale.ROOT))) {
                return i + least;
            }
        }
        return Integer.parseInt(text);
    }

    /** The first time behind {@code epochNanos}; null when there is none. */
    @Nullable ZonedDateTime next(long epochNanos) {
        try {
            ZonedDateTime start =
                    java.time.Instant.ofEpochSecond(Math.floorDiv(epochNanos, NANOS) + 1)
                            .atZone(zone);
            return next(start, start.getYear() + YEARS);
        } catch (DateTimeException beyond) {
            return null;
        }
    }

    private @Nullable ZonedDateTime next(ZonedDateTime start, int lastYear) {
        ZonedDateTime t = start;
        while (t.getYear() <= lastYear) {
            if (!has(months, t.getMonthValue())) {
                t = t.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1).plusMonths(1);
            } else if (!isDay(t)) {
                t = t.truncatedTo(ChronoUnit.DAYS).plusDays(1);
            } else if (!has(hours, t.getHour())) {
                t = t.truncatedTo(ChronoUnit.HOURS).plusHours(1);
            } else if (!has(minutes, t.getMinute())) {
                t = t.truncatedTo(ChronoUnit.MINUTES).plusMinutes(1);
            } else if (!has(seconds, t.getSecond())) {
                t = t.plusSeconds(1);
            } else {
                return t;
            }
        }
        return null;
    }

    private boolean isDay(ZonedDateTime t) {
        boolean day = has(days, t.getDayOfMonth());
        boolean weekday = has(weekdays, t.getDayOfWeek().getValue() % 7);
        return bothDays ? day && weekday : day || weekday;
    }

    private static boolean has(long bits, int value) {
        return (bits & 1L << value) != 0;
    }
}
