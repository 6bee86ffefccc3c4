package io.millrace.monitor.metrics;

/** What a family of samples is, in the words of both formats. */
enum Kind {
    COUNTER("counter", "counter"),
    GAUGE("gauge", "gauge"),
    HISTOGRAM("histogram", "histogram"),
    SUMMARY("summary", "summary"),
    UNTYPED("untyped", "unknown");

    private final String inText;
    private final String inOpenMetrics;

    Kind(String inText, String inOpenMetrics) {
        this.inText = inText;
        this.inOpenMetrics = inOpenMetrics;
    }

    String word(Format format) {
        return format == Format.TEXT ? inText : inOpenMetrics;
    }
}
