package io.millrace.jetstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class HeaderBlockTest {
    private final HeaderBlock block = new HeaderBlock();

    private HeaderBlock of(String text) {
        byte[] framed = ("before" + text + "after").getBytes(UTF_8);
        return block.start(framed, 6, text.getBytes(UTF_8).length);
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    private static String text(HeaderBlock block) {
        return new String(block.finish().toBytes(), UTF_8);
    }

    @Test
    void newBlocksAndStatusLinesAreWritten() {
        assertThat(text(block.start())).isEqualTo("NATS/1.0\r\n\r\n");
        assertThat(text(block.status(404, "No Messages")))
                .isEqualTo("NATS/1.0 404 No Messages\r\n\r\n");
        assertThat(
                        text(
                                block.status(409, "Message Size Exceeds MaxBytes")
                                        .add("Nats-Pending-Messages", 3)
                                        .add("Nats-Pending-Bytes", 0)))
                .isEqualTo(
                        lines(
                                "NATS/1.0 409 Message Size Exceeds MaxBytes",
                                "Nats-Pending-Messages: 3",
                                "Nats-Pending-Bytes: 0"));
        assertThat(text(block.start().add("A", Long.MAX_VALUE).add("B", -7)))
                .isEqualTo(lines("NATS/1.0", "A: 9223372036854775807", "B: -7"));
    }

    @Test
    void headersAreAddedBehindThoseOfAMessage() {
        String expected = lines("NATS/1.0", "A: b", "Nats-Stream: \u00e9", "Nats-Subject: s.a");
        byte[] subject = "s.a".getBytes(UTF_8);
        for (String existing :
                new String[] {
                    lines("NATS/1.0", "A: b"), "NATS/1.0\r\nA: b\r\n", "NATS/1.0\r\nA: b"
                }) {
            assertThat(
                            text(
                                    of(existing)
                                            .add("Nats-Stream", "\u00e9")
                                            .add("Nats-Subject", subject, 0, 3)))
                    .isEqualTo(expected);
        }
        assertThat(text(of("").add("A", "b"))).isEqualTo(lines("NATS/1.0", "A: b"));
        assertThat(text(of("NATS/1.0\r\n\r\n").add("A", "b"))).isEqualTo(lines("NATS/1.0", "A: b"));
        assertThat(text(of("\r\n\r\n").add("A", "b"))).isEqualTo(lines("", "A: b"));
    }

    @Test
    void aTtlIsRewrittenAsNatsServerDoesIt() {
        assertThat(
                        text(
                                of(lines("NATS/1.0", "X: y", "Nats-TTL: 2s", "A: b", "Nats-TTL: 3"))
                                        .set("Nats-TTL", 10)))
                .isEqualTo(lines("NATS/1.0", "X: y", "A: b", "Nats-TTL: 10"));
    }

    @Test
    void onlyRealHeadersAreRemoved() {
        assertThat(
                        text(
                                of(lines(
                                                "NATS/1.0",
                                                "A: Nats-Expected-Stream: x",
                                                "nats-ttl: 1",
                                                "Nats-TTLX: 2",
                                                "Nats-Expected-Stream: S",
                                                "Nats-Expected-Last-Sequence:1",
                                                "X-Nats-Expected-Stream: T",
                                                "Nats-TTL: 4"))
                                        .remove("Nats-TTL")
                                        .removeStartingWith("Nats-Expected-")))
                .isEqualTo(
                        lines(
                                "NATS/1.0",
                                "A: Nats-Expected-Stream: x",
                                "nats-ttl: 1",
                                "Nats-TTLX: 2",
                                "X-Nats-Expected-Stream: T"));
    }

    @Test
    void aValueCannotStartALineOfItsOwn() {
        byte[] value = "b\r\nEvil: 1".getBytes(UTF_8);
        assertThat(text(block.start().add("A", value, 0, value.length).add("B", "c\nd")))
                .isEqualTo(lines("NATS/1.0", "A: b  Evil: 1", "B: c d"));
    }

    @Test
    void aFinishedBlockIsNotChanged() {
        block.start().finish();
        assertThatThrownBy(() -> block.add("A", "b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(block::finish).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whateverIsAddedAndRemovedTheBlockSaysWhatAListSays() {
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<String> model = new ArrayList<>();
            block.start();
            for (int step = 0; step < 60; step++) {
                String name = "H" + random.nextInt(12);
                String value = "v".repeat(random.nextInt(30)) + step;
                switch (random.nextInt(4)) {
                    case 0 -> {
                        model.removeIf(line -> line.startsWith(name + ":"));
                        block.remove(name);
                    }
                    case 1 -> {
                        model.removeIf(line -> line.startsWith(name + ":"));
                        model.add(name + ": " + value);
                        block.set(name, value);
                    }
                    default -> {
                        model.add(name + ": " + value);
                        block.add(name, value);
                    }
                }
                if (random.nextInt(10) == 0) {
                    byte[] whole = block.finish().toBytes();
                    block.start(whole, 0, whole.length);
                }
            }
            String lines = model.isEmpty() ? "" : String.join("\r\n", model) + "\r\n";
            assertThat(text(block)).as("seed %d", seed).isEqualTo("NATS/1.0\r\n" + lines + "\r\n");
        }
    }
}
