package io.millrace.store;

import java.util.Arrays;

/** The newest records of a stream, not yet written to the segment's file. Owned by the stream. */
final class Tail {
    private static final int LEAST_BYTES = 512;
    private static final byte[] NOTHING = new byte[0];

    byte[] bytes = NOTHING;
    int length;

    /** Where in the segment's file the tail begins. */
    int start = FileHeader.BYTES;

    /** Makes room for {@code more} bytes behind what is there. */
    void room(int more, int usual) {
        int need = length + more;
        if (need > bytes.length) {
            int doubled = Math.max(LEAST_BYTES, Math.min(bytes.length * 2, usual));
            bytes = Arrays.copyOf(bytes, Math.max(need, doubled));
        }
    }

    /** Everything was written: the next record begins a new tail. */
    void written(boolean keepBuffer) {
        start += length;
        length = 0;
        if (!keepBuffer) {
            bytes = NOTHING;
        }
    }
}
