package io.millrace.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The layout of every record in journal, segment and checkpoint. Static functions over bytes.
 *
 * <pre>
 *  0 u32 magic          4 u32 length (header and body, without padding)
 *  8 u8  type           9 u8  flags            10 u16 subject length
 * 12 u32 owner         16 u64 journal number   24 u64 sequence
 * 32 u64 time          40 u32 headers length   44 u32 aux
 * 48 u32 checksum of the body                  52 u32 checksum of bytes 0..51
 * 56 body: subject, headers, payload; then zeros up to a multiple of 8
 * </pre>
 *
 * Little endian. The header has a checksum of its own, so that a damaged body still says whose it
 * was and where the next record begins; the magic lets a scan go on behind a damaged header.
 */
final class Frame {
    static final int HEADER_BYTES = 56;
    static final int MAGIC = 0x6C72_4D8A;
    static final int ALIGNMENT = 8;

    /** Where in a header the checksum of the body is. */
    static final int BODY_SUM_AT = 48;

    /** Flag of a message: the sequences between it and the one before were never given. */
    static final byte GAP_ON_PURPOSE = 1;

    /** Flag of a message: it counts only together with its group; aux is its place in there. */
    static final byte GROUPED = 2;

    /** Flag of the last message of a group. */
    static final byte GROUP_END = 4;

    /** A message; owner is the stream. */
    static final byte MESSAGE = 1;

    /** The message {@code sequence} is gone. */
    static final byte DELETE = 2;

    /** Many are gone: the body holds pairs of first and count. */
    static final byte DELETE_RUNS = 3;

    /** Everything below {@code sequence} is gone; the time field holds the least last sequence. */
    static final byte FIRST = 4;

    /** A stream and its definition. */
    static final byte STREAM = 5;

    static final byte STREAM_DROP = 6;

    /** A state of a stream (aux) and its definition, a consumer for example. */
    static final byte STATE = 7;

    /** A change of a state, opaque. */
    static final byte STATE_CHANGE = 8;

    /** The whole of a state, opaque; changes before it do not count. */
    static final byte STATE_WHOLE = 9;

    static final byte STATE_DROP = 10;

    /**
     * Ends a batch: sequence is the first number of it, time the last number known to be synced.
     */
    static final byte BATCH_END = 11;

    /** First record after an opening: the numbers jump here. */
    static final byte OPENED = 12;

    /** In a checkpoint: what holds for the whole store. */
    static final byte CHECKPOINT = 20;

    /** In a checkpoint: a stream's figures. */
    static final byte STREAM_FIGURES = 21;

    /** In a checkpoint: one segment of a stream. */
    static final byte SEGMENT = 22;

    /** In a checkpoint: the last record; sequence says how many came before it. */
    static final byte CHECKPOINT_END = 23;

    /** At the end of a closed segment: its index. */
    static final byte SEGMENT_INDEX = 24;

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Frame() {}

