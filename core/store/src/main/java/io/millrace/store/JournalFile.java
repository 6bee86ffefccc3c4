package io.millrace.store;

import io.millrace.runtime.DiskFile;
import java.nio.file.Path;

/** One file of the journal. Written by the committer alone; listed under the lock of its pool. */
final class JournalFile {
    final long index;
    final Path path;
    final DiskFile file;
    final long bytes;
    long position = FileHeader.BYTES;

    /** The highest journal number in it, once it is full or given up. */
    long lastNumber;

    JournalFile(long index, Path path, DiskFile file, long bytes) {
        this.index = index;
        this.path = path;
        this.file = file;
        this.bytes = bytes;
    }

    long remaining() {
        return bytes - position;
    }
}
