package io.millrace.store;

import java.util.zip.CRC32C;

/** CRC32C mixed with the store's own salt. Owned by whoever made it; one per thread or lock. */
/* The salt is what keeps a payload from passing as a record of ours: after damage the scan looks for
 * the next record inside bytes that a client chose, and a client does not know the salt. */
final class Checksum {
    private static final int POLYNOMIAL = 0x82F63B78;

    private final CRC32C crc = new CRC32C();
    private final int salt;

    Checksum(long storeId) {
        this(Long.hashCode(storeId * 0x9E3779B97F4A7C15L) | 1);
    }

    private Checksum(int salt) {
        this.salt = salt;
    }

    /**
     * Whether one flipped bit explains a wrong checksum: what a crash has torn differs in more.
     *
     * @param difference of the two checksums
     * @param length of what was summed
     */
    static boolean isOneFlip(int difference, int length) {
        int[] flips = new int[8];
        for (int bit = 0; bit < 8; bit++) {
            flips[bit] = onward(1 << bit);
        }
        for (int at = length - 1; at >= 0; at--) {
            for (int bit = 0; bit < 8; bit++) {
                if (flips[bit] == difference) {
                    return true;
                }
                flips[bit] = onward(flips[bit] & 0xFF) ^ flips[bit] >>> 8;
            }
        }
        return false;
    }

    /** What a byte in the register becomes with the next byte. */
    private static int onward(int low) {
        int register = low;
        for (int bit = 0; bit < 8; bit++) {
            register = register >>> 1 ^ ((register & 1) == 0 ? 0 : POLYNOMIAL);
        }
        return register;
    }

    /** One for another sum of the same store. */
    Checksum another() {
        return new Checksum(salt);
    }

    /** Begins a sum that is made of several pieces. */
    void begin() {
        crc.reset();
    }

    void more(byte[] bytes, int offset, int length) {
        crc.update(bytes, offset, length);
    }

    int end() {
        return (int) crc.getValue() ^ salt;
    }

    int of(byte[] bytes, int offset, int length) {
        crc.reset();
        crc.update(bytes, offset, length);
        return (int) crc.getValue() ^ salt;
    }
}
