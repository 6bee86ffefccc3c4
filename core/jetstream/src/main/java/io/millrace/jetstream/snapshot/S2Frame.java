package io.millrace.jetstream.snapshot;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** What frame readers and writers share. Stateless. */
/*
 * A stream of frames (Snappy's framing format, which S2 took over):
 *
 *   0    type      0xFF identifier, 0x00 compressed, 0x01 as it is,
 *                  0x80..0xFE may be passed over, others not
 *   1    length    of what follows, 3 bytes little endian
 *   4    checksum  0x00 and 0x01 only: CRC32C of the unpacked bytes, turned right by 15 bits,
 *                  plus 0xA282EAD8; 4 bytes little endian
 *   8    bytes
 *
 * The identifier comes first and holds "S2sTwO" or "sNaPpY"; it may come again.
 */
final class S2Frame {
    static final int COMPRESSED = 0x00;
    static final int PLAIN = 0x01;
    static final int FIRST_SKIPPABLE = 0x80;
    static final int IDENTIFIER = 0xFF;

    static final int HEADER_BYTES = 4;
    static final int CHECKSUM_BYTES = 4;

    private static final int MASK = 0xA282_EAD8;
    private static final byte[] S2 = "S2sTwO".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SNAPPY = "sNaPpY".getBytes(StandardCharsets.US_ASCII);

    private S2Frame() {}

    static int checksum(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + MASK;
    }

    static byte[] identifier() {
        byte[] frame = new byte[HEADER_BYTES + S2.length];
        frame[0] = (byte) IDENTIFIER;
        frame[1] = (byte) S2.length;
        System.arraycopy(S2, 0, frame, HEADER_BYTES, S2.length);
        return frame;
    }

    static boolean isIdentifier(byte[] bytes, int offset, int length) {
        return matches(S2, bytes, offset, length) || matches(SNAPPY, bytes, offset, length);
    }

    private static boolean matches(byte[] name, byte[] bytes, int offset, int length) {
        return length == name.length
                && Arrays.equals(bytes, offset, offset + length, name, 0, length);
    }
}
