package io.millrace.monitor.metrics;

/**
 * Writes families of samples in one of the two formats, answer after answer. One owner at a time.
 *
 * <p>The usual library for it is not used: it gives every counter a name that ends in {@code
 * _total}, and the names here are those that published boards ask for.
 */
/* Prometheus asks so seldom that most of this is interpreted for a long time: so there are few calls
 * for a sample, and nothing is made for it. */
final class Exposition {
    private static final byte[] NONE = new byte[0];
    private static final byte[] END = {'#', ' ', 'E', 'O', 'F', '\n'};
    private static final long LONG_EXACT = 1_000_000_000_000_000L;
    private static final double SMALLEST_PLAIN = 1e-4;

    private static final long BILLION = 1_000_000_000;
    private static final int DIGITS = 9;

    /** From here on Double writes numbers without an exponent. */
    private static final double LEAST_PLAIN = 1e-3;

    /** So many billionths have 15 digits. */
    private static final double LIMIT_PLAIN = 1e6;

    /** A value and the end of its line. */
    private static final int LONGEST_VALUE = 32;

    private final Sink out;
    private final Fractions fractions = new Fractions();
    private Format format = Format.TEXT;
    private byte[] buffer = new byte[16 << 10];
    private int used;
    private byte[] name = NONE;

    Exposition(Sink out) {
        this.out = out;
    }

    /** Another answer begins. */
    Exposition begin(Format wanted) {
        format = wanted;
        used = 0;
        out.begin();
        return this;
    }

    /** Begins a family; the samples that follow are its own until the next one begins. */
    Exposition family(Family family) {
        byte[] head = family.head(format);
        room(head.length);
        System.arraycopy(head, 0, buffer, used, head.length);
        used += head.length;
        name = family.name();
        return this;
    }

    Exposition sample(Labels labels, double value) {
        byte[] pairs = labels.bytes();
        int before = name.length + pairs.length;
        room(before + LONGEST_VALUE);
        System.arraycopy(name, 0, buffer, used, name.length);
        System.arraycopy(pairs, 0, buffer, used + name.length, pairs.length);
        used += before;
        value(value);
        return this;
    }

    /** A value with all that stands before it. */
    Exposition line(Line line, double value) {
        before(line);
        value(value);
        return this;
    }

    Exposition line(Line line, long value) {
        before(line);
        value(value);
        return this;
    }

    private void before(Line line) {
        byte[] bytes = format == Format.TEXT ? line.text : line.openMetrics;
        room(bytes.length + LONGEST_VALUE);
        System.arraycopy(bytes, 0, buffer, used, bytes.length);
        used += bytes.length;
    }

    /** Nothing follows: the whole answer, or no bytes when there is no room for it. */
    byte[] end() {
        if (format == Format.OPENMETRICS) {
            room(END.length);
            System.arraycopy(END, 0, buffer, used, END.length);
            used += END.length;
        }
        out.write(buffer, used);
        return out.end();
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

    /** There is room for it. */
    private void value(double value) {
        long whole = (long) value;
        if (whole == value && whole < LONG_EXACT && whole > -LONG_EXACT) {
            value(whole);
        } else if (!fraction(value)) {
            value(fractions.text(value));
        }
    }

    /**
     * Writes it if it is so many billionths, as times are, and not too many: a decimal number of no
     * more than 15 digits is the shortest for its double.
     */
    private boolean fraction(double value) {
        if (!(value >= LEAST_PLAIN && value < LIMIT_PLAIN)) {
            return false;
        }
        long billionths = (long) (value * BILLION + 0.5);
        if (billionths / (double) BILLION != value) {
            return false;
        }
        value(billionths / BILLION);
        int point = used - 1;
        int end = point;
        long rest = billionths % BILLION;
        for (int at = point + DIGITS; at > point; at--) {
            long tenth = rest / 10;
            buffer[at] = (byte) ('0' + (rest - 10 * tenth));
            end = end == point && rest > 10 * tenth ? at : end;
            rest = tenth;
        }
        buffer[point] = '.';
        buffer[end + 1] = '\n';
        used = end + 2;
        return true;
    }

    /** Likewise. */
    private void value(String text) {
        for (int i = 0; i < text.length(); i++) {
            buffer[used++] = (byte) text.charAt(i);
        }
        buffer[used++] = '\n';
    }

    /** Likewise. */
    private void value(long value) {
        if (value < 0) {
            value(Long.toString(value));
            return;
        }
        byte[] into = buffer;
        int end = used + 1;
        for (long rest = value; rest > 9; rest /= 10) {
            end++;
        }
        long rest = value;
        for (int at = end - 1; at > used; at--) {
            long tenth = rest / 10;
            into[at] = (byte) ('0' + (rest - 10 * tenth));
            rest = tenth;
        }
        into[used] = (byte) ('0' + rest);
        into[end] = '\n';
        used = end + 1;
    }

    private void room(int bytes) {
        if (bytes <= buffer.length - used) {
            return;
        }
        out.write(buffer, used);
        used = 0;
        if (bytes > buffer.length) {
            buffer = new byte[bytes];
        }
    }
}
