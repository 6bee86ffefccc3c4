package io.millrace.bench;

import java.util.Locale;

/** What a figure counts, and how it is written. */
enum Unit {
    PER_SECOND {
        @Override
        String text(double value) {
            return scaled(value, 1000, "", " k", " M", " G") + "/s";
        }
    },
    CPU_PER_MILLION {
        @Override
        String text(double value) {
            return digits(value) + " s";
        }
    },
    NANOS {
        @Override
        String text(double value) {
            return value < 1e6
                    ? digits(value / 1e3) + " us"
                    : value < 1e9 ? digits(value / 1e6) + " ms" : digits(value / 1e9) + " s";
        }
    },
    BYTES {
        @Override
        String text(double value) {
            return scaled(value, 1024, " B", " KB", " MB", " GB");
        }
    },
    COUNT {
        @Override
        String text(double value) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
    },
    RATIO {
        @Override
        String text(double value) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
    },
    /** How busy somebody was; said while measuring, not in the tables. */
    CORES {
        @Override
        String text(double value) {
            return String.format(Locale.ROOT, "%.2f", value);
        }
    };

    abstract String text(double value);

    /** Three digits that mean something. */
    static String digits(double value) {
        double size = Math.abs(value);
        int places = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : size == 0 ? 0 : 3;
        return String.format(Locale.ROOT, "%,." + places + "f", value);
    }

    private static String scaled(double value, int step, String... suffixes) {
        double rest = value;
        int at = 0;
        while (Math.abs(rest) >= step && at < suffixes.length - 1) {
            rest /= step;
            at++;
        }
        return digits(rest) + suffixes[at];
    }
}
