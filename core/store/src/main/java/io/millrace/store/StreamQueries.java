package io.millrace.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Questions about the subjects of a stream. Runs on the stream's owner. */
/* The subject index answers what concerns whole subjects; where it holds only a bound after a
 * deletion, the segments' indexes give the exact sequence, once. What begins in the middle of a
 * stream is counted per segment, on the side of the beginning that has fewer segments. */
final class StreamQueries {
    /** Subjects that are asked one by one. */
    private static final int MANY = 1000;

    private StreamQueries() {}

    /** Fills {@code into} with the newest message of exactly this subject; false: none. */
    static boolean last(StreamStore stream, byte[] subject, StoredMessage into)
            throws StoreException {
        while (true) {
            if (!stream.subjects().find(subject, 0, subject.length)) {
                return false;
            }
            if (stream.read(last(stream, subject, subject.length), into)) {
                return true;
            }
            // Damaged: reading has taken it out, the one before is the newest now.
        }
    }

    /** The first message of a subject that the index has. */
    static long first(StreamStore stream, byte[] subject, int length) throws StoreException {
        SubjectIndex subjects = stream.subjects();
        if (!subjects.find(subject, 0, length) || subjects.firstIsExact()) {
            return subjects.first();
        }
        long bound = subjects.first();
        StreamSegments segments = stream.segments;
        for (int place = Math.max(0, segments.placeOf(bound));
                place < segments.list.size();
                place++) {
            Segment segment = segments.list.get(place);
            if (segment.live == 0 || segment.last < bound) {
                continue;
            }
            SegmentIndex index = segments.index(segment);
            int from = index.lowerBound((int) Math.max(0, bound - segment.base));
            int at = index.nextOf(subject, length, from);
            while (at >= 0 && segment.isDeleted(index.delta(at))) {
                at = index.nextOf(subject, length, at + 1);
            }
            if (at >= 0) {
                long found = segment.base + index.delta(at);
                subjects.exactFirst(subject, 0, length, found);
                return found;
            }
        }
        return bound;
    }

    /** The last message of a subject that the index has. */
    static long last(StreamStore stream, byte[] subject, int length) throws StoreException {
        SubjectIndex subjects = stream.subjects();
        if (!subjects.find(subject, 0, length) || subjects.lastIsExact()) {
            return subjects.last();
        }
        long bound = subjects.last();
        long found = lastUpTo(stream, subject, length, bound);
        if (found > 0) {
            subjects.exactLast(subject, 0, length, found);
            return found;
        }
        return bound;
    }

    /** The last message of a subject at or below {@code bound}, or 0. */
    static long lastUpTo(StreamStore stream, byte[] subject, int length, long bound)
            throws StoreException {
        StreamSegments segments = stream.segments;
        for (int place = segments.placeOf(bound); place >= 0; place--) {
            Segment segment = segments.list.get(place);
            if (segment.live == 0) {
                continue;
            }
            SegmentIndex index = segments.index(segment);
            long delta = Math.min(bound - segment.base, Segment.MAX_RANGE);
            int before = index.lowerBound((int) delta + 1);
            int at = index.previousOf(subject, length, before);
            while (at >= 0 && segment.isDeleted(index.delta(at))) {
                at = index.previousOf(subject, length, at);
            }
            if (at >= 0) {
                return segment.base + index.delta(at);
            }
        }
        return 0;
    }

    static SubjectState state(StreamStore stream, SubjectFilter filter) throws StoreException {
        SubjectIndex subjects = stream.subjects();
        List<byte[]> inexact = new ArrayList<>();
        long[] figures = {Long.MAX_VALUE, 0, 0, 0};
        SubjectIndex.Cursor at = subjects.cursor();
        filter.forEach(
                at,
                (subject, length) -> {
                    figures[2] += at.count();
                    figures[3]++;
                    boolean lower = at.first() < figures[0];
                    boolean higher = at.last() > figures[1];
                    if ((lower && !at.firstIsExact()) || (higher && !at.lastIsExact())) {
                        inexact.add(Arrays.copyOf(subject, length));
                    } else {
                        figures[0] = Math.min(figures[0], at.first());
                        figures[1] = Math.max(figures[1], at.last());
                    }
                    return true;
                });
        for (byte[] subject : inexact) {
            if (subjects.find(subject, 0, subject.length)) {
                figures[0] = Math.min(figures[0], first(stream, subject, subject.length));
                figures[1] = Math.max(figures[1], last(stream, subject, subject.length));
            }
        }
        if (figures[2] == 0) {
            return new SubjectState(0, 0, 0, 0);
        }
        return new SubjectState(figures[0], figures[1], figures[2], (int) figures[3]);
    }

