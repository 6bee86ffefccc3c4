package io.millrace.net.tls;

import java.nio.ByteBuffer;

/** A thread's buffers for records on their way, so that an idle connection has none. */
final class Scratch {
    /** So much at a time, and behind it more than the largest record, 16 KiB and its frame. */
    private static final int RECEIVE_BYTES = 104 * 1024;

    /** Several records at a time, so that a big flush is not a call for each. */
    private static final int SEND_BYTES = 72 * 1024;

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    final byte[] receivedBytes = new byte[RECEIVE_BYTES];
    final byte[] sentBytes = new byte[SEND_BYTES];

    /** The same bytes, and where one is in them. */
    final ByteBuffer received = ByteBuffer.wrap(receivedBytes);

    final ByteBuffer sent = ByteBuffer.wrap(sentBytes);

    private Scratch() {}

    static Scratch ofThread() {
        return OF_THREAD.get();
    }
}
