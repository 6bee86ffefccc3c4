package io.millrace.jetstream.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Everything that an archive holds, as values that can be compared. */
final class ReadArchive {
    record Message(long sequence, long timeNanos, String subject, String headers, String payload) {}

    @Nullable ArchivedState state;
    final List<ArchivedConsumer> consumers = new ArrayList<>();
    final List<Message> messages = new ArrayList<>();
    boolean ended;

    static ReadArchive of(byte[] archive, int pieceBytes) throws ArchiveException {
        return of(archive, pieceBytes, ArchiveLimits.ofMaxPayload(1 << 20));
    }

    static ReadArchive of(byte[] archive, int pieceBytes, ArchiveLimits limits)
            throws ArchiveException {
        ReadArchive read = new ReadArchive();
        ArchiveReader reader = new ArchiveReader(limits);
        for (int at = 0; at < archive.length; at += pieceBytes) {
            reader.feed(archive, at, Math.min(pieceBytes, archive.length - at));
            for (ArchivePart part = reader.next(); part != null; part = reader.next()) {
                read.take(part);
            }
        }
        reader.finish();
        return read;
    }

    private void take(ArchivePart part) {
        switch (part) {
            case ArchivedState given -> state = given;
            case ArchivedConsumer consumer -> consumers.add(consumer);
            case ArchivedMessage message ->
                    messages.add(
                            new Message(
                                    message.sequence(),
                                    message.timeNanos(),
                                    text(message.subject()),
                                    text(message.headers()),
                                    text(message.payload())));
            case ArchivePart.End end -> ended = true;
        }
    }

    /** The same archive in the words of our writer, taken in chunks of that many bytes. */
    byte[] written(int chunkBytes) {
        ArchiveWriter writer = new ArchiveWriter(1);
        Chunks chunks = new Chunks(writer, chunkBytes);
        writer.state(java.util.Objects.requireNonNull(state));
        chunks.takeFull();
        for (ArchivedConsumer consumer : consumers) {
            writer.consumer(consumer);
            chunks.takeFull();
        }
        for (Message message : messages) {
            byte[] subject = bytes(message.subject());
            byte[] headers = bytes(message.headers());
            byte[] payload = bytes(message.payload());
            byte[] data = new byte[subject.length + headers.length + payload.length];
            System.arraycopy(subject, 0, data, 0, subject.length);
            System.arraycopy(headers, 0, data, subject.length, headers.length);
            System.arraycopy(payload, 0, data, subject.length + headers.length, payload.length);
            writer.message(
                    message.sequence(),
                    message.timeNanos(),
                    data,
                    0,
                    subject.length,
                    headers.length,
                    payload.length);
            chunks.takeFull();
        }
        writer.end();
        return chunks.takeAll();
    }

    // Every byte stands for itself, so that payloads need not be text.
    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
