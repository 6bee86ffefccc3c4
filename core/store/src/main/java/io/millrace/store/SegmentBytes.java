package io.millrace.store;

import java.lang.ref.SoftReference;

/** Room for all bytes of one segment, one after the other. The keeper's thread. */
/* An array as large as a segment, once let go, is only found by a collection of the whole heap, and
 * the heap grows by the next one before that comes. So there is one, until memory is short. */
final class SegmentBytes {
    private SoftReference<byte[]> kept = new SoftReference<>(new byte[0]);

    /** An array with at least that length, anything in it; valid until the next call. */
    byte[] room(int length) {
        byte[] data = kept.get();
        if (data == null || data.length < length) {
            data = new byte[length];
            kept = new SoftReference<>(data);
        }
        return data;
    }
}
