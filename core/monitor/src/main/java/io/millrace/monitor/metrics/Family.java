package io.millrace.monitor.metrics;

import java.nio.charset.StandardCharsets;

/** The head of a family of samples, written down in both formats. Immutable. */
final class Family {
    private static final String TOTAL = "_total";

    private final byte[] name;
    private final byte[] text;
    private final byte[] openMetrics;

    Family(String sampleName, Kind kind, String help) {
        name = utf8(sampleName);
        text = head(sampleName, kind, help, Format.TEXT);
        openMetrics = head(sampleName, kind, help, Format.OPENMETRICS);
    }

    private static byte[] head(String sampleName, Kind kind, String help, Format format) {
        String family = sampleName;
        String word = kind.word(format);
        String shown = help.replace("\\", "\\\\").replace("\n", "\\n");
        if (format == Format.OPENMETRICS) {
            shown = shown.replace("\"", "\\\"");
            if (kind == Kind.COUNTER && sampleName.endsWith(TOTAL)) {
                family = sampleName.substring(0, sampleName.length() - TOTAL.length());
            } else if (kind == Kind.COUNTER) {
                // a counter would have to be called otherwise
                word = Kind.UNTYPED.word(format);
            }
        }
        return utf8("# HELP " + family + " " + shown + "\n# TYPE " + family + " " + word + "\n");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The name of its samples, before what some of them have behind it. Do not write to it. */
    byte[] name() {
        return name;
    }

    /** The lines that begin it. Do not write to it. */
    byte[] head(Format format) {
        return format == Format.TEXT ? text : openMetrics;
    }
}
