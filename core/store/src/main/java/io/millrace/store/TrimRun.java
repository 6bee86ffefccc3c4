package io.millrace.store;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets the oldest messages of each subject go that has too many, a piece at a time. Owned by the
 * stream's owner.
 */
/* The segments are gone through from the first on: what a subject has too much there goes before the
 * next one is looked at. What to take out is decided in the piece that does so, since messages come
 * and go meanwhile. */
public final class TrimRun implements RemovalRun {
    /** Subjects looked at in one piece. */
    private static final int SUBJECTS = 4096;

    private final StreamStore stream;
    private final long perSubject;
    private final long end;
    private final ReadAhead reading;
    private final SubjectWalk asking = new SubjectWalk(List.of());
    private boolean tooMany;
    private long searched = 1;
    private @Nullable SegmentIndex of;
    private int subject;
    private long[] sequences = new long[16];
    private int count;
    private long removed;

    TrimRun(StreamStore stream, long perSubject) {
        this.stream = stream;
        this.perSubject = perSubject;
        this.end = stream.lastSequence();
        this.reading = new ReadAhead();
    }

    @Override
    public boolean goOn(int most) throws StoreException {
        stream.requireOpen();
        if (stream.buildIndex(SUBJECTS)) {
            return true;
        }
        if (!asking.isOver()) {
            ask(stream.subjects());
            return true;
        }
        Segment next = tooMany ? stream.segments.firstBehind(searched, end) : null;
        if (next == null) {
            reading.release();
            return false;
        }
        SegmentIndex index = stream.segments.index(next);
        if (index != of) { // another segment, or written to disk meanwhile: in another order
            of = index;
            subject = 0;
        }
        trim(next, index, most);
        return true;
    }

    @Override
    public long removed() {
        return removed;
    }

    /** Is there anything to be done at all? */
    private void ask(SubjectIndex index) throws StoreException {
        SubjectIndex.Cursor at = index.cursor();
        asking.goOn(
                at,
                SUBJECTS,
                (text, length) -> {
                    tooMany |= at.count() > perSubject;
                    return !tooMany;
                });
    }

    private void trim(Segment next, SegmentIndex of, int most) throws StoreException {
        SubjectIndex index = stream.subjects();
        count = 0;
        int until = Math.min(of.subjects(), subject + SUBJECTS);
        while (subject < until && count < most) {
            of.forEachSubject(
                    subject,
                    subject + 1,
                    (text, offset, length, indexes, found) -> {
                        boolean there = index.find(text, offset, length);
                        long over = there ? index.count() - perSubject : 0;
                        for (int i = 0; i < found && over > 0 && count < most; i++) {
                            int delta = of.delta(indexes[i]);
                            if (!next.isDeleted(delta)) {
                                over--;
                                note(next.base + delta);
                            }
                        }
                    });
            if (count < most) {
                subject++;
            } // else it may have more of them
        }
        if (subject == of.subjects()) {
            searched = next.last + 1;
        }
        if (count > 0) {
            Arrays.sort(sequences, 0, count);
            long before = stream.messages();
            StreamCutting.remove(stream, sequences, 0, count, reading);
            removed += before - stream.messages();
        }
    }

    private void note(long sequence) {
        if (count == sequences.length) {
            sequences = Arrays.copyOf(sequences, count * 2);
        }
        sequences[count++] = sequence;
    }
}