    static int getInt(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    static void putInt(byte[] bytes, int at, int value) {
        INT.set(bytes, at, value);
    }

    static long getLong(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    static void putLong(byte[] bytes, int at, long value) {
        LONG.set(bytes, at, value);
    }

    static int padded(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static int length(byte[] bytes, int at) {
        return getInt(bytes, at + 4);
    }

    static byte type(byte[] bytes, int at) {
        return bytes[at + 8];
    }

    static int subjectLength(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at + 10) & 0xFFFF;
    }

    static int owner(byte[] bytes, int at) {
        return getInt(bytes, at + 12);
    }

    static long number(byte[] bytes, int at) {
        return getLong(bytes, at + 16);
    }

    static long sequence(byte[] bytes, int at) {
        return getLong(bytes, at + 24);
    }

    static long time(byte[] bytes, int at) {
        return getLong(bytes, at + 32);
    }

    static int headersLength(byte[] bytes, int at) {
        return getInt(bytes, at + 40);
    }

    static byte flags(byte[] bytes, int at) {
        return bytes[at + 9];
    }

    static int aux(byte[] bytes, int at) {
        return getInt(bytes, at + 44);
    }

    static int payloadLength(byte[] bytes, int at) {
        return length(bytes, at)
                - HEADER_BYTES
                - subjectLength(bytes, at)
                - headersLength(bytes, at);
    }

    /** Writes all of the header but what {@link #number} and {@link #seal} add. */
    static void header(
            byte[] into, int at, byte type, int owner, long sequence, long time, int aux) {
        putInt(into, at, MAGIC);
        into[at + 8] = type;
        into[at + 9] = 0;
        INT.set(into, at + 12, owner);
        putLong(into, at + 24, sequence);
        putLong(into, at + 32, time);
        putInt(into, at + 44, aux);
    }

    /** Says how long the parts of the body are. */
    static void lengths(byte[] into, int at, int subject, int headers, int payload) {
        putInt(into, at + 4, HEADER_BYTES + subject + headers + payload);
        SHORT.set(into, at + 10, (short) subject);
        putInt(into, at + 40, headers);
    }

    /** The same for a body that stands at {@code at + 56} already, with its checksum. */
    static void body(byte[] into, int at, int subject, int headers, int payload, Checksum check) {
        int length = HEADER_BYTES + subject + headers + payload;
        lengths(into, at, subject, headers, payload);
        putInt(into, at + 48, check.of(into, at + HEADER_BYTES, length - HEADER_BYTES));
        for (int i = at + length; i < at + padded(length); i++) {
            into[i] = 0;
        }
    }

    /** Gives the record its place in the journal and its header's checksum. */
    static void seal(byte[] into, int at, long number, Checksum check) {
        putLong(into, at + 16, number);
        putInt(into, at + 52, check.of(into, at, 52));
    }

    static boolean headerHolds(byte[] bytes, int at, int end, Checksum check) {
        if (at + HEADER_BYTES > end || getInt(bytes, at) != MAGIC) {
            return false;
        }
        int length = length(bytes, at);
        return length >= HEADER_BYTES
                && getInt(bytes, at + 52) == check.of(bytes, at, 52)
                && subjectLength(bytes, at) + (long) headersLength(bytes, at)
                        <= length - HEADER_BYTES;
    }

    private static final int LONGEST_SEARCHED = 1 << 20;

    static boolean bodyHolds(byte[] bytes, int at, int end, Checksum check) {
        int length = length(bytes, at);
        return length <= end - at
                && getInt(bytes, at + 48)
                        == check.of(bytes, at + HEADER_BYTES, length - HEADER_BYTES);
    }

    /** Whether one flipped bit is all that is wrong with a body, unless that is very long. */
    static boolean bodyIsFlipped(byte[] bytes, int at, int end, Checksum check) {
        int length = length(bytes, at);
        return length <= Math.min(end - at, LONGEST_SEARCHED)
                && Checksum.isOneFlip(
                        getInt(bytes, at + 48)
                                ^ check.of(bytes, at + HEADER_BYTES, length - HEADER_BYTES),
                        length - HEADER_BYTES);
    }

    /**
     * Turns back one flipped bit of a header, which would otherwise take a sound body with it. Both
     * checksums have to agree, so nothing else passes. Returns whether that was all that was wrong.
     */
    static boolean mend(byte[] bytes, int at, int end, Checksum check) {
        int bit = flippedBit(bytes, at, end, check);
        if (bit < 0) {
            return false;
        }
        turn(bytes, at, bit);
        if (bodyHolds(bytes, at, end, check)) {
            return true;
        }
        turn(bytes, at, bit);
        return false;
    }

    /** The bit of a header without which it does not hold; -1 when one is not all. */
    static int flippedBit(byte[] bytes, int at, int end, Checksum check) {
        if (at + HEADER_BYTES > end || Integer.bitCount(getInt(bytes, at) ^ MAGIC) > 1) {
            return -1;
        }
        // no two bits can explain the same header: the checksum of so few bytes tells them apart
        for (int bit = 0; bit < HEADER_BYTES * 8; bit++) {
            turn(bytes, at, bit);
            boolean holds = headerHolds(bytes, at, end, check);
            turn(bytes, at, bit);
            if (holds) {
                return bit;
            }
        }
        return -1;
    }

    static void turn(byte[] bytes, int at, int bit) {
        bytes[at + bit / 8] ^= (byte) (1 << (bit & 7));
    }

    /** A whole record as bytes of its own: for what is rare. */
    static byte[] of(
            byte type, int owner, long sequence, long time, int aux, byte[] body, Checksum check) {
        byte[] record = new byte[padded(HEADER_BYTES + body.length)];
        header(record, 0, type, owner, sequence, time, aux);
        System.arraycopy(body, 0, record, HEADER_BYTES, body.length);
        body(record, 0, 0, 0, body.length, check);
        return record;
    }

    static byte[] payload(byte[] bytes, int at) {
        byte[] payload = new byte[payloadLength(bytes, at)];
        System.arraycopy(
                bytes, at + length(bytes, at) - payload.length, payload, 0, payload.length);
        return payload;
    }
}
