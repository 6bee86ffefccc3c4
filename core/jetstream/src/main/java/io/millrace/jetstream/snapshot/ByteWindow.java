package io.millrace.jetstream.snapshot;

import java.util.Arrays;

/** Bytes that are appended behind and taken from the front. One owner. */
final class ByteWindow {
    private static final int INITIAL_BYTES = 4096;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int start;
    private int end;

    byte[] array() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    int length() {
        return end - start;
    }

    int unsignedAt(int index) {
        return bytes[start + index] & 0xFF;
    }

    /** Makes room for that many bytes behind the end; the array may be another one afterwards. */
    void room(int more) {
        if (bytes.length - end >= more) {
            return;
        }
        int length = length();
        byte[] target = bytes;
        if (bytes.length - length < more || length > bytes.length / 2) {
            long wanted = Math.max((long) length + more, Math.min(bytes.length * 2L, 1L << 30));
            target = new byte[Math.toIntExact(wanted)];
        }
        System.arraycopy(bytes, start, target, 0, length);
        bytes = target;
        start = 0;
        end = length;
    }

    void append(byte[] from, int offset, int length) {
        room(length);
        System.arraycopy(from, offset, bytes, end, length);
        end += length;
    }

    /** That many bytes were written behind the end. */
    void grown(int more) {
        end += more;
    }

    void dropFirst(int length) {
        start += length;
        if (start == end) {
            start = 0;
            end = 0;
        }
    }

    byte[] takeFirst(int length) {
        byte[] taken = Arrays.copyOfRange(bytes, start, start + length);
        dropFirst(length);
        return taken;
    }
}
