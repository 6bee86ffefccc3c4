package io.millrace.runtime;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** A file that lines are appended to, kept open. Callers serialise. */
public final class LogFile implements AutoCloseable {
    private final Path path;
    private FileOutputStream out;
    private long size;

    private LogFile(Path path) throws IOException {
        this.path = path;
        this.out = new FileOutputStream(path.toFile(), true);
        this.size = Files.size(path);
    }

    public static LogFile open(Path path) throws IOException {
        return new LogFile(path);
    }

    /** Bytes in the file. */
    public long size() {
        return size;
    }

    public void append(byte[] line) throws IOException {
        out.write(line);
        size += line.length;
    }

    /** Goes on in a file of the same name, which somebody may have moved away. */
    public void reopen() throws IOException {
        FileOutputStream next = new FileOutputStream(path.toFile(), true);
        out.close();
        out = next;
        size = Files.size(path);
    }

    /** Renames what there is to {@code aside} and goes on in an empty file. */
    public void rotate(Path aside) throws IOException {
        Files.move(path, aside, StandardCopyOption.REPLACE_EXISTING);
        reopen();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
