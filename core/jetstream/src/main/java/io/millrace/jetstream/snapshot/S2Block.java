package io.millrace.jetstream.snapshot;

/**
 * Takes one compressed block apart: Snappy's format with what S2 adds to it, the copy that repeats
 * the last distance. Stateless.
 */
/*
 * A block is its length when unpacked (a varint) and then elements, each begun by a tag whose two
 * low bits name its kind:
 *
 *   00  literal   length - 1 in the upper six bits; 60..63: in the next 1..4 bytes
 *   01  copy      length - 4 in three bits, distance in 3 + 8 bits
 *   10  copy      length - 1 in six bits, distance in the next 2 bytes
 *   11  copy      length - 1 in six bits, distance in the next 4 bytes
 *
 * S2: a copy 01 of distance 0 takes the last distance of the block. Its three bits give lengths
 * 4..8 for 0..4; 5, 6 and 7 add 8, 260 and 65,540 to the number in the next 1, 2 and 3 bytes.
 *
 * Written for this project because the Snappy libraries for Java refuse the repeats, and Go's
 * writer makes many. Everything is checked against both ends before it is read or written.
 */
final class S2Block {
    /** No writer makes larger ones in a stream. */
    static final int UNPACKED_BYTES_MAX = 4 << 20;

    private static final int[] REPEAT_BASE = {4, 5, 6, 7, 8, 8, 260, 65_540};

    private final byte[] in;
    private final int inEnd;
    private int at;
    private byte[] out = new byte[0];
    private int outStart;
    private int outEnd;
    private int to;

    private S2Block(byte[] in, int offset, int length) {
        this.in = in;
        this.at = offset;
        this.inEnd = offset + length;
    }

    /**
     * Unpacks the block behind the end of {@code into}, which grows by it.
     *
     * @return whether it was intact; else nothing was appended
     */
    static boolean unpack(byte[] in, int offset, int length, ByteWindow into) {
        S2Block block = new S2Block(in, offset, length);
        long unpacked = block.varint();
        if (unpacked < 0 || unpacked > UNPACKED_BYTES_MAX) {
            return false;
        }
        into.room((int) unpacked);
        block.out = into.array();
        block.outStart = into.end();
        block.to = into.end();
        block.outEnd = into.end() + (int) unpacked;
        if (!block.elements()) {
            return false;
        }
        into.grown((int) unpacked);
        return true;
    }

    /** -1 when it is broken. */
    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 35 && at < inEnd; shift += 7) {
            int b = in[at++];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
        return -1;
    }

    private boolean elements() {
        int distance = 0;
        while (at < inEnd) {
            int tag = in[at++] & 0xFF;
            int upper = tag >>> 2;
            boolean fits;
            switch (tag & 3) {
                case 0 -> fits = literal(upper);
                case 1 -> {
                    int low = number(1);
                    int near = ((upper >>> 3) << 8) | low;
                    int code = upper & 7;
                    if (near != 0) {
                        distance = near;
                        fits = low >= 0 && copy(distance, code + 4);
                    } else {
                        fits = copy(distance, repeatLength(code));
                    }
                }
                case 2 -> {
                    distance = number(2);
                    fits = copy(distance, upper + 1);
                }
                default -> {
                    distance = number(4);
                    fits = copy(distance, upper + 1);
                }
            }
            if (!fits) {
                return false;
            }
        }
        return to == outEnd;
    }

    private int repeatLength(int code) {
        int more = code < 5 ? 0 : number(code - 4);
        return more < 0 ? -1 : REPEAT_BASE[code] + more;
    }

    /** Little endian; -1 when it is cut off or too large to be of use. */
    private int number(int bytes) {
        if (inEnd - at < bytes) {
            at = inEnd;
            return -1;
        }
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in[at++] & 0xFF) << (8 * i);
        }
        return value < 0 ? -1 : value;
    }

    private boolean literal(int code) {
        int length = code < 60 ? code : number(code - 59);
        if (length < 0 || length >= inEnd - at || length >= outEnd - to) {
            return false;
        }
        length++;
        System.arraycopy(in, at, out, to, length);
        at += length;
        to += length;
        return true;
    }

    private boolean copy(int distance, int length) {
        if (distance <= 0 || distance > to - outStart || length <= 0 || length > outEnd - to) {
            return false;
        }
        int from = to - distance;
        if (distance >= length) {
            System.arraycopy(out, from, out, to, length);
            to += length;
        } else {
            // The copy reads what it has just written: a run.
            for (int i = 0; i < length; i++) {
                out[to++] = out[from++];
            }
        }
        return true;
    }
}
