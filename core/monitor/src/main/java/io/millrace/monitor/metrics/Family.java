package io.millrace.monitor.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A family of samples: its name, and its head written down in both formats. Immutable. */
final class Family {
    private static final String TOTAL = "_total";

    private final byte[] name;
    private final byte[] text;
    private final byte[] openMetrics;

    Family(String sampleName, Kind kind, String help) {
        name = utf8(sampleName);
        text = head(sampleName, kind, help, Format.TEXT);
        byte[] other = head(sampleName, kind, help, Format.OPENMETRICS);
        openMetrics = Arrays.equals(text, other) ? text : other;
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

    /** The name of its samples. Do not write to it. */
    byte[] name() {
        return name;
    }

    /** The lines that begin it. Do not write to it. */
    byte[] head(Format format) {
        return format == Format.TEXT ? text : openMetrics;
    }

    /** Its first sample, with the lines that begin it. */
    Line first(String suffix, Labels labels) {
        byte[] sample = sample(suffix, labels);
        byte[] inText = joined(text, sample);
        return new Line(inText, text == openMetrics ? inText : joined(openMetrics, sample));
    }

    /** Another sample, whose name has something behind the name of its family. */
    Line next(String suffix, Labels labels) {
        byte[] sample = sample(suffix, labels);
        return new Line(sample, sample);
    }

    private byte[] sample(String suffix, Labels labels) {
        return joined(joined(name, utf8(suffix)), labels.bytes());
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
