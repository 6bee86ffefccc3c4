package io.millrace.store;

import java.util.zip.CRC32C;

/** CRC32C mixed with the store's own salt. Owned by whoever made it; one per thread or lock. */
/* The salt is what keeps a payload from passing as a record of ours: after damage the scan looks for
 * the next record inside bytes that a client chose, and a client does not know the salt. */
final class Checksum {
    private final CRC32C crc = new CRC32C();
    private final int salt;

    Checksum(long storeId) {
        salt = Long.hashCode(storeId * 0x9E3779B97F4A7C15L) | 1;
    }

    int of(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, length);
        return (int) crc.getValue() ^ salt;
    }
}
