package io.millrace.config;

/** Durations as people write them: "1h2m3.5s". Stateless: any thread. */
public final class Durations {
    private static final String[] UNITS = {"ns", "us", "µs", "μs", "ms", "s", "m", "h"};
    private static final long[] UNIT_NANOS = {
        1, 1_000, 1_000, 1_000, 1_000_000, 1_000_000_000L, 60_000_000_000L, 3_600_000_000_000L
    };
    private static final int TEXT_LENGTH_MAX = 256;

    private Durations() {}

    /** Nanoseconds, or a {@link ConfigException} whose message says what is wrong. */
    public static long parse(String text) throws ConfigException {
        String rest = text;
        boolean negative = rest.startsWith("-");
        if (negative || rest.startsWith("+")) {
            rest = rest.substring(1);
        }
        if (rest.equals("0")) {
            return 0;
        }
        if (rest.isEmpty() || text.length() > TEXT_LENGTH_MAX) {
            throw invalid(text);
        }
        double exact = 0;
        long total = 0;
        while (!rest.isEmpty()) {
            int number = prefix(rest, true);
            String digits = rest.substring(0, number);
            if (digits.isEmpty() || digits.equals(".") || digits.indexOf('.') != lastDot(digits)) {
                throw invalid(text);
            }
            rest = rest.substring(number);
            int unitLength = prefix(rest, false);
            String unit = rest.substring(0, unitLength);
            rest = rest.substring(unitLength);
            if (unit.isEmpty()) {
                throw new ConfigException("time: missing unit in duration \"" + text + "\"");
            }
            long nanos = unitNanos(unit);
            if (nanos < 0) {
                throw new ConfigException(
                        "time: unknown unit \"" + unit + "\" in duration \"" + text + "\"");
            }
            exact += Double.parseDouble(digits) * nanos;
            total += amount(digits, nanos);
        }
        if (exact >= Long.MAX_VALUE) {
            throw invalid(text);
        }
        return negative ? -total : total;
    }

    private static int lastDot(String digits) {
        return digits.lastIndexOf('.');
    }

    private static ConfigException invalid(String text) {
        return new ConfigException("time: invalid duration \"" + text + "\"");
    }

    private static int prefix(String text, boolean numeric) {
        int length = 0;
        while (length < text.length() && isNumeric(text.charAt(length)) == numeric) {
            length++;
        }
        return length;
    }

    private static boolean isNumeric(char c) {
        return c == '.' || ConfText.isDigit(c);
    }

    private static long unitNanos(String unit) {
        for (int i = 0; i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                return UNIT_NANOS[i];
            }
        }
        return -1;
    }

    private static long amount(String digits, long unitNanos) throws ConfigException {
        int dot = digits.indexOf('.');
        String whole = dot < 0 ? digits : digits.substring(0, dot);
        double fraction = dot < 0 ? 0 : Double.parseDouble("0" + digits.substring(dot));
        try {
            long units = whole.isEmpty() ? 0 : Long.parseLong(whole);
            return Math.multiplyExact(units, unitNanos) + (long) (fraction * unitNanos);
        } catch (NumberFormatException | ArithmeticException beyond) {
            throw invalid(digits);
        }
    }
}
