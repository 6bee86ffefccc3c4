package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

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
}
