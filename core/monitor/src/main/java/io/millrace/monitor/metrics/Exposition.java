package io.millrace.monitor.metrics;

import io.millrace.runtime.Histogram;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes families of samples in one of the two formats. One owner.
 *
 * <p>The usual library for it is not used: it gives every counter a name that ends in {@code
 * _total}, and the names here are those that published boards ask for.
 */
final class Exposition {
    private static final byte[] NONE = new byte[0];
    private static final byte[] END = {'#', ' ', 'E', 'O', 'F', '\n'};
    private static final Labels TO_INFINITY = Labels.of("le", "+Inf");
    private static final double LONG_EXACT = 1e15;
    private static final double SMALLEST_PLAIN = 1e-4;
    private static final int LONGEST_NUMBER = 24;

    private final OutputStream out;
    private final Format format;
    private final Families families;
    private final byte[] buffer = new byte[2 << 10];
    private int used;
    private byte[] name = NONE;

    Exposition(OutputStream out, Format format, Families families) {
        this.out = out;
        this.format = format;
        this.families = families;
    }

    /** Begins a family; the samples that follow are its own until the next one begins. */
    Exposition family(String sampleName, Kind kind, String help) throws IOException {
        return family(families.family(sampleName, kind, help));
    }

    /** The same with one that is written down already. */
    Exposition family(Family family) throws IOException {
        name = family.name();
        return put(family.head(format));
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
        if (value == Math.rint(value) && Math.abs(value) < LONG_EXACT) {
            return sample(suffix, labels, (long) value);
        }
        begin(suffix, labels);
        text(number(value));
        return put('\n');
    }

    Exposition sample(String suffix, Labels labels, long value) throws IOException {
        begin(suffix, labels);
        digits(value);
        return put('\n');
    }

    private void begin(String suffix, Labels labels) throws IOException {
        put(name);
        text(suffix);
        if (!labels.isEmpty()) {
            put('{').put(labels.bytes()).put('}');
        }
        put(' ');
    }

    /**
     * A family of one histogram.
     *
     * @param unit how many of the recorded figures make one of those that are shown
     */
    Exposition histogram(String family, String help, Histogram.Picture picture, double unit)
            throws IOException {
        family(family, Kind.HISTOGRAM, help);
        Labels[] bounds = families.bounds(family, picture, unit);
        long count = picture.count();
        for (int i = 0; i < picture.size(); i++) {
            sample("_bucket", bounds[i], Math.min(count, picture.upTo(i)));
        }
        sample("_bucket", TO_INFINITY, count);
        sample("_sum", Labels.NONE, picture.sum() / unit);
        return sample("_count", Labels.NONE, count);
    }

    /** Nothing follows. */
    void end() throws IOException {
        if (format == Format.OPENMETRICS) {
            put(END);
        }
        flush();
    }

    /** As both formats write it, since it is compared as text. */
    static String bound(double value) {
        String text = Double.toString(value);
        int exponent = text.indexOf('E');
        if (exponent < 0) {
            return text;
        }
        String mantissa = text.substring(0, exponent);
        int power = Integer.parseInt(text.substring(exponent + 1));
        if (value >= SMALLEST_PLAIN && value < LONG_EXACT) {
            return plain(mantissa, power);
        }
        return (mantissa.endsWith(".0") ? mantissa.substring(0, mantissa.length() - 2) : mantissa)
                + (power < 0 ? "e-" : "e+")
                + (Math.abs(power) < 10 ? "0" : "")
                + Math.abs(power);
    }

    /** Without an exponent. BigDecimal would do that, too, for 2 MB of tables. */
    private static String plain(String mantissa, int power) {
        String digits = mantissa.replace(".", "");
        if (mantissa.endsWith(".0")) {
            digits = digits.substring(0, digits.length() - 1);
        }
        int point = power + 1;
        if (point <= 0) {
            return "0." + "0".repeat(-point) + digits;
        }
        return digits.length() > point
                ? digits.substring(0, point) + "." + digits.substring(point)
                : digits + "0".repeat(point - digits.length()) + ".0";
    }

    static String number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < LONG_EXACT) {
            return Long.toString((long) value);
        } else if (Double.isInfinite(value)) {
            return value > 0 ? "+Inf" : "-Inf";
        }
        return Double.toString(value);
    }

    /** Text of plain ASCII. */
    private void text(String text) throws IOException {
        int length = text.length();
        room(length);
        for (int i = 0; i < length; i++) {
            buffer[used++] = (byte) text.charAt(i);
        }
    }

    private void digits(long value) throws IOException {
        room(LONGEST_NUMBER);
        if (value < 0) {
            text(Long.toString(value));
            return;
        }
        int end = used + 1;
        for (long rest = value; rest > 9; rest /= 10) {
            end++;
        }
        int at = end;
        long rest = value;
        do {
            buffer[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        used = end;
    }

    private Exposition put(char ascii) throws IOException {
        room(1);
        buffer[used++] = (byte) ascii;
        return this;
    }

    private void room(int bytes) throws IOException {
        if (bytes > buffer.length - used) {
            flush();
        }
    }

    private Exposition put(byte[] bytes) throws IOException {
        room(bytes.length);
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
