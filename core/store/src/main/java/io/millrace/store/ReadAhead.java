package io.millrace.store;

import io.millrace.runtime.DiskException;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a segment's file that a reader who goes on in order has fetched at once. One per
 * cursor, and one for all removals; owned by the streams' owner.
 */
/* Records are small and reads are calls of the system: one for each message costs more than
 * everything else a delivery does. The first read of a run is exact, so that a reader who jumps
 * fetches nothing in vain; the piece grows while it is used up, and goes when the reader has come to
 * the end. What does not hold in the piece is read again in the ordinary way before it is given up
 * for lost. */
final class ReadAhead {
    private static final int FIRST_BYTES = 16 << 10;
    private static final int MOST_BYTES = 128 << 10;

    private byte @Nullable [] piece;
    private @Nullable Segment of;
    private int start;
    private int length;
    private int expected;
    private int wanted = FIRST_BYTES;

    /** As {@link StreamSegments#read}. */
    boolean read(StreamSegments segments, Segment segment, int at, StoredMessage into)
            throws StoreException {
        SegmentIndex index = segments.index(segment);
        int position = index.position(at);
        if (segments.isInTail(segment, position)) {
            release();
            return segments.read(segment, at, into);
        }
        int end = segments.endOf(segment, index, at);
        if (segment != of) {
            of = segment;
            length = 0; // another stream's record may have the same sequence
            expected = Integer.MAX_VALUE;
        }
        boolean onward = position >= expected && position - expected <= FIRST_BYTES;
        expected = end;
        if (!onward && !holds(position, end)) {
            length = 0;
            return segments.read(segment, at, into);
        }
        if (!holds(position, end) && !fetch(segments, segment, position, end)) {
            return segments.read(segment, at, into);
        }
        byte[] held = piece;
        if (held != null
                && segments.isRecord(held, position - start, end - start, segment, index, at)) {
            into.show(held, position - start);
            return true;
        }
        length = 0;
        return segments.read(segment, at, into);
    }

    private boolean holds(int position, int end) {
        return length > 0 && position >= start && end <= start + length;
    }

    private boolean fetch(StreamSegments segments, Segment segment, int position, int end)
            throws StoreException {
        int limit = segments.fileEnd(segment);
        int size = Math.min(Math.max(wanted, end - position), limit - position);
        if (size < end - position) {
            return false;
        }
        byte[] into = piece;
        if (into == null || into.length < size) {
            into = new byte[Math.max(size, wanted)];
            piece = into;
        }
        try {
            length = segments.files().read(segment, position, into, 0, size);
        } catch (DiskException unreadable) {
            length = 0; // the ordinary way says what is wrong
        }
        start = position;
        wanted = Math.min(MOST_BYTES, wanted * 2);
        return length >= end - position;
    }

    /** The reader has come to the end. */
    void release() {
        piece = null;
        of = null;
        length = 0;
        wanted = FIRST_BYTES;
    }
}
