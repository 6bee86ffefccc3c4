package io.millrace.bench;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import javax.net.ssl.SSLSocket;

/** Bytes to and from a server. One thread reads, one writes. */
sealed interface Link extends Closeable {
    /** Reads at least one byte, or none from a link that does not block; -1 at the end. */
    int read(byte[] into, int offset, int length) throws IOException;

    /** Writes everything. */
    void write(byte[] from, int offset, int length) throws IOException;

    /** Bare TCP, which may be told not to block. */
    record Plain(SocketChannel channel) implements Link {
        /**
         * The JDK copies an array on its way to the kernel; a piece of this size stays in cache.
         */
        private static final int PIECE = 64 * 1024;

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(into, offset, Math.min(length, PIECE)));
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            ByteBuffer rest = ByteBuffer.wrap(from, offset, length);
            int end = offset + length;
            while (rest.position() < end) {
                rest.limit(Math.min(end, rest.position() + PIECE));
                if (channel.write(rest) == 0) {
                    Thread.onSpinWait();
                }
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** TLS. */
    record Secure(SSLSocket socket) implements Link {
        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            return socket.getInputStream().read(into, offset, length);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            socket.getOutputStream().write(from, offset, length);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
