package io.millrace.jetstream;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What nats-server 2.15.2 was seen to take for a header, and what not. */
final class PublishHeadersTest {
    private final PublishHeaders headers = new PublishHeaders();

    private void read(String block) {
        byte[] framed = ("before" + block + "\r\nNats-Msg-Id: body").getBytes(ISO_8859_1);
        headers.read(framed, 6, block.length());
    }

    private static String block(String... lines) {
        return "NATS/1.0\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    private String id(String... lines) {
        read(block(lines));
        return headers.text(PublishHeader.MSG_ID);
    }

    @Test
    void aNameCountsOnlyAsWrittenAndAtTheStartOfItsLine() {
        assertThat(id("Nats-Msg-Id: a")).isEqualTo("a");
        assertThat(id("nats-msg-id: a")).isEmpty();
        assertThat(id("NATS-MSG-ID: a")).isEmpty();
        assertThat(id("X-Nats-Msg-Id: a")).isEmpty();
        assertThat(id(" Nats-Msg-Id: a")).isEmpty();
        assertThat(id("Nats-Msg-Id : a")).isEmpty();
        assertThat(id("Nats-Msg-Id-X: a")).isEmpty();
        assertThat(id("A: Nats-Msg-Id: a")).isEmpty();
        assertThat(id("A: b\nNats-Msg-Id: a")).isEmpty();
        assertThat(id("Nats-Msg-Id", "Nats-Msg-Id: a")).isEqualTo("a");
    }

    @Test
    void blanksInFrontOfAValueAreSkippedAndNothingElse() {
        assertThat(id("Nats-Msg-Id:a")).isEqualTo("a");
        assertThat(id("Nats-Msg-Id:    a")).isEqualTo("a");
        assertThat(id("Nats-Msg-Id:\ta")).isEqualTo("\ta");
        assertThat(id("Nats-Msg-Id: a  ")).isEqualTo("a  ");
        assertThat(id("Nats-Msg-Id: a\t")).isEqualTo("a\t");
        assertThat(id("Nats-Msg-Id: a\rb\nc")).isEqualTo("a\rb\nc");
        assertThat(id("Nats-Msg-Id: a: b")).isEqualTo("a: b");
    }

    @Test
    void theFirstOfSeveralWinsEvenWhenItIsEmpty() {
        assertThat(id("Nats-Msg-Id: a", "Nats-Msg-Id: b")).isEqualTo("a");
        assertThat(id("Nats-Msg-Id:", "Nats-Msg-Id: b")).isEmpty();
        assertThat(id("nats-msg-id: b", "Nats-Msg-Id: a")).isEqualTo("a");
    }

    @Test
    void anEmptyValueIsNoneButTheHeaderIsThere() {
        read(block("Nats-Batch-Commit:   "));
        assertThat(headers.has(PublishHeader.BATCH_COMMIT)).isFalse();
        assertThat(headers.isPresent(PublishHeader.BATCH_COMMIT)).isTrue();
        assertThat(headers.length(PublishHeader.BATCH_COMMIT)).isZero();
        assertThat(headers.isPresent(PublishHeader.BATCH_ID)).isFalse();
    }

    @Test
    void oddBlocksAreReadAsFarAsTheyGo() {
        read("NATS/1.0 503 x\r\nNats-Msg-Id: a\r\n\r\n");
        assertThat(headers.text(PublishHeader.MSG_ID)).isEqualTo("a");
        read("whatever\r\nNats-Msg-Id: a\r\n\r\n");
        assertThat(headers.text(PublishHeader.MSG_ID)).isEqualTo("a");
        read("NATS/1.0\r\n\r\nNats-Msg-Id: a\r\n\r\n");
        assertThat(headers.text(PublishHeader.MSG_ID)).isEqualTo("a");
        read("NATS/1.0\r\nNats-Msg-Id: a");
        assertThat(headers.text(PublishHeader.MSG_ID)).isEqualTo("a");
        read("Nats-Msg-Id: a\r\n\r\n");
        assertThat(headers.isEmpty()).isTrue();
        read("NATS/1.0Nats-Msg-Id: a\r\n\r\n");
        assertThat(headers.isEmpty()).isTrue();
        read("NATS/1.0\nNats-Msg-Id: a\n\n");
        assertThat(headers.isEmpty()).isTrue();
        read("");
        assertThat(headers.isEmpty()).isTrue();
    }

