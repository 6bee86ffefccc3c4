package io.millrace.config;

/** The written form of public NATS keys: base32 of a prefix, 32 bytes and a CRC-16. */
final class NKeyText {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    private static final int LENGTH = 56;
    private static final int POLYNOMIAL = 0x1021;

    private NKeyText() {}

    static boolean isUser(String text) {
        return isKey('U', text);
    }

    static boolean isAccount(String text) {
        return isKey('A', text);
    }

    private static boolean isKey(char kind, String text) {
        if (text.length() != LENGTH || text.charAt(0) != kind) {
            return false;
        }
        byte[] raw = new byte[LENGTH * 5 / 8];
        int bits = 0;
        int held = 0;
        int filled = 0;
        for (int i = 0; i < LENGTH; i++) {
            int value = ALPHABET.indexOf(text.charAt(i));
            if (value < 0) {
                return false;
            }
            bits = (bits << 5 | value) & 0xfff;
            held += 5;
            if (held >= 8) {
                held -= 8;
                raw[filled++] = (byte) (bits >> held);
            }
        }
        int sum = (raw[filled - 2] & 0xff) | (raw[filled - 1] & 0xff) << 8;
        return sum == crc16(raw, filled - 2);
    }

    private static int crc16(byte[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= (bytes[i] & 0xff) << 8;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
            }
        }
        return crc & 0xffff;
    }
}
