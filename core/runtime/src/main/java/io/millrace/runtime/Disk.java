package io.millrace.runtime;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything a store asks of a disk, and the only door to it: the real one, or one that loses,
 * tears and reorders what was not synced. Any thread; all calls block, so never on an I/O loop.
 */
public interface Disk {
    /** How a file is opened. */
    enum Mode {
        /** For reading; it must exist. */
        READ,
        /** For reading and writing; it must exist. */
        WRITE,
        /** For reading and writing; it must not exist yet. */
        CREATE
    }

    DiskFile open(Path file, Mode mode) throws DiskException;

    /**
     * Makes {@code directory} and what is missing above it; durable only after {@link
     * #syncDirectory}.
     */
    void createDirectories(Path directory) throws DiskException;

    /** Gives a file another name at once, replacing what has that name. */
    void rename(Path from, Path to) throws DiskException;

    /** Removes a file or an empty directory. */
    void delete(Path path) throws DiskException;

    /** Names of the entries of {@code directory}, sorted. */
    List<String> list(Path directory) throws DiskException;

    boolean exists(Path path);

    boolean isDirectory(Path path);

    /** Returns when every creation, renaming and removal in {@code directory} is durable. */
    void syncDirectory(Path directory) throws DiskException;

    /** Bytes that an ordinary user can still write where {@code directory} lies. */
    long freeBytes(Path directory) throws DiskException;

    /** Takes the lock that {@code file} stands for, or fails at once with {@code LOCKED}. */
    Lock lock(Path file) throws DiskException;

    /** A held lock; closing it gives it back. */
    interface Lock extends AutoCloseable {
        @Override
        void close();
    }

    /** The machine's own disks. */
    static Disk real() {
        return RealDisk.INSTANCE;
    }
}
