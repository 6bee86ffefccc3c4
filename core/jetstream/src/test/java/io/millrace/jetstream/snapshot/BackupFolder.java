package io.millrace.jetstream.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Run by hand: says what a backup of the nats command line holds, and, given a second folder,
 * writes it anew with our writer, so that a real server can be asked to restore that.
 */
final class BackupFolder {
    private static final String ARCHIVE = "stream.arc.s2";
    private static final String META = "backup.json";

    private static final int CHUNK_BYTES = 128 << 10;
    private static final int MAX_PAYLOAD = 64 << 20;

    private BackupFolder() {}

    public static void main(String[] folders) throws IOException, ArchiveException {
        Path from = Path.of(folders[0]);
        ReadArchive read =
                ReadArchive.of(
                        Files.readAllBytes(from.resolve(ARCHIVE)),
                        CHUNK_BYTES,
                        ArchiveLimits.ofMaxPayload(MAX_PAYLOAD));
        System.out.println(read.state);
        read.consumers.forEach(System.out::println);
        System.out.println(read.messages.size() + " messages");
        read.messages.stream().limit(5).forEach(System.out::println);
        if (folders.length > 1) {
            Path to = Path.of(folders[1]);
            Files.createDirectories(to);
            Files.copy(from.resolve(META), to.resolve(META));
            Files.write(to.resolve(ARCHIVE), read.written(CHUNK_BYTES));
        }
    }
}
