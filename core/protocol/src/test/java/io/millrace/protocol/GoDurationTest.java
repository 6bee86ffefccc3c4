package io.millrace.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class GoDurationTest {
    private static final long SECOND = 1_000_000_000L;

    private static long parse(String text) {
        byte[] bytes = ("x" + text + "s").getBytes(UTF_8);
        return GoDuration.parse(bytes, 1, bytes.length - 2);
    }

    @Test
    void everyUnitAndSumsOfThemAreRead() {
        assertThat(parse("7ns")).isEqualTo(7);
        assertThat(parse("7us")).isEqualTo(7_000);
        assertThat(parse("7\u00b5s")).isEqualTo(7_000);
        assertThat(parse("7\u03bcs")).isEqualTo(7_000);
        assertThat(parse("7ms")).isEqualTo(7_000_000);
        assertThat(parse("7s")).isEqualTo(7 * SECOND);
        assertThat(parse("7m")).isEqualTo(420 * SECOND);
        assertThat(parse("7h")).isEqualTo(25_200 * SECOND);
        assertThat(parse("1h2m3.5s")).isEqualTo(3723 * SECOND + SECOND / 2);
        assertThat(parse("3s1h")).isEqualTo(3603 * SECOND);
        assertThat(parse("0")).isZero();
        assertThat(parse("0s")).isZero();
    }

    @Test
    void signsStandInFrontOnly() {
        assertThat(parse("-1s")).isEqualTo(-SECOND);
        assertThat(parse("+1s")).isEqualTo(SECOND);
        assertThat(parse("-0")).isZero();
        assertThat(parse("--1s")).isEqualTo(GoDuration.INVALID);
        assertThat(parse("1h-1m")).isEqualTo(GoDuration.INVALID);
    }

    @Test
    void fractionsAreExactAndWhatIsBelowANanosecondIsCutOff() {
        assertThat(parse(".5m")).isEqualTo(30 * SECOND);
        assertThat(parse("1.s")).isEqualTo(SECOND);
        assertThat(parse("1.9999s")).isEqualTo(1_999_900_000L);
        assertThat(parse("0.1s")).isEqualTo(100_000_000);
        assertThat(parse("0.3s")).isEqualTo(300_000_000);
        assertThat(parse("0.9999999999s")).isEqualTo(999_999_999);
        assertThat(parse("1.00000000000000000000000000000000001h")).isEqualTo(3600 * SECOND);
    }

    @Test
    void whatIsNoDurationOrTooLongIsInvalid() {
        assertThat(parse("9223372036s")).isEqualTo(9223372036L * SECOND);
        assertThat(parse("2562047h47m16.854775807s")).isEqualTo(Long.MAX_VALUE);
        for (String wrong :
                new String[] {
                    "",
                    "1",
                    "00",
                    "s",
                    ".s",
                    "1.5",
                    "1..5s",
                    "1.5.5s",
                    "1d",
                    "1S",
                    "1 s",
                    "1s 1s",
                    " 1s",
                    "1s ",
                    "1e3s",
                    "1sx",
                    "-",
                    "+",
                    "9223372037s",
                    "2562048h",
                    "9223372036854775808ns",
                    "99999999999999999999ns",
                    "1\u0661s",
                    "\u00b5s"
                }) {
            assertThat(parse(wrong)).as(wrong).isEqualTo(GoDuration.INVALID);
        }
    }

    @Test
    void whatGoPrintsIsReadBack() {
        for (long seed = 0; seed < 2000; seed++) {
            long nanos = new SplittableRandom(seed).nextLong() >>> 1 >>> (seed % 60);
            assertThat(parse(GoTime.duration(nanos))).as("seed %d", seed).isEqualTo(nanos);
        }
    }

    @Test
    void hostileBytesAreInvalidOrAnInstant() {
        byte[] letters = "0019.nsumh+- x\u00b5".getBytes(UTF_8);
        for (long seed = 0; seed < 5000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] text = new byte[random.nextInt(40)];
            for (int i = 0; i < text.length; i++) {
                text[i] = letters[random.nextInt(letters.length)];
            }
            long nanos = GoDuration.parse(text, 0, text.length);
            boolean negative = text.length > 0 && text[0] == '-';
            assertThat(nanos == GoDuration.INVALID || (nanos == 0 || nanos < 0 == negative))
                    .as("seed %d", seed)
                    .isTrue();
        }
    }
}
