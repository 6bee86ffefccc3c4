package io.millrace.config;

import java.util.Locale;

/** Factors behind numbers: powers of 1000 for one letter, of 1024 with a b or i. */
final class Units {
    private static final String LETTERS = "kmgtpe";

    private Units() {}

    /**
     * The size that JetStream reads in quotes: a number and one of four letters, in powers of 1024.
     */
    static long quoted(String text) throws ConfigException {
        int end = text.length() - 1;
        String digits = text.substring(0, end);
        long number = number(digits);
        int power = "KMGT".indexOf(text.charAt(end)) + 1;
        if (power == 0) {
            throw new ConfigException("sizes defined as strings must end in K, M, G, T");
        }
        long factor = 1L << (10 * power);
        return Math.clamp(number, Long.MIN_VALUE / factor, Long.MAX_VALUE / factor) * factor;
    }

    private static long number(String digits) throws ConfigException {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException wrong) {
            boolean whole = digits.matches("[+-]?[0-9]+");
            throw new ConfigException(
                    "strconv.ParseInt: parsing \""
                            + digits
                            + "\": "
                            + (whole ? "value out of range" : "invalid syntax"));
        }
    }

    /** The factor of a suffix like "k", "MB" or "gi"; 1 for none or an unknown one. */
    static long factor(String suffix) {
        if (suffix.isEmpty()) {
            return 1;
        }
        int power = LETTERS.indexOf(suffix.toLowerCase(Locale.ROOT).charAt(0)) + 1;
        long base = suffix.length() == 1 ? 1000 : 1024;
        long factor = 1;
        for (int i = 0; i < power; i++) {
            factor *= base;
        }
        return factor;
    }
}
