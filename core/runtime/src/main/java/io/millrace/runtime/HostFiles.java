package io.millrace.runtime;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The door to the host's small files: configuration, certificates, pid and ports files. Stores use
 * a disk interface of their own. Blocking; never call it on a loop.
 */
public final class HostFiles {
    private HostFiles() {}

    /**
     * The path that a person has written.
     *
     * @throws IOException when no file can have that name
     */
    public static Path path(String written) throws IOException {
        try {
            return Path.of(written);
        } catch (InvalidPathException impossible) {
            throw new IOException("open " + written + ": invalid argument", impossible);
        }
    }

    public static byte[] read(Path file) throws IOException {
        return Files.readAllBytes(file);
    }

    /** Writes a whole file, replacing what was there. */
    public static void write(Path file, byte[] content) throws IOException {
        Files.write(file, content);
    }

    public static void deleteIfExists(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    public static boolean exists(Path file) {
        return Files.exists(file);
    }

    public static boolean isDirectory(Path file) {
        return Files.isDirectory(file);
    }

    /** The entries of {@code directory} whose names match {@code glob}, sorted. */
    public static List<Path> list(Path directory, String glob) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory, glob)) {
            stream.forEach(entries::add);
        }
        Collections.sort(entries);
        return entries;
    }
}
