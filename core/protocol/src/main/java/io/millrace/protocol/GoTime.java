package io.millrace.protocol;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Instants and durations in the texts that nats-server shows. */
public final class GoTime {
    private static final long MICRO = 1_000L;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;

    /** Go's zero time, 0001-01-01T00:00:00Z, which no count of nanoseconds since 1970 reaches. */
    public static final long NONE = Long.MIN_VALUE;

    private GoTime() {}

    /**
     * The instant that an RFC 3339 text names, in nanoseconds since 1970; {@link #NONE} for Go's
     * zero time. What lies beyond the reach of 64 bits becomes the nearest instant that does not.
     *
     * @throws JsonException in Go's words when the text is something else
     */
    public static long epochNanos(String text) throws JsonException {
        return new Rfc3339(text).epochNanos();
    }

    /** RFC 3339 in UTC with as many digits of a second as are needed. */
    public static String rfc3339(long epochNanos) {
        LocalDateTime t =
                LocalDateTime.ofEpochSecond(
                        Math.floorDiv(epochNanos, SECOND),
                        (int) Math.floorMod(epochNanos, SECOND),
                        ZoneOffset.UTC);
        StringBuilder out = new StringBuilder(32);
        pad(out, t.getYear(), 4).append('-');
        pad(out, t.getMonthValue(), 2).append('-');
        pad(out, t.getDayOfMonth(), 2).append('T');
        pad(out, t.getHour(), 2).append(':');
        pad(out, t.getMinute(), 2).append(':');
        pad(out, t.getSecond(), 2);
        int fraction = (int) Math.floorMod(epochNanos, SECOND);
        if (fraction > 0) {
            out.append('.');
            pad(out, fraction, 9);
            while (out.charAt(out.length() - 1) == '0') {
                out.setLength(out.length() - 1);
            }
        }
        return out.append('Z').toString();
    }

    private static StringBuilder pad(StringBuilder out, int value, int width) {
        String digits = Integer.toString(value);
        return out.repeat("0", Math.max(0, width - digits.length())).append(digits);
    }

    /** Days, hours, minutes and seconds, as uptimes are shown: "1d2h3m4s". */
    public static String uptime(long nanos) {
        long seconds = nanos / SECOND;
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        StringBuilder out = new StringBuilder();
        long years = days / 365;
        if (years > 0) {
            out.append(years).append('y');
        }
        if (days > 0) {
            out.append(days % 365).append('d');
        }
        if (hours > 0) {
            out.append(hours % 24).append('h');
        }
        if (minutes > 0) {
            out.append(minutes % 60).append('m');
        }
        return out.append(seconds % 60).append('s').toString();
    }

    /** A duration as Go prints it: "1h2m3.5s", "1.5ms", "0s". */
    public static String duration(long nanos) {
        if (nanos == 0) {
            return "0s";
        }
        if (nanos < 0) {
            return "-" + duration(-nanos);
        }
        if (nanos < MICRO) {
            return nanos + "ns";
        }
        if (nanos < MILLI) {
            return decimal(nanos, MICRO) + "µs";
        }
        if (nanos < SECOND) {
            return decimal(nanos, MILLI) + "ms";
        }
        long minutes = nanos / (60 * SECOND);
        String seconds = decimal(nanos % (60 * SECOND), SECOND) + "s";
        if (minutes == 0) {
            return seconds;
        }
        long hours = minutes / 60;
        return hours == 0 ? minutes + "m" + seconds : hours + "h" + minutes % 60 + "m" + seconds;
    }

    private static String decimal(long nanos, long unit) {
        long whole = nanos / unit;
        long fraction = nanos % unit;
        if (fraction == 0) {
            return Long.toString(whole);
        }
        String digits = Long.toString(unit + fraction).substring(1);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return whole + "." + digits.substring(0, end);
    }
}
