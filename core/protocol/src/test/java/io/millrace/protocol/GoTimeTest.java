package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GoTimeTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0s",
        "1, 1ns",
        "999, 999ns",
        "1000, 1µs",
        "1500, 1.5µs",
        "1000000, 1ms",
        "1050000, 1.05ms",
        "999999999, 999.999999ms",
        "1000000000, 1s",
        "1000000001, 1.000000001s",
        "10000000000, 10s",
        "60000000000, 1m0s",
        "61500000000, 1m1.5s",
        "3600000000000, 1h0m0s",
        "3723500000000, 1h2m3.5s",
        "360000000000000, 100h0m0s",
        "-1500000, -1.5ms"
    })
    void durationsReadLikeGos(long nanos, String text) {
        assertThat(GoTime.duration(nanos)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "1970-01-01T00:00:00Z, 0",
        "2024-01-01T00:00:00.5+02:00, 1704060000500000000",
        "'2024-01-01T00:00:00,5Z', 1704067200500000000",
        "2024-01-01T0:00:00Z, 1704067200000000000",
        "2024-01-01T00:00:00.1234567891234Z, 1704067200123456789",
        "0001-01-01T00:00:00Z, -9223372036854775808",
        "0001-01-01T00:00:01Z, -9223372036854775807",
        "2300-01-01T00:00:00Z, 9223372036854775807"
    })
    void instantsAreNanosecondsSince1970(String text, long nanos) throws JsonException {
        assertThat(GoTime.epochNanos(text)).isEqualTo(nanos);
    }

    @Test
    void instantsAreWrittenWithTheDigitsThatTheyNeed() {
        DateTimeFormatter plain =
                new DateTimeFormatterBuilder()
                        .appendPattern("uuuu-MM-dd'T'HH:mm:ss")
                        .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
                        .appendLiteral('Z')
                        .toFormatter(Locale.ROOT)
                        .withZone(ZoneOffset.UTC);
        Random random = new Random(7);
        long[] rounds = {1, 1_000, 1_000_000, 1_000_000_000, 86_400_000_000_000L};
        for (int i = 0; i < 20_000; i++) {
            long round = rounds[i % rounds.length];
            long nanos = random.nextLong() / round * round;
            Instant instant = Instant.EPOCH.plusNanos(nanos);
            assertThat(GoTime.rfc3339(nanos)).isEqualTo(plain.format(instant));
        }
        assertThat(GoTime.rfc3339(Long.MAX_VALUE)).isEqualTo("2262-04-11T23:47:16.854775807Z");
        assertThat(GoTime.rfc3339(-1)).isEqualTo("1969-12-31T23:59:59.999999999Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "x| as \"2006-01-02T15:04:05Z07:00\": cannot parse \"x\" as \"2006\"",
                "20240| as \"2006-01-02T15:04:05Z07:00\": cannot parse \"0\" as \"-\"",
                "2024-1-01| as \"2006-01-02T15:04:05Z07:00\": cannot parse \"1-01\" as \"01\"",
                "2024-01-01| as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\" as \"T\"",
                "2024-01-01T00:00:00| as \"2006-01-02T15:04:05Z07:00\":"
                        + " cannot parse \"\" as \"Z07:00\"",
                "2024-01-01T00:00:00+0200| as \"2006-01-02T15:04:05Z07:00\":"
                        + " cannot parse \"+0200\" as \"Z07:00\"",
                "2024-13-01T00:00:00Z|: month out of range",
                "2024-02-30T00:00:00Z|: day out of range",
                "2024-01-01T25:00:00Z|: hour out of range",
                "2024-01-01T00:00:60Z|: second out of range",
                "2024-01-01T00:00:00+25:00|: time zone offset hour out of range",
                "2024-01-01T00:00:00Zx|: extra text: \"x\""
            })
    void otherTextsAreRefusedInGosWords(String text, String why) {
        assertThatThrownBy(() -> GoTime.epochNanos(text))
                .isInstanceOf(JsonException.class)
                .hasMessage(
                        "parsing time \"" + text + "\"" + (why.startsWith("as") ? " " : "") + why);
    }
}
