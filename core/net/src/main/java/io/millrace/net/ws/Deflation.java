package io.millrace.net.ws;

import java.util.Arrays;
import java.util.zip.Deflater;

/** Makes compressed messages (RFC 7692), each without what came before it. One thread. */
final class Deflation {
    /** What is not longer is sent as it is. */
    static final int LEAST_BYTES = 64;

    private static final int TAIL_BYTES = 4;
    private static final ThreadLocal<Deflation> OF_THREAD = ThreadLocal.withInitial(Deflation::new);

    private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    private byte[] made = Frames.ofThread().deflated;

    private Deflation() {}

    static Deflation ofThread() {
        return OF_THREAD.get();
    }

    /** Where the message is that {@link #deflate} has made. */
    byte[] made() {
        return made;
    }

    /** The length of the message. */
    int deflate(byte[] from, int offset, int length) {
        deflater.reset();
        deflater.setInput(from, offset, length);
        int count = 0;
        while (true) {
            int more = deflater.deflate(made, count, made.length - count, Deflater.SYNC_FLUSH);
            count += more;
            if (count < made.length) {
                return count - TAIL_BYTES;
            }
            made = Arrays.copyOf(made, made.length * 2);
        }
    }
}
