package io.millrace.monitor.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Labels that are kept from one answer to the next, and those that are not. */
final class RememberedTest {
    private final List<String> written = new ArrayList<>();
    private final Remembered memory =
            new Remembered(
                    values -> {
                        written.add(String.join("/", values));
                        return Labels.of("a", values.get(0), "b", values.get(1));
                    });

    private List<String> answer(List<List<String>> things) {
        written.clear();
        return memory.labels(things, values -> values).stream()
                .map(labels -> new String(labels.bytes(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void whatIsShownAgainIsWrittenOnce() {
        List<List<String>> things = List.of(List.of("x", "1"), List.of("x", "2"));
        List<String> first = answer(things);
        assertThat(written).containsExactly("x/1", "x/2");

        assertThat(answer(things)).isEqualTo(first);
        assertThat(written).isEmpty();
    }

    @Test
    void whatHasChangedIsWrittenAnew() {
        answer(List.of(List.of("x", "1"), List.of("y", "1")));

        assertThat(answer(List.of(List.of("x", "2"), List.of("y", "1"))))
                .containsExactly("{a=\"x\",b=\"2\"} ", "{a=\"y\",b=\"1\"} ");
        assertThat(written).containsExactly("x/2");
    }

    @Test
    void orderIsThatOfTheAnswer() {
        answer(List.of(List.of("x", "1"), List.of("y", "1")));

        assertThat(answer(List.of(List.of("y", "1"), List.of("w", "1"), List.of("x", "1"))))
                .containsExactly("{a=\"y\",b=\"1\"} ", "{a=\"w\",b=\"1\"} ", "{a=\"x\",b=\"1\"} ");
        assertThat(written).containsExactly("w/1");
    }

    @Test
    void whatAnAnswerDoesNotShowIsForgotten() {
        List<List<String>> things = List.of(List.of("x", "1"));
        answer(things);
        assertThat(answer(List.of())).isEmpty();

        answer(things);
        assertThat(written).containsExactly("x/1");
    }

    /** A server with so many does not run its first instructions for long. */
    @Test
    void ofVeryManyOnlySomeAreKept() {
        List<List<String>> things =
                IntStream.range(0, 50_000).mapToObj(i -> List.of("x", "" + i)).toList();
        List<String> first = answer(things);
        assertThat(first).hasSize(50_000).doesNotHaveDuplicates();

        assertThat(answer(things)).isEqualTo(first);
        assertThat(written).hasSizeBetween(40_000, 49_999);
    }
}
