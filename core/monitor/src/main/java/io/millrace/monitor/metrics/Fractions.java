package io.millrace.monitor.metrics;

import org.jspecify.annotations.Nullable;

/** Numbers as text, which is dear: some of those that came last are remembered. One owner. */
final class Fractions {
    private static final int KEPT = 16;

    private final double[] numbers = new double[KEPT];
    private final @Nullable String[] texts = new String[KEPT];

    String text(double number) {
        long bits = Double.doubleToRawLongBits(number);
        int at = (int) (bits ^ bits >>> 20 ^ bits >>> 52) & KEPT - 1;
        String known = texts[at];
        if (known == null || numbers[at] != number) {
            known = written(number);
            numbers[at] = number;
            texts[at] = known;
        }
        return known;
    }

    private static String written(double number) {
        if (Double.isInfinite(number)) {
            return number > 0 ? "+Inf" : "-Inf";
        }
        return Double.toString(number);
    }
}
