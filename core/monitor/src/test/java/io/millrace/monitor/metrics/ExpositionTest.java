package io.millrace.monitor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.Histogram;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How samples are written down. */
final class ExpositionTest {
    private final Exposition reused = new Exposition(new Plain());

    private Exposition exposition(Format format) {
        return reused.begin(format);
    }

    private static String written(Exposition out) {
        return new String(out.end(), StandardCharsets.UTF_8);
    }

    private static Family family(String name, Kind kind, String help) {
        return new Family(name, kind, help);
    }

    @ParameterizedTest
    @ValueSource(
            longs = {0, 7, 9, 10, 99, 100, 1234567890, Long.MAX_VALUE, Long.MIN_VALUE, -1, -10})
    void wholeNumbersAreWrittenDigitByDigit(long value) {
        Exposition out = exposition(Format.TEXT);
        out.line(family("a", Kind.GAUGE, "b").first("", Labels.NONE), value);
        assertThat(written(out)).isEqualTo("# HELP a b\n# TYPE a gauge\na " + value + "\n");
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.5", "-3, -3", "1e14, 100000000000000", "1e15, 1.0E15", "-0.25, -0.25"})
    void fractionsAreWrittenAsShortAsTheyCan(double value, String shown) {
        Exposition out = exposition(Format.TEXT);
        out.family(family("a", Kind.GAUGE, "b")).sample(Labels.of("l", "v"), value);
        assertThat(written(out)).endsWith("\na{l=\"v\"} " + shown + "\n");
    }

    /** As Double writes them, whichever way they are written. */
    @Test
    void fractionsAreThoseOfDouble() {
        List<Double> values = new ArrayList<>();
        Random chance = new Random(1);
        for (int i = 0; i < 20_000; i++) {
            long bits = chance.nextLong();
            values.add(Double.longBitsToDouble(bits));
            long nanos = bits >>> (12 + i % 50);
            values.add(nanos / 1e9);
            values.add(-nanos / 1e9);
            values.add(nanos / 1e6);
            values.add(nanos / 1e10);
            values.add(Math.nextUp(nanos / 1e9));
            values.add(chance.nextDouble());
        }
        for (double edge :
                new double[] {1e-3, 1e6, 1e7, 1e15, 0x1p64, 0x1p-20, 0.1, 999_999.999_999_999}) {
            values.addAll(List.of(edge, Math.nextDown(edge), Math.nextUp(edge), edge, edge));
        }
        values.removeIf(value -> value == Math.rint(value) && Math.abs(value) < 1e15);
        values.removeIf(value -> Double.isInfinite(value));
        Exposition out = exposition(Format.TEXT);
        StringBuilder expected = new StringBuilder("# HELP a b\n# TYPE a gauge\n");
        out.family(family("a", Kind.GAUGE, "b"));
        for (double value : values) {
            out.sample(Labels.NONE, value);
            expected.append("a ").append(value).append('\n');
        }
        assertThat(values).hasSizeGreaterThan(100_000);
        assertThat(written(out)).isEqualTo(expected.toString());
    }

    @Test
    void whatIsNoNumberIsSaidInTheWordsOfTheFormat() {
        Exposition out = exposition(Format.TEXT);
        out.family(family("a", Kind.GAUGE, "b"))
                .sample(Labels.NONE, Double.POSITIVE_INFINITY)
                .sample(Labels.NONE, Double.NEGATIVE_INFINITY)
                .sample(Labels.NONE, Double.NaN);
        assertThat(written(out)).endsWith("\na +Inf\na -Inf\na NaN\n");
    }

    @ParameterizedTest
    @CsvSource({
        "0.0001, 0.0001",
        "0.00025, 0.00025",
        "0.5, 0.5",
        "1, 1.0",
        "1e7, 10000000.0",
        "12345678.5, 12345678.5",
        "1.25e9, 1250000000.0",
        "1e-9, 1e-09",
        "2.5e-5, 2.5e-05",
        "1e15, 1e+15"
    })
    void boundsHaveAnExponentOnlyWhereTheyAreVerySmallOrLarge(double value, String shown) {
        assertThat(Exposition.bound(value)).isEqualTo(shown);
    }

    @Test
    void boundsAreTheNumbersThatTheyStandFor() {
        for (double value = 1.0000001e-4; value < 1e15; value *= 1.37) {
            String shown = Exposition.bound(value);
            assertThat(Double.parseDouble(shown)).isEqualTo(value);
            assertThat(shown).matches("\\d+\\.\\d+");
        }
    }

    @Test
    void theHeadOfAFamilyIsThatOfTheFormat() {
        for (int i = 0; i < 2; i++) {
            Exposition text = exposition(Format.TEXT);
            text.family(family("x_total", Kind.COUNTER, "a \"b\"\\\n")).sample(Labels.NONE, 1);
            assertThat(written(text))
                    .isEqualTo(
                            "# HELP x_total a \"b\"\\\\\\n\n# TYPE x_total counter\nx_total 1\n");
            Exposition open = exposition(Format.OPENMETRICS);
            open.family(family("x_total", Kind.COUNTER, "a \"b\"\\\n")).sample(Labels.NONE, 1);
            assertThat(written(open))
                    .isEqualTo("# HELP x a \\\"b\\\"\\\\\\n\n# TYPE x counter\nx_total 1\n# EOF\n");
        }
    }

    @Test
    void aHistogramLooksTheSameTheNextTime() {
        Histogram times = Histogram.ofDurations();
        times.record(3_000_000);
        Buckets buckets = new Buckets(family("h", Kind.HISTOGRAM, "times"), 1e9);
        Exposition first = exposition(Format.TEXT);
        buckets.write(first, times.picture());
        String once = written(first);
        Exposition second = exposition(Format.TEXT);
        buckets.write(second, times.picture());
        assertThat(written(second)).isEqualTo(once);
        assertThat(once)
                .contains("h_bucket{le=\"+Inf\"} 1\n", "h_sum 0.003\n", "h_count 1\n")
                .containsPattern("h_bucket\\{le=\"[0-9.e-]+\"\\} 1\n");
    }

    @Test
    void whatIsLongerThanTheBufferIsWrittenWhole() {
        String value = "é".repeat(10_000);
        Exposition out = exposition(Format.TEXT);
        out.family(family("a", Kind.GAUGE, "b"));
        for (int i = 0; i < 3; i++) {
            out.sample(Labels.of("l", value), i);
        }
        assertThat(written(out)).endsWith("\na{l=\"" + value + "\"} 2\n");
    }

    @Test
    void valuesOfLabelsCannotEndTheLine() {
        Exposition out = exposition(Format.TEXT);
        out.family(family("a", Kind.GAUGE, "b")).sample(Labels.of("l", "x\"} 1\nb{\\\0"), 1);
        assertThat(written(out)).endsWith("\na{l=\"x\\\"} 1\\nb{\\\\\uFFFD\"} 1\n");
    }
}
