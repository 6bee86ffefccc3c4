package io.millrace.store;

import io.millrace.runtime.Check;
import java.util.Arrays;

/**
 * Messages that are stored all or none, whatever happens to the process or the machine. Filled and
 * appended by the owner of a stream; may be filled anew afterwards.
 */
/* The messages lie here as finished records, one behind the other, so that the journal can take all
 * of them under one lock: they get numbers in a row and are written in one batch. Each one says that
 * it is grouped and which place it has, the last one that it is the last. HeldGroup keeps them back
 * at an opening until all are there. They go into one segment, whatever its usual size: what could
 * fail for lack of room is done before the journal knows of them. */
public final class MessageGroup {
    private static final int KEPT_BYTES = 1 << 16;

    private byte[] bytes = new byte[512];
    private int[] places = new int[8];
    private int length;
    private int count;

    /** Begins anew. */
    public void clear() {
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[KEPT_BYTES];
        }
        length = 0;
        count = 0;
    }

    public void add(
            byte[] subject,
            int subjectOffset,
            int subjectLength,
            byte[] headers,
            int headersOffset,
            int headersLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        int body = subjectLength + headersLength + payloadLength;
        room(Frame.padded(Frame.HEADER_BYTES + body));
        int at = length + Frame.HEADER_BYTES;
        System.arraycopy(subject, subjectOffset, bytes, at, subjectLength);
        System.arraycopy(headers, headersOffset, bytes, at + subjectLength, headersLength);
        System.arraycopy(
                payload, payloadOffset, bytes, at + subjectLength + headersLength, payloadLength);
        Frame.lengths(bytes, length, subjectLength, headersLength, payloadLength);
        places[count++] = length;
        length += Frame.padded(Frame.HEADER_BYTES + body);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            long doubled = Math.min(bytes.length * 2L, Integer.MAX_VALUE - 8);
            bytes = Arrays.copyOf(bytes, Math.max((int) doubled, Math.addExact(length, more)));
        }
        if (count == places.length) {
            places = Arrays.copyOf(places, count * 2);
        }
    }

    /**
     * Appends all of them, behind the last message of the stream.
     *
     * @param timeNanos since 1970
     * @return the number that confirms them once it is committed; 0 in memory
     * @throws StoreException NO_SPACE, BUSY, IO or READ_ONLY: nothing was appended
     */
    public long appendTo(StreamStore stream, long timeNanos) throws StoreException {
        stream.requireOpen();
        Check.state(count > 0, "a group has messages");
        long first = stream.lastSequence() + 1;
        Segment segment = segment(stream, first);
        for (int i = 0; i < count; i++) {
            finish(stream, i, first + i, timeNanos);
        }
        Journal journal = stream.journal;
        long number = 0;
        if (journal == null) {
            for (int i = 0; i < count; i++) {
                Frame.seal(bytes, places[i], 1, stream.segments.check());
            }
        } else {
            number = journal.appendGroup(bytes, places, count);
        }
        Tail tail = stream.segments.tail;
        tail.room(length, length);
        for (int i = 0; i < count; i++) {
            takeIn(stream, segment, tail, places[i]);
        }
        stream.noteMessage(number);
        return number;
    }

    private Segment segment(StreamStore stream, long first) throws StoreException {
        Segment active = stream.segments.active;
        if (active != null && first + count - active.base >= Segment.MAX_RANGE) {
            stream.closeActive();
        }
        Segment segment = stream.segmentFor(first, length);
        if (stream.segments.tail.length > 0) {
            stream.segments.flush(true);
        }
        return segment;
    }

    private void finish(StreamStore stream, int i, long sequence, long timeNanos) {
        int at = places[i];
        int subject = Frame.subjectLength(bytes, at);
        int headers = Frame.headersLength(bytes, at);
        int payload = Frame.payloadLength(bytes, at);
        boolean grouped = count > 1;
        Frame.header(bytes, at, Frame.MESSAGE, stream.id(), sequence, timeNanos, grouped ? i : 0);
        if (grouped) {
            bytes[at + 9] = i < count - 1 ? Frame.GROUPED : Frame.GROUPED | Frame.GROUP_END;
        }
        Frame.body(bytes, at, subject, headers, payload, stream.segments.check());
    }

    private void takeIn(StreamStore stream, Segment segment, Tail tail, int at) {
        int whole = Frame.padded(Frame.length(bytes, at));
        System.arraycopy(bytes, at, tail.bytes, tail.length, whole);
        int subject = Frame.subjectLength(bytes, at);
        stream.took(
                segment,
                Frame.sequence(bytes, at),
                Frame.time(bytes, at),
                bytes,
                at + Frame.HEADER_BYTES,
                subject,
                whole);
        int headers = Frame.headersLength(bytes, at);
        stream.count(segment, stream.surcharged(subject, headers, Frame.payloadLength(bytes, at)));
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The array in which all parts stand. Do not write to it. */
    public byte[] bytes() {
        return bytes;
    }

    public int subjectOffset(int i) {
        return places[i] + Frame.HEADER_BYTES;
    }

    public int subjectLength(int i) {
        return Frame.subjectLength(bytes, places[i]);
    }

    public int headersOffset(int i) {
        return subjectOffset(i) + subjectLength(i);
    }

    /** 0 when the message has none. */
    public int headersLength(int i) {
        return Frame.headersLength(bytes, places[i]);
    }
}
