package io.millrace.protocol;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Public NATS keys in their written form: base32 of a prefix byte, 32 bytes of key and a CRC-16
 * (the nkeys documentation). Stateless.
 */
public final class NKeyText {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int KEY_BYTES = 32;
    private static final int LENGTH = 56;
    private static final int POLYNOMIAL = 0x1021;

    /** Whose key it is; the prefix byte makes the first letter. */
    public enum Kind {
        ACCOUNT(0),
        SERVER(13 << 3),
        OPERATOR(14 << 3),
        USER(20 << 3),
        /** An X25519 key, for what is encrypted. */
        CURVE(23 << 3);

        private final int prefix;

        Kind(int prefix) {
            this.prefix = prefix;
        }
    }

    private NKeyText() {}

    /** The written form of 32 bytes. */
    public static String encode(Kind kind, byte[] key) {
        byte[] raw = new byte[KEY_BYTES + 3];
        raw[0] = (byte) kind.prefix;
        System.arraycopy(key, 0, raw, 1, KEY_BYTES);
        int sum = crc16(raw, KEY_BYTES + 1);
        raw[KEY_BYTES + 1] = (byte) sum;
        raw[KEY_BYTES + 2] = (byte) (sum >>> 8);
        StringBuilder text = new StringBuilder(LENGTH);
        int bits = 0;
        int held = 0;
        for (byte b : raw) {
            bits = (bits << 8) | (b & 0xff);
            held += 8;
            while (held >= 5) {
                held -= 5;
                text.append(ALPHABET.charAt((bits >>> held) & 31));
            }
        }
        return text.toString();
    }

    /** Whether {@code text} is well formed and of that kind. */
    public static boolean isKey(Kind kind, String text) {
        return decode(kind, text) != null;
    }

    /** The 32 bytes; null when {@code text} is not well formed or of another kind. */
    public static byte @Nullable [] decode(Kind kind, String text) {
        if (text.length() != LENGTH) {
            return null;
        }
        byte[] raw = new byte[KEY_BYTES + 3];
        int bits = 0;
        int held = 0;
        int filled = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = ALPHABET.indexOf(text.charAt(i));
            if (digit < 0) {
                return null;
            }
            bits = (bits << 5) | digit;
            held += 5;
            if (held >= 8) {
                held -= 8;
                raw[filled++] = (byte) (bits >>> held);
            }
        }
        int sum = (raw[KEY_BYTES + 1] & 0xff) | (raw[KEY_BYTES + 2] & 0xff) << 8;
        boolean sound = (raw[0] & 0xff) == kind.prefix && sum == crc16(raw, KEY_BYTES + 1);
        return sound ? Arrays.copyOfRange(raw, 1, KEY_BYTES + 1) : null;
    }

    /** CRC-16/XMODEM. */
    private static int crc16(byte[] b, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= (b[i] & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) != 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
            }
            crc &= 0xffff;
        }
        return crc;
    }
}
