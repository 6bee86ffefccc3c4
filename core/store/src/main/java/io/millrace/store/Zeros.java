package io.millrace.store;

import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskFile;

/** A block of zeros: for what is to be wiped, and to know what was never written. */
final class Zeros {
    /** Never written to. */
    static final byte[] BLOCK = new byte[4096];

    private Zeros() {}

    /** Writes zeros over the first {@code length} bytes. */
    static void over(DiskFile file, long length) throws DiskException {
        for (long at = 0; at < length; at += BLOCK.length) {
            file.write(at, BLOCK, 0, (int) Math.min(BLOCK.length, length - at));
        }
    }
}
