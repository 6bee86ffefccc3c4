package io.millrace.jetstream.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The writer gives what it is asked for, in chunks, and holds little. */
final class ArchiveWriterTest {
    private static final ArchivedState EMPTY =
            new ArchivedState(0, 0, 0, ArchivedState.NEVER, 0, ArchivedState.NEVER, 0, 0, 0);

    @Test
    void anEmptyStreamIsAnArchiveToo() throws ArchiveException {
        ReadArchive stream = new ReadArchive();
        stream.state = EMPTY;
        ReadArchive read = ReadArchive.of(stream.written(1024), 10);
        assertThat(read.state).isEqualTo(EMPTY);
        assertThat(read.messages).isEmpty();
        assertThat(read.ended).isTrue();
    }

    @Test
    void messagesOfEverySizeComeBack() throws ArchiveException {
        ReadArchive stream = new ReadArchive();
        int count = 40;
        stream.state =
                new ArchivedState(
                        count, 1, 1, ArchivedState.NEVER, 1000, ArchivedState.NEVER, 1, 960, 0);
        for (int i = 0; i < count; i++) {
            String payload = "p".repeat(i * i * 150);
            String headers = i % 2 == 0 ? "" : "NATS/1.0\r\nA: " + i + "\r\n\r\n";
            stream.messages.add(
                    new ReadArchive.Message(1L + i * 20L, -5L + i, "s." + i, headers, payload));
        }
        ReadArchive read = ReadArchive.of(stream.written(10_000), 5000);
        assertThat(read.messages).isEqualTo(stream.messages);
    }

    @Test
    void consumersComeBack() throws ArchiveException {
        ReadArchive stream = new ReadArchive();
        stream.state =
                new ArchivedState(0, 0, 8, ArchivedState.NEVER, 7, ArchivedState.NEVER, 0, 0, 2);
        ArchivedConsumer.Place start = new ArchivedConsumer.Place(0, 0);
        stream.consumers.add(
                new ArchivedConsumer(
                        "idle",
                        "{\"name\":\"idle\"}",
                        new ArchivedConsumer.Progress(start, start, List.of(), List.of())));
        stream.consumers.add(
                new ArchivedConsumer(
                        "büsy",
                        "{ \"x\" : \"}\" }",
                        new ArchivedConsumer.Progress(
                                new ArchivedConsumer.Place(9, 7),
                                new ArchivedConsumer.Place(1, 2),
                                List.of(
                                        new ArchivedConsumer.Pending(3, 2, 17),
                                        new ArchivedConsumer.Pending(7, 9, -1)),
                                List.of(new ArchivedConsumer.Redelivery(3, 4)))));
        assertThat(ReadArchive.of(stream.written(50), 33).consumers).isEqualTo(stream.consumers);
    }

    @Test
    void itHoldsNoMoreThanAChunkAMessageAndAFrame() {
        ArchiveWriter writer = new ArchiveWriter(1);
        writer.state(EMPTY);
        byte[] message = new byte[3000];
        long sequence = 0;
        for (int chunk = 0; chunk < 200; chunk++) {
            while (writer.available() < 128 << 10) {
                writer.message(++sequence, 1, message, 0, 10, 0, 2990);
            }
            assertThat(writer.available()).isLessThan((128 << 10) + (64 << 10) + 3000 + 100);
            assertThat(writer.take(128 << 10)).hasSize(128 << 10);
        }
    }

    @Test
    void aMistakeOfOursIsNoticed() {
        ArchiveWriter writer = new ArchiveWriter(1);
        assertThatThrownBy(writer::end).isInstanceOf(IllegalStateException.class);
        writer.state(EMPTY);
        assertThatThrownBy(() -> writer.state(EMPTY)).isInstanceOf(IllegalStateException.class);
        writer.message(5, 1, new byte[1], 0, 1, 0, 0);
        assertThatThrownBy(() -> writer.message(5, 1, new byte[1], 0, 1, 0, 0))
                .isInstanceOf(IllegalStateException.class);
    }
}
