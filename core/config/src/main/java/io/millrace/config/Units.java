package io.millrace.config;

import java.util.Locale;

/** Factors behind numbers: powers of 1000 for one letter, of 1024 with a b or i. */
final class Units {
    private static final String LETTERS = "kmgtpe";

    private Units() {}

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
