package io.millrace.jetstream;

/** Numbers and words in bytes, read and written without garbage. Any thread. */
final class Digits {
    /** The most digits that a {@code long} has. */
    static final int LONGEST = 19;

    private Digits() {}

    /** A number of plain digits that fits into 63 bits, or -1. */
    static long parse(byte[] buffer, int offset, int length) {
        if (length == 0) {
            return -1;
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = buffer[offset + i] - '0';
            if (digit < 0 || digit > 9 || value > (Long.MAX_VALUE - digit) / 10) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** Writes {@code value}, not negative, and returns where it ends. */
    static int write(byte[] into, int at, long value) {
        int end = at + count(value);
        long rest = value;
        for (int i = end - 1; i >= at; i--) {
            into[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return end;
    }

    /** Whether the bytes are {@code word}, which is in small ASCII letters, in any letters. */
    static boolean isWord(byte[] buffer, int offset, int length, String word) {
        if (length != word.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            int small = buffer[offset + i] | 0x20;
            if (small != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static int count(long value) {
        int digits = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            digits++;
        }
        return digits;
    }
}