    static int inSegment(
            StreamStore stream,
            Segment segment,
            long from,
            long below,
            List<SubjectFilter> filters,
            boolean all)
            throws StoreException {
        if (segment.live == 0 || segment.last < from || segment.base >= below) {
            return 0;
        }
        if (all && from <= segment.base && below > segment.last) {
            return segment.live;
        }
        SegmentIndex index = stream.segments.index(segment);
        int start = index.lowerBound((int) Math.max(0, from - segment.base));
        int end =
                below > segment.last
                        ? index.count()
                        : index.lowerBound((int) (below - segment.base));
        int count = 0;
        if (all) {
            for (int at = start; at < end; at++) {
                count += segment.isDeleted(index.delta(at)) ? 0 : 1;
            }
            return count;
        }
        SegmentIndex.Matches matches = union(index, filters, start);
        for (int i = 0; i < matches.count && matches.indexes[i] < end; i++) {
            count += segment.isDeleted(index.delta(matches.indexes[i])) ? 0 : 1;
        }
        return count;
    }

    /** What any of the filters matches, ascending and each once. */
    static SegmentIndex.Matches union(SegmentIndex index, List<SubjectFilter> filters, int from)
            throws StoreException {
        SegmentIndex.Matches first = index.matches(filters.getFirst(), from);
        if (filters.size() == 1) {
            return first;
        }
        for (int i = 1; i < filters.size(); i++) {
            SegmentIndex.Matches more = index.matches(filters.get(i), from);
            for (int j = 0; j < more.count; j++) {
                first.add(more.indexes[j]);
            }
        }
        Arrays.sort(first.indexes, 0, first.count);
        int kept = 0;
        for (int i = 0; i < first.count; i++) {
            if (kept == 0 || first.indexes[i] != first.indexes[kept - 1]) {
                first.indexes[kept++] = first.indexes[i];
            }
        }
        first.count = kept;
        return first;
    }

    /**
     * The newest message that matches; 0 when none does. Where many subjects match, one of the last
     * messages most likely does.
     */
    static long lastMatching(StreamStore stream, SubjectFilter filter) throws StoreException {
        SubjectIndex subjects = stream.subjects();
        SubjectWalk walk = new SubjectWalk(List.of(filter));
        long[] last = new long[1];
        List<byte[]> bounds = new ArrayList<>();
        SubjectIndex.Cursor at = subjects.cursor();
        boolean many =
                walk.goOn(
                        at,
                        MANY,
                        (subject, length) -> {
                            if (at.lastIsExact()) {
                                last[0] = Math.max(last[0], at.last());
                            } else {
                                bounds.add(Arrays.copyOf(subject, length));
                            }
                            return true;
                        });
        if (many) {
            return lastInSegments(stream, filter);
        }
        for (byte[] subject : bounds) {
            if (subjects.find(subject, 0, subject.length) && subjects.last() > last[0]) {
                last[0] = Math.max(last[0], last(stream, subject, subject.length));
            }
        }
        return last[0];
    }

    private static long lastInSegments(StreamStore stream, SubjectFilter filter)
            throws StoreException {
        for (int place = stream.segments.list.size() - 1; place >= 0; place--) {
            Segment segment = stream.segments.list.get(place);
            if (segment.live == 0) {
                continue;
            }
            SegmentIndex index = stream.segments.index(segment);
            SegmentIndex.Matches matches = index.matches(filter, 0);
            for (int i = matches.count - 1; i >= 0; i--) {
                int delta = index.delta(matches.indexes[i]);
                if (!segment.isDeleted(delta)) {
                    return segment.base + delta;
                }
            }
        }
        return 0;
    }

    /**
     * The first live message whose time is not before {@code timeNanos}; one past the last if none.
     */
    static long firstAt(StreamStore stream, long timeNanos, StoredMessage scratch)
            throws StoreException {
        for (Segment segment : new ArrayList<>(stream.segments.list)) {
            if (segment.live == 0 || segment.lastTimeNanos < timeNanos) {
                continue;
            }
            SegmentIndex index = stream.segments.index(segment);
            int low = 0;
            int high = index.count();
            while (low < high) {
                int middle = (low + high) >>> 1;
                int at = segment.nextLive(index, middle);
                boolean before =
                        at >= 0
                                && at < high
                                && stream.segments.read(segment, at, scratch)
                                && scratch.timeNanos() < timeNanos;
                if (before) {
                    low = at + 1;
                } else {
                    high = middle;
                }
            }
            int at = segment.nextLive(index, low);
            if (at >= 0) {
                return segment.base + index.delta(at);
            }
        }
        return stream.lastSequence() + 1;
    }
}
