package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The client that measures, against our server. */
final class WireTest {
    private static ServerProcess server;

    @BeforeAll
    static void start() throws Exception {
        server = OurServer.start(Stage.CORE);
    }

    @AfterAll
    static void stop() throws Exception {
        server.close();
    }

    @Test
    void readsWhatAnotherHasPublished() throws Exception {
        try (Wire reader = Wire.dial(server.port(), Login.NONE);
                Wire writer = Wire.dial(server.port(), Login.NONE)) {
            reader.subscribe("read.*");
            reader.sync();
            writer.write(Wire.ascii("PUB read.a some.reply 5\r\nhello\r\nPUB read.b 0\r\n\r\n"));
            reader.next();
            assertThat(reader.subject()).isEqualTo("read.a");
            assertThat(reader.body()).isEqualTo("hello");
            assertThat(reader.replyStartsWith(Wire.ascii("some."))).isTrue();
            assertThat(reader.status()).isZero();
            reader.next();
            assertThat(reader.subject()).isEqualTo("read.b");
            assertThat(reader.bodyLength()).isZero();
            assertThat(reader.hasReply()).isFalse();
        }
    }

    @Test
    void seesTheStatusOfARequestThatNobodyAnswers() throws Exception {
        try (Wire wire = Wire.dial(server.port(), Login.NONE)) {
            wire.subscribe("inbox.*");
            wire.write(Wire.ascii("PUB nobody inbox.%s 0\r\n\r\n".formatted("0000000042")));
            wire.next();
            assertThat(wire.status()).isEqualTo(503);
            assertThat(wire.subjectNumber()).isEqualTo(42);
        }
    }

    @Test
    void countsMessagesOfAllSizesWithoutKeepingThem() throws Exception {
        int[] sizes = {0, 1, 128, 70_000, 1_000_000};
        try (Wire reader = Wire.dial(server.port(), Login.NONE);
                Wire writer = Wire.dial(server.port(), Login.NONE)) {
            reader.subscribe("drain.>");
            reader.sync();
            long expected = 0;
            for (int size : sizes) {
                byte[] three = Template.publish("drain.x", "", Template.filler(size)).times(3);
                writer.write(three);
                expected += 3;
            }
            long count = 0;
            while (count < expected) {
                count += reader.drain();
            }
            assertThat(count).isEqualTo(expected);
            reader.sync();
        }
    }

    @Test
    void saysWhatTheServerComplainedAbout() throws Exception {
        try (Wire wire = Wire.dial(server.port(), Login.NONE)) {
            wire.write(Wire.ascii("NONSENSE\r\n"));
            assertThatThrownBy(wire::sync).hasMessageContaining("Unknown Protocol Operation");
        }
    }

    @Test
    void aServerThatCannotStartSaysWhy() {
        assertThatThrownBy(
                        () ->
                                ServerProcess.start(
                                        OurServer.command(), Stage.CORE.with("nonsense {"), false))
                .hasMessageContaining("did not start");
        assertThatThrownBy(() -> Side.asked("x", "/does/not/exist"))
                .hasMessageContaining("/does/not/exist --version");
    }
}
