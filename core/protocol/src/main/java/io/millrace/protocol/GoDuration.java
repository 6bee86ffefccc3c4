package io.millrace.protocol;

/** Durations as Go reads them from bytes ("1h2m3.5s"), without garbage. Any thread. */
public final class GoDuration {
    /** What {@link #parse} answers for everything that is no duration. */
    public static final long INVALID = Long.MIN_VALUE;

    private static final int UNIT_LENGTH_MAX = 3;

    /** Further digits of a fraction make no difference. */
    private static final long FRACTION_MAX = Long.MAX_VALUE / 100;

    private GoDuration() {}

    /**
     * Nanoseconds, negative ones after a minus sign, or {@link #INVALID}. Parts smaller than a
     * nanosecond are cut off; what does not fit into 63 bits is invalid.
     */
    public static long parse(byte[] text, int offset, int length) {
        int end = offset + length;
        int at = offset;
        boolean negative = at < end && text[at] == '-';
        if (negative || (at < end && text[at] == '+')) {
            at++;
        }
        if (at == end) {
            return INVALID;
        }
        if (end - at == 1 && text[at] == '0') {
            return 0;
        }
        long total = 0;
        while (at < end) {
            int unit = numberEnd(text, at, end);
            int next = unitEnd(text, unit, end);
            long part = part(text, at, unit, unitNanos(text, unit, next));
            if (part < 0 || total > Long.MAX_VALUE - part) {
                return INVALID;
            }
            total += part;
            at = next;
        }
        return negative ? -total : total;
    }

    /** The nanoseconds of "1.5" times a unit; negative when it is no number or too much. */
    private static long part(byte[] text, int from, int end, long unitNanos) {
        long whole = 0;
        int at = from;
        for (; at < end && text[at] != '.'; at++) {
            int digit = text[at] - '0';
            if (whole > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            whole = whole * 10 + digit;
        }
        boolean hasDigits = at > from;
        if (unitNanos < 0 || whole > Long.MAX_VALUE / unitNanos) {
            return -1;
        }
        long nanos = whole * unitNanos;
        long fraction = 0;
        double parts = 1;
        for (at++; at < end; at++) {
            int digit = text[at] - '0';
            if (text[at] == '.') {
                return -1;
            }
            hasDigits = true;
            if (fraction <= FRACTION_MAX) {
                fraction = fraction * 10 + digit;
                parts *= 10;
            }
        }
        long more = (long) (fraction * (unitNanos / parts));
        return hasDigits && nanos <= Long.MAX_VALUE - more ? nanos + more : -1;
    }

    private static int numberEnd(byte[] text, int from, int end) {
        int at = from;
        while (at < end && isNumeric(text[at])) {
            at++;
        }
        return at;
    }

    private static int unitEnd(byte[] text, int from, int end) {
        int at = from;
        while (at < end && !isNumeric(text[at])) {
            at++;
        }
        return at;
    }

    private static boolean isNumeric(byte c) {
        return c == '.' || (c >= '0' && c <= '9');
    }

    private static long unitNanos(byte[] text, int from, int end) {
        if (end - from == 0 || end - from > UNIT_LENGTH_MAX) {
            return -1;
        }
        int unit = 0;
        for (int i = from; i < end; i++) {
            unit = (unit << 8) | (text[i] & 0xff);
        }
        return switch (unit) {
            case ('n' << 8) | 's' -> 1;
            // Both letters that look like a Greek mu, in UTF-8.
            case ('u' << 8) | 's', (0xc2b5 << 8) | 's', (0xcebc << 8) | 's' -> 1_000;
            case ('m' << 8) | 's' -> 1_000_000;
            case 's' -> 1_000_000_000L;
            case 'm' -> 60_000_000_000L;
            case 'h' -> 3_600_000_000_000L;
            default -> -1;
        };
    }
}
