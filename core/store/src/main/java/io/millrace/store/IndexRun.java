package io.millrace.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds the subject index of a stream from those of its segments, a piece at a time, while
 * messages come and go. Owned by the stream's owner.
 */
/* What is appended meanwhile goes in at once, and what lies behind the beginning of the run is not
 * looked for. A segment is taken in as it was when it was begun; what leaves it until it is through
 * is noted and taken out then. */
final class IndexRun {
    private final StreamStore stream;
    private final SubjectIndex all = new SubjectIndex();

    /** Newer messages are added as they come. */
    private final long end;

    /** What is below is in. */
    private long searched = 1;

    private @Nullable SegmentIndex of;
    private @Nullable Segment snapshot;
    private int subject;
    private final List<Removal> removals = new ArrayList<>();

    private static final class Removal {
        final byte[] subject;
        final int count;
        final long last;

        Removal(byte[] subject, int count, long last) {
            this.subject = subject;
            this.count = count;
            this.last = last;
        }
    }

    IndexRun(StreamStore stream) {
        this.stream = stream;
        this.end = stream.lastSequence();
    }

    /** The index, once there is nothing more to be done. */
    SubjectIndex index() {
        return all;
    }

    /**
     * Goes on.
     *
     * @param most subjects of a segment that are taken in
     * @return whether more is to be done
     */
    boolean goOn(int most) throws StoreException {
        SegmentIndex from = of;
        Segment bits = snapshot;
        if (from == null || bits == null) {
            Segment next = stream.segments.firstBehind(searched, end);
            if (next == null) {
                return false;
            }
            from = stream.segments.index(next);
            of = from;
            bits = next.snapshot();
            snapshot = bits;
            subject = 0;
        }
        int to = (int) Math.min(from.subjects(), subject + (long) most);
        takeIn(from, bits, to);
        subject = to;
        if (to == from.subjects()) {
            segmentDone(bits);
        }
        return true;
    }

    private void takeIn(SegmentIndex from, Segment bits, int to) throws StoreException {
        from.forEachSubject(
                subject,
                to,
                (text, offset, length, indexes, count) -> {
                    int alive = 0;
                    int first = -1;
                    int last = -1;
                    for (int i = 0; i < count; i++) {
                        int delta = from.delta(indexes[i]);
                        if (!bits.isDeleted(delta) && bits.base + delta <= end) {
                            first = first < 0 ? delta : first;
                            last = delta;
                            alive++;
                        }
                    }
                    if (alive > 0) {
                        all.addAll(
                                text, offset, length, alive, bits.base + first, bits.base + last);
                    }
                });
    }

    private void segmentDone(Segment bits) {
        searched = Math.max(searched, Math.min(end, bits.last) + 1);
        of = null;
        snapshot = null;
        for (Removal removal : removals) {
            takeOut(removal.subject, 0, removal.subject.length, removal.count, removal.last);
        }
        removals.clear();
    }

    void added(byte[] text, int offset, int length, long sequence) {
        all.add(text, offset, length, sequence);
    }

    /**
     * Messages of a subject, all of one segment, are gone.
     *
     * @return false when it cannot be told any more what is in
     */
    boolean removed(byte[] text, int offset, int length, int count, long first, long last) {
        if (first < searched || first > end) {
            takeOut(text, offset, length, count, last);
            return true;
        }
        Segment at = snapshot;
        if (at != null && first <= at.last) {
            byte[] copy = Arrays.copyOfRange(text, offset, offset + length);
            removals.add(new Removal(copy, count, last));
            return true;
        }
        return last <= end;
    }

    private void takeOut(byte[] text, int offset, int length, int count, long last) {
        if (count == 1) {
            all.remove(text, offset, length, last);
        } else {
            all.removeLowest(text, offset, length, count, last);
        }
    }
}
