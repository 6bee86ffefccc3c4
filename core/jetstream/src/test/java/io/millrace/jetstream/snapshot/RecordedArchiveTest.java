package io.millrace.jetstream.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the real server has written is read as it was meant, and ours says the same. */
final class RecordedArchiveTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 7, 500, 1 << 20})
    void theStateOfTheRealServerIsRead(int pieceBytes) throws ArchiveException {
        ReadArchive read = ReadArchive.of(Recording.orders(), pieceBytes);
        assertThat(read.state)
                .isEqualTo(
                        new ArchivedState(
                                8,
                                720,
                                2,
                                "2026-11-27T19:47:06.359914352Z",
                                11,
                                "2026-11-27T19:47:06.681124099Z",
                                5,
                                2,
                                2));
        assertThat(read.ended).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 500, 1 << 20})
    void theMessagesOfTheRealServerAreRead(int pieceBytes) throws ArchiveException {
        ReadArchive read = ReadArchive.of(Recording.orders(), pieceBytes);
        assertThat(read.messages)
                .extracting(ReadArchive.Message::sequence)
                .containsExactly(2L, 3L, 4L, 6L, 7L, 8L, 9L, 10L);
        assertThat(read.messages.getFirst())
                .isEqualTo(
                        new ReadArchive.Message(
                                2,
                                1795808826359914352L,
                                "orders.2",
                                "NATS/1.0\r\nKind: k2\r\n\r\n",
                                "order 2 of a hundred hundred hundred"));
        assertThat(read.messages.get(6).headers()).isEqualTo("NATS/1.0\r\nNats-TTL: 1h\r\n\r\n");
        assertThat(read.messages.get(7).headers()).isEmpty();
        assertThat(read.messages.get(7).payload()).isEmpty();
    }

    @Test
    void theConsumersOfTheRealServerAreRead() throws ArchiveException {
        ReadArchive read = ReadArchive.of(Recording.orders(), 100);
        assertThat(read.consumers)
                .extracting(ArchivedConsumer::name)
                .containsExactlyInAnyOrder("WORK", "IDLE");
        ArchivedConsumer work =
                read.consumers.stream()
                        .filter(c -> c.name().equals("WORK"))
                        .findAny()
                        .orElseThrow();
        assertThat(work.config())
                .startsWith("{\"durable_name\":\"WORK\",")
                .contains("\"ack_wait\":1000000000")
                .endsWith("}");
        ArchivedConsumer.Progress progress = work.progress();
        assertThat(progress.delivered()).isEqualTo(new ArchivedConsumer.Place(8, 7));
        assertThat(progress.ackFloor()).isEqualTo(new ArchivedConsumer.Place(0, 1));
        assertThat(progress.pending())
                .extracting(ArchivedConsumer.Pending::streamSequence)
                .isSubsetOf(2L, 3L, 4L, 6L, 7L)
                .hasSizeGreaterThan(2);
        assertThat(progress.redelivered())
                .extracting(ArchivedConsumer.Redelivery::times)
                .containsOnly(1L);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 1 << 17})
    void whatWeWriteReadsAsTheSame(int chunkBytes) throws ArchiveException {
        ReadArchive real = ReadArchive.of(Recording.orders(), 1000);
        ReadArchive ours = ReadArchive.of(real.written(chunkBytes), 1000);
        assertThat(ours.state).isEqualTo(real.state);
        assertThat(ours.consumers).isEqualTo(real.consumers);
        assertThat(ours.messages).isEqualTo(real.messages);
        assertThat(ours.ended).isTrue();
    }

    @Test
    void whatTheRealServerPacksWeWriteByteForByte() throws ArchiveException {
        byte[] real = HandMade.unframed(Recording.orders());
        byte[] ours = HandMade.unframed(ReadArchive.of(Recording.orders(), 1000).written(1000));
        int state = 8;
        // The state's entry is younger and the consumers' maps are in another order: the rest.
        String messages = text(real).substring(text(real).lastIndexOf("orders.2NATS/1.0") - 5);
        assertThat(text(ours)).endsWith(messages).startsWith(text(real).substring(0, state));
        assertThat(text(ours)).contains(HandMadeState.of(text(real)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    private static final class HandMadeState {
        static String of(String raw) {
            return raw.substring(raw.indexOf("state.json{"), raw.indexOf('}') + 1);
        }
    }
}
