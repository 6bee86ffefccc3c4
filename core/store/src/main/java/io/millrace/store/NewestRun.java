package io.millrace.store;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest message of each subject that matches any of some filters, a piece at a time.
 * Owned by the stream's owner.
 */
/* The subject index knows most of them. Those of which it has only a bound, and those that have
 * newer messages than may count, are looked for in the segments, from the newest backwards: one by
 * one when they are few, else all that a segment has at once. */
public final class NewestRun {
    /** Up to so many subjects are looked for one by one. */
    private static final int FEW = 32;

    private final StreamStore stream;
    private final List<SubjectFilter> filters;
    private final long upTo;
    private final int most;
    private SubjectWalk walk;
    private @Nullable SubjectIndex index;

    /** Subjects whose newest message is still to be found. */
    private SubjectIndex open = new SubjectIndex();

    private AscendingMerge found = new AscendingMerge();
    private long searching;
    private @Nullable SegmentIndex of;
    private int subject;

    NewestRun(StreamStore stream, List<SubjectFilter> filters, long upTo, int most) {
        this.stream = stream;
        this.filters = filters;
        this.upTo = Math.min(upTo, stream.lastSequence());
        this.most = most;
        this.walk = new SubjectWalk(filters);
        this.searching = this.upTo;
    }

    /** Newer messages do not count. */
    public long upTo() {
        return upTo;
    }

    /**
     * Goes on.
     *
     * @param subjects how many are looked at
     * @return whether more is to be done
     */
    public boolean goOn(int subjects) throws StoreException {
        stream.requireOpen();
        if (stream.buildIndex(subjects)) {
            return true;
        }
        SubjectIndex now = stream.subjects();
        if (index != now) {
            beginAnew(now);
        }
        if (!walk.isOver()) {
            SubjectIndex.Cursor at = now.cursor();
            walk.goOn(at, subjects, (subject, length) -> look(at));
            return true;
        }
        if (open.size() > 0 && searching > 0 && found.count() <= most) {
            search(now, subjects);
            return true;
        }
        return found.goOn(subjects);
    }

    /** Damage may have cost the index. */
    private void beginAnew(SubjectIndex now) {
        index = now;
        walk = new SubjectWalk(filters);
        open = new SubjectIndex();
        found = new AscendingMerge();
        searching = upTo;
        of = null;
    }

    private boolean look(SubjectIndex.Cursor at) {
        if (at.lastIsExact() && at.last() <= upTo) {
            found.add(at.last());
        } else if (at.first() <= upTo) {
            open.add(at.text(), 0, at.length(), 1);
        }
        return found.count() <= most;
    }

    private void search(SubjectIndex now, int most) throws StoreException {
        if (open.size() <= FEW) {
            SubjectIndex.Cursor at = open.cursor();
            if (at.seek(new byte[0], 0)) {
                byte[] name = Arrays.copyOf(at.text(), at.length());
                open.remove(name, 0, name.length, 1);
                one(now, name);
            }
            return;
        }
        int place = stream.segments.placeOf(searching);
        if (place < 0) {
            searching = 0;
            return;
        }
        Segment segment = stream.segments.list.get(place);
        if (segment.live == 0 || inSegment(segment, most)) {
            searching = segment.base - 1;
            of = null;
        }
    }

    private void one(SubjectIndex now, byte[] name) throws StoreException {
        if (!now.find(name, 0, name.length)) {
            return;
        }
        long sequence =
                now.last() <= upTo
                        ? StreamQueries.last(stream, name, name.length)
                        : StreamQueries.lastUpTo(
                                stream, name, name.length, Math.min(upTo, searching));
        if (sequence > 0 && sequence <= upTo) {
            found.add(sequence);
        }
    }

    /** Looks at some subjects of a segment. Returns whether these were the last. */
    private boolean inSegment(Segment segment, int most) throws StoreException {
        SegmentIndex now = stream.segments.index(segment);
        if (now != of) { // another one, or written to disk meanwhile: in another order
            of = now;
            subject = 0;
        }
        int until = (int) Math.min(now.subjects(), subject + (long) most);
        now.forEachSubject(
                subject,
                until,
                (text, offset, length, indexes, count) -> {
                    if (!open.find(text, offset, length)) {
                        return;
                    }
                    for (int i = count - 1; i >= 0; i--) {
                        int delta = now.delta(indexes[i]);
                        if (segment.base + delta <= upTo && !segment.isDeleted(delta)) {
                            open.remove(text, offset, length, 1);
                            found.add(segment.base + delta);
                            return;
                        }
                    }
                });
        subject = until;
        return until == now.subjects();
    }

    /**
     * Their sequences, ascending, once there is nothing more to be done: when they are too many, at
     * least one more than that.
     */
    public long[] found() {
        return found.merged();
    }
}
