package io.millrace.store;

import java.util.BitSet;
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
    private final BitSet open = new BitSet();
    private int openCount;
    private AscendingMerge found = new AscendingMerge();
    private long searching;
    private byte[] name = new byte[256];

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
            walk.goOn(now, subjects, (handle, subject, length) -> look(now, handle));
            return true;
        }
        if (openCount > 0 && searching > 0 && found.count() <= most) {
            search(now);
            return true;
        }
        return found.goOn(subjects);
    }

    /** Damage may have cost the index. */
    private void beginAnew(SubjectIndex now) {
        index = now;
        walk = new SubjectWalk(filters);
        open.clear();
        openCount = 0;
        found = new AscendingMerge();
        searching = upTo;
    }

    private boolean look(SubjectIndex now, int handle) {
        if (now.lastIsExact(handle) && now.last(handle) <= upTo) {
            found.add(now.last(handle));
        } else if (now.first(handle) <= upTo) {
            open.set(handle);
            openCount++;
        }
        return found.count() <= most;
    }

    private void search(SubjectIndex now) throws StoreException {
        if (openCount <= FEW) {
            int handle = open.nextSetBit(0);
            openCount = handle < 0 ? 0 : openCount - 1;
            if (handle >= 0) {
                open.clear(handle);
                one(now, handle);
            }
            return;
        }
        int place = stream.segments.placeOf(searching);
        if (place < 0) {
            searching = 0;
            return;
        }
        Segment segment = stream.segments.list.get(place);
        searching = segment.base - 1;
        if (segment.live > 0) {
            inSegment(now, segment);
        }
    }

    private void one(SubjectIndex now, int handle) throws StoreException {
        if (!now.holds(handle)) {
            return;
        }
        int length = now.copy(handle, name);
        while (length < 0) {
            name = new byte[name.length * 4];
            length = now.copy(handle, name);
        }
        long sequence =
                now.last(handle) <= upTo
                        ? StreamQueries.last(stream, handle, name, length)
                        : StreamQueries.lastUpTo(stream, name, length, Math.min(upTo, searching));
        if (sequence > 0 && sequence <= upTo) {
            found.add(sequence);
        }
    }

    private void inSegment(SubjectIndex now, Segment segment) throws StoreException {
        SegmentIndex of = stream.segments.index(segment);
        of.forEachSubject(
                (text, offset, length, indexes, count) -> {
                    int handle = now.find(text, offset, length);
                    if (handle == SortedSubjects.NONE || !open.get(handle)) {
                        return;
                    }
                    for (int i = count - 1; i >= 0; i--) {
                        int delta = of.delta(indexes[i]);
                        if (segment.base + delta <= upTo && !segment.isDeleted(delta)) {
                            open.clear(handle);
                            openCount--;
                            found.add(segment.base + delta);
                            return;
                        }
                    }
                });
    }

    /**
     * Their sequences, ascending, once there is nothing more to be done: when they are too many, at
     * least one more than that.
     */
    public long[] found() {
        return found.merged();
    }
}
