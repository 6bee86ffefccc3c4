package io.millrace.monitor.metrics;

import io.millrace.runtime.Histogram;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Writes families of samples in one of the two formats. One owner.
 *
 * <p>The usual library for it is not used: it gives every counter a name that ends in {@code
 * _total}, and the names here are those that published boards ask for.
 */
final class Exposition {
    private static final String TOTAL = "_total";
    private static final byte[] NONE = new byte[0];
    private static final double LONG_EXACT = 1e15;
    private static final double SMALLEST_PLAIN = 1e-4;

    private final OutputStream out;
    private final Format format;
    private final byte[] buffer = new byte[8 << 10];
    private int used;
    private byte[] name = NONE;

    Exposition(OutputStream out, Format format) {
        this.out = out;
        this.format = format;
    }

    /** Begins a family; the samples that follow are its own until the next one begins. */
    Exposition family(String sampleName, Kind kind, String help) throws IOException {
        String family = sampleName;
        String word = kind.word(format);
        if (format == Format.OPENMETRICS && kind == Kind.COUNTER) {
            if (sampleName.endsWith(TOTAL)) {
                family = sampleName.substring(0, sampleName.length() - TOTAL.length());
            } else {
                // a counter would have to be called otherwise
                word = Kind.UNTYPED.word(format);
            }
        }
        put("# HELP ").put(family).put(" ").put(escaped(help)).put("\n");
        put("# TYPE ").put(family).put(" ").put(word).put("\n");
        name = sampleName.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    private String escaped(String help) {
        String text = help.replace("\\", "\\\\").replace("\n", "\\n");
        return format == Format.OPENMETRICS ? text.replace("\"", "\\\"") : text;
    }

    Exposition sample(Labels labels, double value) throws IOException {
        return sample("", labels, value);
    }

    Exposition sample(Labels labels, long value) throws IOException {
        return sample("", labels, value);
    }

    Exposition sample(Labels labels, Number value) throws IOException {
        return value instanceof Double fraction
                ? sample(labels, fraction.doubleValue())
                : sample(labels, value.longValue());
    }

    /** A sample whose name has something behind the name of its family. */
    Exposition sample(String suffix, Labels labels, double value) throws IOException {
        return sample(suffix, labels, number(value));
    }

    Exposition sample(String suffix, Labels labels, long value) throws IOException {
        return sample(suffix, labels, Long.toString(value));
    }

    private Exposition sample(String suffix, Labels labels, String value) throws IOException {
        put(name).put(suffix);
        if (!labels.isEmpty()) {
            put("{").put(labels.bytes()).put("}");
        }
        return put(" ").put(value).put("\n");
    }

    /**
     * A family of one histogram.
     *
     * @param unit how many of the recorded figures make one of those that are shown
     */
    Exposition histogram(String family, String help, Histogram.Picture picture, double unit)
            throws IOException {
        family(family, Kind.HISTOGRAM, help);
        long count = picture.count();
        for (int i = 0; i < picture.size(); i++) {
            String le = bound(picture.bound(i) / unit);
            sample("_bucket", Labels.of("le", le), Math.min(count, picture.upTo(i)));
        }
        sample("_bucket", Labels.of("le", "+Inf"), count);
        sample("_sum", Labels.NONE, picture.sum() / unit);
        return sample("_count", Labels.NONE, count);
    }

    /** Nothing follows. */
    void end() throws IOException {
        if (format == Format.OPENMETRICS) {
            put("# EOF\n");
        }
        flush();
    }

    /** As both formats write it, since it is compared as text. */
    static String bound(double value) {
        String text = Double.toString(value);
        int exponent = text.indexOf('E');
        if (exponent < 0) {
            return text;
        } else if (value >= SMALLEST_PLAIN && value < LONG_EXACT) {
            String plain = new BigDecimal(text).stripTrailingZeros().toPlainString();
            return plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        String mantissa = text.substring(0, exponent);
        int power = Integer.parseInt(text.substring(exponent + 1));
        return (mantissa.endsWith(".0") ? mantissa.substring(0, mantissa.length() - 2) : mantissa)
                + (power < 0 ? "e-" : "e+")
                + (Math.abs(power) < 10 ? "0" : "")
                + Math.abs(power);
    }

    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < LONG_EXACT) {
            return Long.toString((long) value);
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.toString(value);
    }

    private Exposition put(String text) throws IOException {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    private Exposition put(byte[] bytes) throws IOException {
        if (bytes.length > buffer.length - used) {
            flush();
        }
        if (bytes.length > buffer.length) {
            out.write(bytes);
        } else {
            System.arraycopy(bytes, 0, buffer, used, bytes.length);
            used += bytes.length;
        }
        return this;
    }

    private void flush() throws IOException {
        out.write(buffer, 0, used);
        used = 0;
    }
}
