package io.millrace.jetstream.api;

/** Reads a share in percent, with or without its sign. Stateless. */
final class SamplePercent {
    private SamplePercent() {}

    static int of(String written) {
        try {
            return Integer.parseInt(digits(written));
        } catch (NumberFormatException unreadable) {
            return 0;
        }
    }

    /** The text without its '%'. */
    static String digits(String written) {
        return written.endsWith("%") ? written.substring(0, written.length() - 1) : written;
    }
}
