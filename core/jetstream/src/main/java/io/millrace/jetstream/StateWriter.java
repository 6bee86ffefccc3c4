package io.millrace.jetstream;

import java.util.Arrays;

/** A growing run of bytes and variable-length numbers, written again and again. */
final class StateWriter {
    private static final int FIRST_CAPACITY = 64;
    private static final int LONGEST_NUMBER = 10;

    /** A buffer that one busy turn has made larger than this is let go of. */
    private static final int KEPT_BYTES_MAX = 64 << 10;

    private byte[] bytes = new byte[0];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    byte[] copy() {
        return Arrays.copyOf(bytes, length);
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT_BYTES_MAX) {
            bytes = new byte[0];
        }
    }

    /** Gives the buffer back when there is nothing in it. */
    void trim() {
        if (length == 0) {
            bytes = new byte[0];
        }
    }

    void octet(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    /** Seven bits to the byte, the lowest first; a number below zero takes ten. */
    void number(long value) {
        reserve(LONGEST_NUMBER);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** A difference, short when it is near zero on either side. */
    void difference(long value) {
        number((value << 1) ^ (value >> 63));
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(FIRST_CAPACITY, bytes.length * 2));
        }
    }
}
