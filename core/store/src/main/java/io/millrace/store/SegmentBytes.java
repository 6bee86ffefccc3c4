package io.millrace.store;

import java.lang.ref.SoftReference;

/** Room for all bytes of one segment, one after the other. The keeper's thread. */
/* An array as large as a segment, once let go, is only found by a collection of the whole heap, and
 * the heap grows by the next one before that comes. So there is one, until memory is short. Full
 * segments differ by a little, and some are wanted with their index, others without: the first
 * array is to be large enough for those that follow. */
final class SegmentBytes {
    private static final int STEP_BYTES = 4 << 20;
    private static final int ROUNDED_FROM_BYTES = 1 << 20;

    private SoftReference<byte[]> kept = new SoftReference<>(new byte[0]);

    /** An array with at least that length, anything in it; valid until the next call. */
    byte[] room(int length) {
        byte[] data = kept.get();
        if (data == null || data.length < length) {
            data = new byte[rounded(length)];
            kept = new SoftReference<>(data);
        }
        return data;
    }

    private static int rounded(int length) {
        if (length < ROUNDED_FROM_BYTES || length > Integer.MAX_VALUE / 2) {
            return length;
        }
        int ample = length + length / 4;
        return (ample + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
    }
}
