package io.millrace.jetstream.snapshot;

import java.util.Arrays;

/** Packs one block into the elements that {@link S2Block} draws. One owner. */
/*
 * Greedy: where four bytes were seen before in the block, a copy of them and of what follows is
 * written instead. The longer nothing is found, the larger the steps: what cannot be packed costs
 * little.
 */
final class S2Packer {
    /** Distances fit two bytes. */
    static final int BLOCK_BYTES_MAX = 1 << 16;

    private static final int HASH_BITS = 14;
    private static final int MATCH_MIN = 4;
    private static final int SHORT_COPY_MAX = 11;
    private static final int SHORT_DISTANCES = 1 << 11;
    private static final int LONG_COPY_MAX = 64;
    private static final int SHORT_REPEAT = 5;
    private static final int SHORT_REPEAT_BASE = 8;
    private static final int LONG_REPEAT = 6;
    private static final int LONG_REPEAT_BASE = 260;

    /** Of the head of a literal, a copy and its repeat. */
    private static final int ELEMENTS_BYTES_MAX = 3 + 3 + 4;

    /** Where four bytes of that hash were seen last, plus one. */
    private final int[] seen = new int[1 << HASH_BITS];

    private byte[] out = new byte[0];
    private int to;

    /**
     * Packs the first bytes of {@code in}.
     *
     * @param length 1 to {@link #BLOCK_BYTES_MAX}
     * @param packed as long as the bytes to pack
     * @return how many bytes of {@code packed} are filled; 0 when it is not worth it
     */
    int pack(byte[] in, int length, byte[] packed) {
        Arrays.fill(seen, 0);
        out = packed;
        to = 0;
        int enough = length - (length >>> 5);
        varint(length);
        int literal = 0;
        int at = 0;
        int missed = 0;
        while (at + MATCH_MIN <= length) {
            int slot = slot(in, at);
            int before = seen[slot] - 1;
            seen[slot] = at + 1;
            if (before < 0 || !sameFour(in, before, at)) {
                missed++;
                at += 1 + (missed >>> 5);
                continue;
            }
            int matched = Arrays.mismatch(in, before, before + length - at, in, at, length);
            int same = matched < 0 ? length - at : matched;
            if (to + at - literal + ELEMENTS_BYTES_MAX > enough) {
                return 0;
            }
            literal(in, literal, at);
            copy(at - before, same);
            at += same;
            literal = at;
            missed = 0;
        }
        if (to + length - literal + 4 > enough) {
            return 0;
        }
        literal(in, literal, length);
        return to;
    }

    private static int slot(byte[] in, int at) {
        return (four(in, at) * 0x9E37_79B1) >>> (32 - HASH_BITS);
    }

    private static boolean sameFour(byte[] in, int one, int other) {
        return four(in, one) == four(in, other);
    }

    private static int four(byte[] in, int at) {
        return (in[at] & 0xFF)
                | (in[at + 1] & 0xFF) << 8
                | (in[at + 2] & 0xFF) << 16
                | in[at + 3] << 24;
    }

    private void varint(int value) {
        int left = value;
        while (left > 0x7F) {
            out[to++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        out[to++] = (byte) left;
    }

    private void literal(byte[] in, int from, int end) {
        int length = end - from;
        if (length == 0) {
            return;
        }
        int code = length - 1;
        if (code < 60) {
            out[to++] = (byte) (code << 2);
        } else if (code <= 0xFF) {
            out[to++] = (byte) (60 << 2);
            out[to++] = (byte) code;
        } else {
            out[to++] = (byte) (61 << 2);
            out[to++] = (byte) code;
            out[to++] = (byte) (code >>> 8);
        }
        System.arraycopy(in, from, out, to, length);
        to += length;
    }

    private void copy(int distance, int length) {
        if (length <= SHORT_COPY_MAX && distance < SHORT_DISTANCES) {
            out[to++] = (byte) (1 | (length - MATCH_MIN) << 2 | (distance >>> 8) << 5);
            out[to++] = (byte) distance;
            return;
        }
        int now = Math.min(length, LONG_COPY_MAX);
        if (length - now < SHORT_REPEAT_BASE) {
            // Leaves the repeat as much as it stands for at least, or nothing.
            now = length <= LONG_COPY_MAX ? length : length - SHORT_REPEAT_BASE;
        }
        out[to++] = (byte) (2 | (now - 1) << 2);
        out[to++] = (byte) distance;
        out[to++] = (byte) (distance >>> 8);
        if (now < length) {
            repeat(length - now);
        }
    }

    /** At most a block less a copy, so two bytes of length always do. */
    private void repeat(int length) {
        boolean isLong = length >= SHORT_REPEAT_BASE + 0x100;
        out[to++] = (byte) (1 | (isLong ? LONG_REPEAT : SHORT_REPEAT) << 2);
        out[to++] = 0;
        int more = length - (isLong ? LONG_REPEAT_BASE : SHORT_REPEAT_BASE);
        out[to++] = (byte) more;
        if (isLong) {
            out[to++] = (byte) (more >>> 8);
        }
    }
}
