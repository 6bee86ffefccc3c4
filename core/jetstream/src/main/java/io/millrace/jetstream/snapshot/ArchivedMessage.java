package io.millrace.jetstream.snapshot;

import java.util.Arrays;

/**
 * A window onto one message of an archive, owned by the reader that shows it; valid until the next
 * call on that reader.
 */
public final class ArchivedMessage implements ArchivePart {
    private byte[] data = new byte[0];
    private int at;
    private long sequence;
    private long timeNanos;
    private int subjectLength;
    private int headersLength;
    private int payloadLength;

    ArchivedMessage() {}

    void show(long sequence, long timeNanos) {
        this.sequence = sequence;
        this.timeNanos = timeNanos;
    }

    void show(byte[] data, int at, int subjectLength, int headersLength, int payloadLength) {
        this.data = data;
        this.at = at;
        this.subjectLength = subjectLength;
        this.headersLength = headersLength;
        this.payloadLength = payloadLength;
    }

    public long sequence() {
        return sequence;
    }

    /** Nanoseconds since 1970. */
    public long timeNanos() {
        return timeNanos;
    }

    /** Where subject, headers and payload stand, one behind the other. Do not write to it. */
    public byte[] data() {
        return data;
    }

    public int subjectOffset() {
        return at;
    }

    public int subjectLength() {
        return subjectLength;
    }

    public int headersOffset() {
        return at + subjectLength;
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
        return Arrays.copyOfRange(data, at, headersOffset());
    }

    public byte[] headers() {
        return Arrays.copyOfRange(data, headersOffset(), payloadOffset());
    }

    public byte[] payload() {
        return Arrays.copyOfRange(data, payloadOffset(), payloadOffset() + payloadLength);
    }
}
