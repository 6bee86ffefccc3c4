package io.millrace.monitor.metrics;

/** All that stands before a value and never changes, written down in both formats. Immutable. */
final class Line {
    private final byte[] text;
    private final byte[] openMetrics;

    Line(byte[] text, byte[] openMetrics) {
        this.text = text;
        this.openMetrics = openMetrics;
    }

    /** Do not write to it. */
    byte[] before(Format format) {
        return format == Format.TEXT ? text : openMetrics;
    }
}
