package io.millrace.jetstream.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;

/** Takes chunks from a writer as one who sends them does. */
final class Chunks {
    private final ArchiveWriter writer;
    private final int chunkBytes;
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();

    Chunks(ArchiveWriter writer, int chunkBytes) {
        this.writer = writer;
        this.chunkBytes = chunkBytes;
    }

    void takeFull() {
        while (writer.available() >= chunkBytes) {
            byte[] chunk = writer.take(chunkBytes);
            assertThat(chunk).hasSize(chunkBytes);
            taken.writeBytes(chunk);
        }
    }

    byte[] takeAll() {
        takeFull();
        taken.writeBytes(writer.take(chunkBytes));
        assertThat(writer.finished()).isTrue();
        return taken.toByteArray();
    }
}
