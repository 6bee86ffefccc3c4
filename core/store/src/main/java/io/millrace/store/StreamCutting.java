package io.millrace.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Removing many messages of a stream at once. Runs on the stream's owner. */
final class StreamCutting {
    /** Pairs of first sequence and count in one record. */
    private static final int RUNS_PER_RECORD = 4096;

    private StreamCutting() {}

    /** Takes out everything below {@code sequence}: whole segments without a look at messages. */
    static void cut(StreamStore stream, long sequence) throws StoreException {
        StreamSegments segments = stream.segments;
        if (sequence > stream.lastSequence()) {
            stream.removeAll();
            return;
        }
        while (!segments.list.isEmpty() && segments.list.getFirst().last < sequence) {
            stream.removeSegment(segments.list.getFirst());
        }
        if (segments.list.isEmpty()) {
            return;
        }
        Segment boundary = segments.list.getFirst();
        if (boundary.base >= sequence) {
            return;
        }
        SegmentIndex index = segments.index(boundary);
        int end = index.lowerBound((int) (sequence - boundary.base));
        ReadAhead reading = new ReadAhead();
        for (int at = boundary.nextLive(index, 0); at >= 0 && at < end; ) {
            long gone = boundary.base + index.delta(at);
            int before = boundary.live;
            stream.forget(gone, reading);
            if (boundary.live == before || boundary.live == 0) {
                at = boundary.live == 0 ? -1 : boundary.nextLive(index, at + 1);
            } else {
                at = boundary.nextLive(index, at + 1);
            }
        }
    }

    /** See {@link StreamStore#secureErase}. */
    static long erase(StreamStore stream, KeeperDesk desk, long sequence, StoredMessage scratch)
            throws StoreException {
        StreamSegments segments = stream.segments;
        int place = segments.placeOf(sequence);
        if (place < 0 || !stream.read(sequence, scratch)) {
            return -1;
        }
        Segment segment = segments.list.get(place);
        if (segment == segments.active) {
            stream.closeActive();
        }
        boolean busy = segment.busy;
        long number = stream.delete(sequence);
        if (segment.live > 0) {
            segment.erased |= busy;
            desk.rewrite(stream, segment);
        }
        desk.wipe();
        return number;
    }

    /**
     * Removes messages.
     *
     * @param filter null: whatever the subject
     * @param below 0: all; else only sequences below this
     * @param keep how many of the newest that match stay
     * @return how many were removed
     */
    static long purge(StreamStore stream, @Nullable SubjectFilter filter, long below, long keep)
            throws StoreException {
        long before = stream.messages();
        long limit = below == 0 ? stream.lastSequence() + 1 : below;
        if (filter == null || filter.isAll()) {
            long target = keep == 0 ? limit : Math.min(limit, oldestKept(stream, keep));
            if (target > stream.firstSequence() || before == 0) {
                stream.compactTo(Math.min(target, stream.lastSequence() + 1));
            }
            return before - stream.messages();
        }
        PurgeRun run = new PurgeRun(stream, filter, below, keep);
        while (run.goOn(RUNS_PER_RECORD)) {
            // until all is gone
        }
        return before - stream.messages();
    }

    /** Removes some of ascending sequences: at most as many as one record has room for. */
    static void remove(StreamStore stream, long[] sequences, int from, int until, ReadAhead reading)
            throws StoreException {
        List<long[]> runs = new ArrayList<>();
        for (int at = from; at < until; ) {
            long first = sequences[at];
            int end = at + 1;
            while (end < until && sequences[end] == first + (end - at)) {
                end++;
            }
            runs.add(new long[] {first, end - at});
            at = end;
        }
        byte[] body = new byte[runs.size() * 16];
        for (int i = 0; i < runs.size(); i++) {
            Frame.putLong(body, i * 16, runs.get(i)[0]);
            Frame.putLong(body, i * 16 + 8, runs.get(i)[1]);
        }
        stream.journalled(Frame.DELETE_RUNS, 0, 0, body);
        for (int i = from; i < until; i++) {
            stream.forget(sequences[i], reading);
        }
    }

    static long oldestKept(StreamStore stream, long keep) throws StoreException {
        List<Segment> list = stream.segments.list;
        long left = keep;
        for (int place = list.size() - 1; place >= 0; place--) {
            Segment segment = list.get(place);
            if (segment.live < left) {
                left -= segment.live;
                continue;
            }
            SegmentIndex index = stream.segments.index(segment);
            for (int at = index.count() - 1; at >= 0; at--) {
                if (!segment.isDeleted(index.delta(at)) && --left == 0) {
                    return segment.base + index.delta(at);
                }
            }
        }
        return stream.firstSequence();
    }

    /** Says what goes with a segment that is the stream's first. */
    static void tellRemoved(StreamSegments segments, Segment segment, StreamSubjects subjects)
            throws StoreException {
        SegmentIndex index = segments.index(segment);
        index.forEachSubject(
                (subject, offset, length, indexes, count) -> {
                    int alive = 0;
                    int first = 0;
                    int last = 0;
                    for (int i = 0; i < count; i++) {
                        int delta = index.delta(indexes[i]);
                        if (!segment.isDeleted(delta)) {
                            first = alive == 0 ? delta : first;
                            last = delta;
                            alive++;
                        }
                    }
                    if (alive > 0) {
                        subjects.removedLowest(
                                subject,
                                offset,
                                length,
                                alive,
                                segment.base + first,
                                segment.base + last,
                                segment.last);
                    }
                });
    }
}