    @Test
    void everyHeaderIsFoundAndForgottenByTheNextMessage() {
        for (PublishHeader header : PublishHeader.values()) {
            read(block("A: b", header.text() + ": 7", "C: d"));
            assertThat(headers.number(header)).as(header.text()).isEqualTo(7);
            for (PublishHeader other : PublishHeader.values()) {
                assertThat(headers.isPresent(other)).isEqualTo(other == header);
            }
            read(block("A: b"));
            assertThat(headers.isEmpty()).isTrue();
            assertThat(headers.number(header)).isEqualTo(PublishHeaders.NO_NUMBER);
        }
    }

    private long number(String value) {
        read(block("Nats-Expected-Last-Sequence: " + value));
        return headers.number(PublishHeader.EXPECTED_LAST_SEQUENCE);
    }

    @Test
    void numbersArePlainDigits() {
        assertThat(number("0")).isZero();
        assertThat(number("42")).isEqualTo(42);
        assertThat(number("  42")).isEqualTo(42);
        assertThat(number("000000000000000000000000001")).isEqualTo(1);
        assertThat(number("9223372036854775807")).isEqualTo(Long.MAX_VALUE);
        for (String wrong :
                new String[] {
                    "",
                    "+1",
                    "-1",
                    "1 ",
                    "\t1",
                    "0x1",
                    "1_0",
                    "1.0",
                    "zz",
                    "9223372036854775808",
                    "18446744073709551617",
                    "99999999999999999999",
                    "\u00b2"
                }) {
            assertThat(number(wrong)).as(wrong).isEqualTo(PublishHeaders.NO_NUMBER);
        }
    }

    @Test
    void wordsAreTakenInAnyLetters() {
        for (String value : new String[] {"sub", "SUB", "Sub"}) {
            read(block("Nats-Rollup: " + value));
            assertThat(headers.valueIsWord(PublishHeader.ROLLUP, "sub")).isTrue();
            assertThat(headers.valueIsWord(PublishHeader.ROLLUP, "all")).isFalse();
        }
        read(block("Nats-Rollup: sub "));
        assertThat(headers.valueIsWord(PublishHeader.ROLLUP, "sub")).isFalse();
        read(block("Nats-Expected-Stream: S"));
        assertThat(headers.valueIs(PublishHeader.EXPECTED_STREAM, new byte[] {'S'})).isTrue();
        assertThat(headers.valueIs(PublishHeader.EXPECTED_STREAM, new byte[] {'s'})).isFalse();
        assertThat(headers.valueIs(PublishHeader.EXPECTED_STREAM, new byte[] {'S', 'T'})).isFalse();
    }

    @Test
    void hostileBytesAreReadAsASlowReaderReadsThem() {
        for (long seed = 0; seed < 3000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = hostile(random);
            int from = Math.min(random.nextInt(3), bytes.length);
            int length = Math.max(0, bytes.length - from - random.nextInt(3));
            headers.read(bytes, from, length);
            Map<String, String> model = model(new String(bytes, from, length, ISO_8859_1));
            for (PublishHeader header : PublishHeader.values()) {
                assertThat(headers.isPresent(header))
                        .as("seed %d %s", seed, header)
                        .isEqualTo(model.containsKey(header.text()));
                String value = model.getOrDefault(header.text(), "");
                assertThat(headers.has(header)).as("seed %d", seed).isEqualTo(!value.isEmpty());
                byte[] found = new byte[headers.length(header)];
                System.arraycopy(headers.buffer(), headers.offset(header), found, 0, found.length);
                assertThat(new String(found, ISO_8859_1)).as("seed %d", seed).isEqualTo(value);
                assertThat(headers.text(header)).isEqualTo(new String(found, UTF_8));
                headers.number(header);
            }
        }
    }

    private static byte[] hostile(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        PublishHeader[] all = PublishHeader.values();
        for (int pieces = random.nextInt(30); pieces >= 0; pieces--) {
            String name = all[random.nextInt(all.length)].text();
            text.append(
                    switch (random.nextInt(12)) {
                        case 0, 1, 2 -> "\r\n";
                        case 3 -> "\r";
                        case 4 -> "\n";
                        case 5 -> ":";
                        case 6 -> " ";
                        case 7 -> name.toLowerCase(Locale.ROOT);
                        case 8 -> String.valueOf((char) random.nextInt(256));
                        default -> name + (random.nextBoolean() ? ": " : ":");
                    });
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    private static Map<String, String> model(String block) {
        Map<String, String> found = new LinkedHashMap<>();
        String[] lines = block.split("\r\n", -1);
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            if (colon >= 0) {
                String value = lines[i].substring(colon + 1).replaceFirst("^ +", "");
                found.putIfAbsent(lines[i].substring(0, colon), value);
            }
        }
        return found;
    }
}
