package io.millrace.protocol;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;

/** Instants and durations in the texts that nats-server shows. */
public final class GoTime {
    private static final long MICRO = 1_000L;
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long SECONDS_OF_DAY = 86_400;

    /** Go's zero time, 0001-01-01T00:00:00Z, which no count of nanoseconds since 1970 reaches. */
    public static final long NONE = Long.MIN_VALUE;

    /** As many bytes as {@link #write} may need: "2006-01-02T15:04:05.999999999Z". */
    public static final int LONGEST = 30;

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
        byte[] text = new byte[LONGEST];
        return new String(text, 0, write(text, 0, epochNanos), StandardCharsets.US_ASCII);
    }

    /** The same as bytes, {@link #LONGEST} at most. Returns where they end. */
    public static int write(byte[] into, int at, long epochNanos) {
        long seconds = Math.floorDiv(epochNanos, SECOND);
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_OF_DAY));
        int second = (int) Math.floorMod(seconds, SECONDS_OF_DAY);
        int end = digits(into, at, date.getYear(), 4);
        into[end] = '-';
        end = digits(into, end + 1, date.getMonthValue(), 2);
        into[end] = '-';
        end = digits(into, end + 1, date.getDayOfMonth(), 2);
        into[end] = 'T';
        end = digits(into, end + 1, second / 3_600, 2);
        into[end] = ':';
        end = digits(into, end + 1, second / 60 % 60, 2);
        into[end] = ':';
        end = digits(into, end + 1, second % 60, 2);
        int fraction = (int) Math.floorMod(epochNanos, SECOND);
        if (fraction > 0) {
            into[end] = '.';
            end = digits(into, end + 1, fraction, 9);
            while (into[end - 1] == '0') {
                end--;
            }
        }
        into[end] = 'Z';
        return end + 1;
    }

    private static int digits(byte[] into, int at, int value, int width) {
        int rest = value;
        for (int i = at + width - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return at + width;
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
