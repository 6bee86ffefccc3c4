package io.millrace.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A file of the machine. The gathering write owns the channel's position; nothing else uses it. */
final class RealDiskFile implements DiskFile {
    private static final int ZEROS_BYTES = 1 << 16;

    /**
     * Most bytes of a call: bytes of the heap go through native memory as large as the call, which
     * the thread then keeps.
     */
    private static final int CALL_BYTES = 1 << 17;

    private final Path path;
    private final FileChannel channel;

    RealDiskFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) throws DiskException {
        try {
            ByteBuffer target = ByteBuffer.wrap(into, offset, length);
            int total = 0;
            while (total < length) {
                target.limit(offset + Math.min(length, total + CALL_BYTES));
                int count = channel.read(target, position + total);
                if (count < 0) {
                    break;
                }
                total += count;
            }
            return total;
        } catch (IOException e) {
            throw RealDisk.failure(path, e);
        }
    }

    @Override
    public void write(long position, byte[] from, int offset, int length) throws DiskException {
        writeAll(position, ByteBuffer.wrap(from, offset, length));
    }

    @Override
    public void write(long position, ByteBuffer[] buffers, int count) throws DiskException {
        try {
            if (count == 1) {
                writeAll(position, buffers[0]);
                return;
            }
            long remaining = 0;
            for (int i = 0; i < count; i++) {
                remaining += buffers[i].remaining();
            }
            channel.position(position);
            while (remaining > 0) {
                remaining -= channel.write(buffers, 0, count);
            }
        } catch (IOException e) {
            throw RealDisk.failure(path, e);
        }
    }

    @Override
    public void preallocate(long bytes) throws DiskException {
        /* Zeros and not a hole: blocks that exist already are what makes the later sync cheap, and
         * a full disk shows here and not in the middle of a commit. */
        long position = size();
        ByteBuffer zeros = ByteBuffer.allocateDirect(ZEROS_BYTES);
        while (position < bytes) {
            zeros.clear().limit((int) Math.min(ZEROS_BYTES, bytes - position));
            int count = zeros.remaining();
            writeAll(position, zeros);
            position += count;
        }
    }

    @Override
    public void syncData() throws DiskException {
        try {
            channel.force(false);
        } catch (IOException e) {
            throw RealDisk.failure(path, e);
        }
    }

    @Override
    public long size() throws DiskException {
        try {
            return channel.size();
        } catch (IOException e) {
            throw RealDisk.failure(path, e);
        }
    }

    @Override
    public void truncate(long bytes) throws DiskException {
        try {
            channel.truncate(bytes);
        } catch (IOException e) {
            throw RealDisk.failure(path, e);
        }
    }

    @Override
    public void close() {
        RealDisk.closeQuietly(channel);
    }

    private void writeAll(long position, ByteBuffer source) throws DiskException {
        int end = source.limit();
        int most = source.isDirect() ? end : CALL_BYTES;
        try {
            long at = position;
            while (source.position() < end) {
                source.limit(source.position() + Math.min(end - source.position(), most));
                at += channel.write(source, at);
            }
        } catch (IOException e) {
            throw RealDisk.failure(path, e);
        } finally {
            // who tries again goes on with what is left
            source.limit(end);
        }
    }
}
