package io.millrace.protocol;

import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;

/** Reads one instant in RFC 3339, refusing others in the words of Go's time package. One owner. */
final class Rfc3339 {
    private static final String LAYOUT = "2006-01-02T15:04:05Z07:00";
    private static final BigInteger SECOND = BigInteger.valueOf(1_000_000_000L);
    private static final int FRACTION_DIGITS_MAX = 9;
    private static final int OFFSET_HOUR_MAX = 24;
    private static final int OFFSET_MINUTE_MAX = 60;

    private final String text;
    private int at;

    Rfc3339(String text) {
        this.text = text;
    }

    long epochNanos() throws JsonException {
        int year = number("2006", 4, 4);
        literal('-', "-");
        int month = bounded("month", number("01", 2, 2), 1, 12);
        literal('-', "-");
        int day = number("02", 2, 2);
        literal('T', "T");
        int hour = bounded("hour", number("15", 1, 2), 0, 23);
        literal(':', ":");
        int minute = bounded("minute", number("04", 2, 2), 0, 59);
        literal(':', ":");
        int second = bounded("second", number("05", 2, 2), 0, 59);
        int nanos = fraction();
        int offsetSeconds = offset();
        if (at < text.length()) {
            throw refused(": extra text: " + quoted(text.substring(at)));
        }
        bounded("day", day, 1, YearMonth.of(year, month).lengthOfMonth());
        long epochSecond =
                LocalDateTime.of(year, month, day, hour, minute, second)
                                .toEpochSecond(ZoneOffset.UTC)
                        - offsetSeconds;
        return nanos(epochSecond, nanos);
    }

    private static long nanos(long epochSecond, int nanos) {
        BigInteger exact =
                BigInteger.valueOf(epochSecond).multiply(SECOND).add(BigInteger.valueOf(nanos));
        if (exact.bitLength() < Long.SIZE) {
            return exact.longValueExact();
        }
        return epochSecond == LocalDateTime.of(1, 1, 1, 0, 0).toEpochSecond(ZoneOffset.UTC)
                ? GoTime.NONE
                : exact.signum() > 0 ? Long.MAX_VALUE : GoTime.NONE + 1;
    }

    private int number(String element, int digitsMin, int digitsMax) throws JsonException {
        int from = at;
        int value = 0;
        while (at < text.length() && at - from < digitsMax && isDigit(at)) {
            value = value * 10 + text.charAt(at++) - '0';
        }
        if (at - from < digitsMin) {
            at = from;
            throw mismatch(element);
        }
        return value;
    }

    private void literal(char c, String element) throws JsonException {
        if (at == text.length() || text.charAt(at) != c) {
            throw mismatch(element);
        }
        at++;
    }

    private int bounded(String part, int value, int least, int most) throws JsonException {
        if (value < least || value > most) {
            throw refused(": " + part + " out of range");
        }
        return value;
    }

    private int fraction() {
        if (at + 1 >= text.length()
                || (text.charAt(at) != '.' && text.charAt(at) != ',')
                || !isDigit(at + 1)) {
            return 0;
        }
        at++;
        int nanos = 0;
        int digits = 0;
        for (; at < text.length() && isDigit(at); at++) {
            if (digits < FRACTION_DIGITS_MAX) {
                nanos = nanos * 10 + text.charAt(at) - '0';
                digits++;
            }
        }
        for (; digits < FRACTION_DIGITS_MAX; digits++) {
            nanos *= 10;
        }
        return nanos;
    }

    private int offset() throws JsonException {
        if (at < text.length() && text.charAt(at) == 'Z') {
            at++;
            return 0;
        }
        int from = at;
        boolean shaped =
                at + 6 <= text.length()
                        && (text.charAt(at) == '+' || text.charAt(at) == '-')
                        && text.charAt(at + 3) == ':'
                        && isDigit(at + 1)
                        && isDigit(at + 2)
                        && isDigit(at + 4)
                        && isDigit(at + 5);
        if (!shaped) {
            throw mismatch("Z07:00");
        }
        int hours = Integer.parseInt(text, at + 1, at + 3, 10);
        int minutes = Integer.parseInt(text, at + 4, at + 6, 10);
        bounded("time zone offset hour", hours, 0, OFFSET_HOUR_MAX);
        bounded("time zone offset minute", minutes, 0, OFFSET_MINUTE_MAX);
        at += 6;
        int seconds = (hours * 60 + minutes) * 60;
        return text.charAt(from) == '-' ? -seconds : seconds;
    }

    private boolean isDigit(int index) {
        return text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private JsonException mismatch(String element) {
        return refused(
                " as \""
                        + LAYOUT
                        + "\": cannot parse "
                        + quoted(text.substring(at))
                        + " as \""
                        + element
                        + '"');
    }

    private JsonException refused(String why) {
        return new JsonException("parsing time " + quoted(text) + why);
    }

    private static String quoted(String part) {
        StringBuilder out = new StringBuilder();
        JsonText.quote(out, part);
        return out.toString();
    }
}
