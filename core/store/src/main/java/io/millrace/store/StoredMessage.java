package io.millrace.store;

import java.util.Arrays;

/**
 * A window onto one stored message, filled by the reading calls of a stream and reused. Owned by
 * who made it; what it shows is valid until the next call on the stream or on this object.
 */
public final class StoredMessage {
    private byte[] own = new byte[0];
    private byte[] data = own;
    private int at;
    private long sequence;
    private long timeNanos;
    private int subjectLength;
    private int headersLength;
    private int payloadLength;

    public long sequence() {
        return sequence;
    }

    /** Nanoseconds since 1970, as given at the append. */
    public long timeNanos() {
        return timeNanos;
    }

    /** The array in which subject, headers and payload stand. Do not write to it. */
    public byte[] data() {
        return data;
    }

    public int subjectOffset() {
        return at + Frame.HEADER_BYTES;
    }

    public int subjectLength() {
        return subjectLength;
    }

    public int headersOffset() {
        return subjectOffset() + subjectLength;
    }

    /** 0 when the message has none. */
    public int headersLength() {
        return headersLength;
    }

    public int payloadOffset() {
        return headersOffset() + headersLength;
    }

    public int payloadLength() {
        return payloadLength;
    }

    public byte[] subject() {
        return Arrays.copyOfRange(data, subjectOffset(), headersOffset());
    }

    public byte[] headers() {
        return Arrays.copyOfRange(data, headersOffset(), payloadOffset());
    }

    public byte[] payload() {
        return Arrays.copyOfRange(data, payloadOffset(), payloadOffset() + payloadLength);
    }

    /** A buffer of its own for at least {@code bytes}. */
    byte[] room(int bytes) {
        if (own.length < bytes) {
            own = new byte[Math.max(bytes, Math.min(own.length * 2, 1 << 20))];
        }
        return own;
    }

    void show(byte[] record, int from) {
        data = record;
        at = from;
        sequence = Frame.sequence(record, from);
        timeNanos = Frame.time(record, from);
        subjectLength = Frame.subjectLength(record, from);
        headersLength = Frame.headersLength(record, from);
        payloadLength = Frame.payloadLength(record, from);
    }
}
