package io.millrace.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Counts the messages at or behind a sequence that match any of some filters, a piece at a time;
 * what comes and goes meanwhile is reckoned in. Owned by the stream's owner.
 */
/* Either the segments from there on are looked through, or those before it, whose matches are then
 * taken off the total: whatever is less. The total comes from the subject index. What is appended or
 * removed changes the count where that has been already. */
public final class PendingRun {
    private final StreamStore stream;
    private final List<SubjectFilter> filters;
    private final long from;
    private final boolean all;

    /** Counts the total; null when the messages behind are counted one by one. */
    private @Nullable SubjectWalk walk;

    private long total;

    /** Segments are looked through from here to {@code scanEnd}. */
    private long scanned;

    private long scanEnd;
    private long inSegments;
    private int begun;

    PendingRun(StreamStore stream, long from, List<SubjectFilter> filters) {
        this.stream = stream;
        this.from = Math.max(1, from);
        this.filters = filters;
        this.all = filters.isEmpty() || filters.stream().anyMatch(SubjectFilter::isAll);
        beginAnew();
        stream.bySubject().count(this);
    }

    void beginAnew() {
        begun++;
        total = 0;
        inSegments = 0;
        walk = null;
        if (from > stream.lastSequence() || stream.messages() == 0) {
            scanned = Math.max(from, stream.lastSequence() + 1);
            scanEnd = stream.lastSequence();
            return;
        }
        int boundary = Math.max(0, stream.segments.placeOf(from));
        if (from > stream.firstSequence()
                && stream.segments.list.size() - boundary <= boundary + 1) {
            scanned = from;
            scanEnd = stream.lastSequence();
        } else {
            walk = new SubjectWalk(filters);
            scanned = 1;
            scanEnd = from <= stream.firstSequence() ? 0 : from - 1;
        }
    }

    /**
     * Goes on.
     *
     * @param most subjects that are looked at
     * @return whether more is to be done
     */
    public boolean goOn(int most) throws StoreException {
        stream.requireOpen();
        SubjectWalk subjects = walk;
        if (subjects != null && !all && !subjects.isOver()) {
            if (!stream.buildIndex(most)) {
                SubjectIndex.Cursor at = stream.subjects().cursor();
                subjects.goOn(
                        at,
                        most,
                        (subject, length) -> {
                            total += at.count();
                            return true;
                        });
            }
            return true;
        }
        Segment next = stream.segments.firstBehind(scanned, scanEnd);
        if (next == null) {
            return false;
        }
        int life = begun;
        long low = walk == null ? from : 0;
        int count = StreamQueries.inSegment(stream, next, low, scanEnd + 1, filters, all);
        if (life == begun) {
            inSegments += count;
            scanned = next.last + 1;
        }
        return true;
    }

    /**
     * How many there are now, once there is nothing more to be done; nobody is counted any more.
     */
    public long end() {
        stream.bySubject().counted(this);
        if (walk == null) {
            return inSegments;
        }
        return (all ? stream.messages() : total) - inSegments;
    }

    void added(byte[] subject, int offset, int length, long sequence) {
        SubjectWalk subjects = walk;
        if (subjects == null) {
            if (sequence >= from && wants(subject, offset, length)) {
                inSegments++;
            }
        } else if (!all && subjects.hasPassed(subject, offset, length)) {
            total++;
        }
    }

    /** Messages of a subject, all of one segment, are gone. */
    void removed(byte[] subject, int offset, int length, long first, long last, int count) {
        SubjectWalk subjects = walk;
        if (subjects == null) {
            if (last < from || !wants(subject, offset, length)) {
                return;
            }
            if (first >= from && (last < scanned || first > scanEnd)) {
                inSegments -= count;
            } else if (first < scanned || last > scanEnd) {
                beginAnew();
            }
            return;
        }
        if (!all && subjects.hasPassed(subject, offset, length)) {
            total -= count;
        }
        if (first > scanEnd || first >= scanned || !wants(subject, offset, length)) {
            return;
        }
        if (last <= scanEnd) {
            inSegments -= count;
        } else {
            beginAnew();
        }
    }

    private boolean wants(byte[] subject, int offset, int length) {
        if (all) {
            return true;
        }
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i).matches(subject, offset, length)) {
                return true;
            }
        }
        return false;
    }
}
