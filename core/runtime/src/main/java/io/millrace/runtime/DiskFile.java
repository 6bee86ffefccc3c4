package io.millrace.runtime;

import java.nio.ByteBuffer;

/**
 * An open file of a {@link Disk}. Reads, {@link #write(long, byte[], int, int)} and {@link
 * #syncData()} may come from several threads at once; the gathering write has one caller at a time.
 * All calls block.
 */
public interface DiskFile extends AutoCloseable {
    /**
     * Reads up to {@code length} bytes from {@code position}; fewer only at the end of the file.
     *
     * @return how many bytes were read, 0 at or behind the end
     */
    int read(long position, byte[] into, int offset, int length) throws DiskException;

    /** Writes all {@code length} bytes, growing the file when it ends before. Not yet durable. */
    void write(long position, byte[] from, int offset, int length) throws DiskException;

    /** Writes the remaining bytes of the first {@code count} buffers one behind the other. */
    void write(long position, ByteBuffer[] buffers, int count) throws DiskException;

    /** Makes the file {@code bytes} long with its blocks really allocated, zeros where it grew. */
    void preallocate(long bytes) throws DiskException;

    /**
     * Returns when every write before it is durable, with the length of the file. After a failure
     * nothing written since the last success may be trusted, and a second call proves nothing.
     */
    void syncData() throws DiskException;

    long size() throws DiskException;

    /** Cuts the file to {@code bytes}; nothing happens when it is shorter. */
    void truncate(long bytes) throws DiskException;

    @Override
    void close();
}
