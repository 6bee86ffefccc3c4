package io.millrace.jetstream.snapshot;

/** Puts bytes into packed frames, which are taken in pieces of any size. One owner. */
final class S2FrameWriter {
    /** What a reader of Snappy frames takes at most. */
    private static final int BLOCK_BYTES = S2Packer.BLOCK_BYTES_MAX;

    private final S2Packer packer = new S2Packer();
    private final byte[] packed = new byte[BLOCK_BYTES];
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
        int smaller = packer.pack(block, filled, packed);
        if (smaller > 0) {
            frame(S2Frame.COMPRESSED, packed, smaller);
        } else {
            frame(S2Frame.PLAIN, block, filled);
        }
        filled = 0;
    }

    private void frame(int type, byte[] bytes, int count) {
        int length = S2Frame.CHECKSUM_BYTES + count;
        int checksum = S2Frame.checksum(block, 0, filled);
        byte[] header = {
            (byte) type,
            (byte) length,
            (byte) (length >>> 8),
            (byte) (length >>> 16),
            (byte) checksum,
            (byte) (checksum >>> 8),
            (byte) (checksum >>> 16),
            (byte) (checksum >>> 24)
        };
        out.append(header, 0, header.length);
        out.append(bytes, 0, count);
    }

    /** How much can be taken now. */
    int available() {
        return out.length();
    }

    byte[] take(int bytesMax) {
        return out.takeFirst(Math.min(bytesMax, out.length()));
    }
}
