package io.millrace.monitor.metrics;

/** All that stands before a value and never changes, written down in both formats. Immutable. */
final class Line {
    /** Do not write to it. */
    final byte[] text;

    /** Likewise. */
    final byte[] openMetrics;

    Line(byte[] text, byte[] openMetrics) {
        this.text = text;
        this.openMetrics = openMetrics;
    }
}
