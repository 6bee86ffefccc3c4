package io.millrace.jetstream.snapshot;

/** Puts bytes into frames as they are; the frames are taken in pieces of any size. One owner. */
/*
 * Frames are not compressed. Every reader of S2 or Snappy frames takes them as they are, and no
 * library for Java writes S2; those that write Snappy bring native code or Unsafe. The price is the
 * size on the way and in the backup.
 */
final class S2FrameWriter {
    /** What a reader of Snappy frames takes at most. */
    private static final int BLOCK_BYTES = 1 << 16;

    private final byte[] block = new byte[BLOCK_BYTES];
    private final ByteWindow out = new ByteWindow();
    private int filled;

    S2FrameWriter() {
        byte[] identifier = S2Frame.identifier();
        out.append(identifier, 0, identifier.length);
    }

    void write(byte[] bytes, int offset, int length) {
        int from = offset;
        int end = offset + length;
        while (from < end) {
            int now = Math.min(end - from, BLOCK_BYTES - filled);
            System.arraycopy(bytes, from, block, filled, now);
            from += now;
            filled += now;
            if (filled == BLOCK_BYTES) {
                flush();
            }
        }
    }

    /** Closes the frame that is being filled. */
    void flush() {
        if (filled == 0) {
            return;
        }
        int length = S2Frame.CHECKSUM_BYTES + filled;
        int checksum = S2Frame.checksum(block, 0, filled);
        byte[] header = {
            S2Frame.PLAIN,
            (byte) length,
            (byte) (length >>> 8),
            (byte) (length >>> 16),
            (byte) checksum,
            (byte) (checksum >>> 8),
            (byte) (checksum >>> 16),
            (byte) (checksum >>> 24)
        };
        out.append(header, 0, header.length);
        out.append(block, 0, filled);
        filled = 0;
    }

    /** How much can be taken now. */
    int available() {
        return out.length();
    }

    byte[] take(int bytesMax) {
        return out.takeFirst(Math.min(bytesMax, out.length()));
    }
}
