package io.millrace.store;

import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/** Where segments lie and how their bytes come and go. Any thread. */
final class SegmentFiles {
    static final String SUFFIX = ".segment";

    private final Disk disk;
    private final Path streams;
    private final Path memory;
    private final long storeId;
    private final OpenFiles open;
    private final AtomicLong nextId;
    private final long firstId;

    SegmentFiles(Disk disk, Path root, long storeId, int openFiles, long firstId) {
        this.disk = disk;
        this.streams = root.resolve("streams");
        this.memory = root.resolve("memory");
        this.storeId = storeId;
        this.open = new OpenFiles(disk, openFiles);
        this.nextId = new AtomicLong(firstId);
        this.firstId = firstId;
    }

    Disk disk() {
        return disk;
    }

    OpenFiles open() {
        return open;
    }

    long takeId() {
        return nextId.getAndIncrement();
    }

    /** Whether a segment with this number can come from this opening. */
    boolean isRecent(long id) {
        return id >= firstId && id < nextId.get();
    }

    Path streams() {
        return streams;
    }

    Path memory() {
        return memory;
    }

    Path directory(int stream, boolean inMemory) {
        return (inMemory ? memory : streams).resolve(String.format(Locale.ROOT, "%08x", stream));
    }

    Path path(Segment segment) {
        Path known = segment.path;
        if (known == null) {
            known =
                    directory(segment.stream, segment.inMemory)
                            .resolve(String.format(Locale.ROOT, "%016x%s", segment.id, SUFFIX));
            segment.path = known;
        }
        return known;
    }

    void create(Segment segment) throws DiskException {
        Path path = path(segment);
        disk.createDirectories(directory(segment.stream, segment.inMemory));
        OpenFiles.Pin pin = made(path);
        try {
            byte[] header =
                    FileHeader.of(FileHeader.Kind.SEGMENT, storeId, segment.stream, segment.id)
                            .encode();
            pin.file.write(0, header, 0, header.length);
        } finally {
            open.release(pin);
        }
    }

    /**
     * One that is there already comes from a call that failed half way: no other run uses its
     * number.
     */
    private OpenFiles.Pin made(Path path) throws DiskException {
        try {
            return open.create(path);
        } catch (DiskException e) {
            if (e.code() == DiskException.Code.EXISTS) {
                return open.acquire(path);
            }
            throw e;
        }
    }

    void write(Segment segment, long position, byte[] from, int offset, int length)
            throws DiskException {
        OpenFiles.Pin pin = open.acquire(path(segment));
        try {
            pin.file.write(position, from, offset, length);
        } finally {
            open.release(pin);
        }
    }

    /** Writes zeros over what is there, and syncs. */
    void wipe(Segment segment) throws DiskException {
        OpenFiles.Pin pin = open.acquire(path(segment));
        try {
            Zeros.over(pin.file, segment.writtenBytes);
        } finally {
            open.release(pin);
        }
        sync(segment);
    }

    int read(Segment segment, long position, byte[] into, int offset, int length)
            throws DiskException {
        OpenFiles.Pin pin = open.acquire(path(segment));
        try {
            return pin.file.read(position, into, offset, length);
        } finally {
            open.release(pin);
        }
    }

    /** As {@link #read}; a missing file is one without bytes. */
    int readThere(Segment segment, long position, byte[] into, int offset, int length)
            throws DiskException {
        try {
            return read(segment, position, into, offset, length);
        } catch (DiskException e) {
            return orNothing(e);
        }
    }

    long size(Segment segment) throws DiskException {
        OpenFiles.Pin pin = open.acquire(path(segment));
        try {
            return pin.file.size();
        } finally {
            open.release(pin);
        }
    }

    /** As {@link #size}; a missing file is one without bytes. */
    long sizeThere(Segment segment) throws DiskException {
        try {
            return size(segment);
        } catch (DiskException e) {
            return orNothing(e);
        }
    }

    private static int orNothing(DiskException e) throws DiskException {
        if (e.code() != DiskException.Code.NOT_FOUND) {
            throw e;
        }
        return 0;
    }

    void sync(Segment segment) throws DiskException {
        OpenFiles.Pin pin = open.acquire(path(segment));
        try {
            pin.file.syncData();
        } finally {
            open.release(pin);
        }
    }

    void delete(Segment segment) throws DiskException {
        open.delete(path(segment));
    }
}
