package io.millrace.net;

import java.nio.ByteBuffer;

/** The direct buffer through which a thread hands bytes to sockets. */
/* A socket takes bytes from native memory; one buffer per thread, reused, spares the copy's
 * allocation and keeps an idle connection without any buffer of its own. */
final class SendBuffer {
    private static final int BYTES = 64 * 1024;

    private static final ThreadLocal<ByteBuffer> OF_THREAD =
            ThreadLocal.withInitial(() -> ByteBuffer.allocateDirect(BYTES));

    private SendBuffer() {}

    static ByteBuffer ofThread() {
        return OF_THREAD.get();
    }
}
