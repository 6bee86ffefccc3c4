package io.millrace.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adjacent closed segments that become one. Chosen and put back by the stream's owner, rewritten by
 * the keeper in between.
 *
 * @param segments in order
 * @param deleted the bits of each when the run was chosen
 * @param live messages alive at that moment
 */
record CompactionRun(List<Segment> segments, List<long[]> deleted, int live) {
    private static final int MAX_SEGMENTS = 16;

    /** The segment, and its neighbours behind as long as all of them fit into one. */
    static CompactionRun around(StreamStore stream, Segment first, StoreOptions options) {
        List<Segment> list = stream.segments.list;
        List<Segment> run = new ArrayList<>();
        List<long[]> bits = new ArrayList<>();
        int live = 0;
        long bytes = 0;
        int place = list.indexOf(first);
        while (place >= 0 && place < list.size() && run.size() < MAX_SEGMENTS) {
            Segment next = list.get(place++);
            long share = next.messages == 0 ? 0 : (long) next.dataBytes * next.live / next.messages;
            boolean fits =
                    run.isEmpty()
                            || (next.closed
                                    && !next.busy
                                    && !next.suspect
                                    && next.indexBytes > 0
                                    && bytes + share <= options.segmentBytes()
                                    && live + next.live <= options.segmentMessages()
                                    && next.last - first.base < Segment.MAX_RANGE);
            if (!fits) {
                break;
            }
            next.busy = true;
            run.add(next);
            bits.add(next.deletedBits());
            live += next.live;
            bytes += share;
        }
        if (run.isEmpty()) {
            run.add(first);
            bits.add(first.deletedBits());
            first.busy = true;
            live = first.live;
        }
        return new CompactionRun(run, bits, live);
    }

    /** Puts {@code made} where the run was; what was deleted meanwhile is deleted in it, too. */
    void replace(StreamStore stream, @Nullable Segment made, KeeperDesk desk) {
        boolean again = false;
        for (Segment segment : segments) {
            segment.busy = false;
            again |= segment.erased;
            segment.erased = false;
        }
        if (made == null) {
            return;
        }
        List<Segment> list = stream.segments.list;
        int place = -1;
        for (int i = 0; i < segments.size(); i++) {
            Segment old = segments.get(i);
            int at = list.indexOf(old);
            int shift = (int) (old.base - made.base);
            if (at < 0) {
                for (long sequence = old.base; sequence <= old.last; sequence++) {
                    made.markDeleted((int) (sequence - made.base));
                }
                continue;
            }
            if (place < 0) {
                place = at;
            }
            long[] now = old.deletedBits();
            for (int word = 0; word < now.length; word++) {
                long before = word < deleted.get(i).length ? deleted.get(i)[word] : 0;
                for (long fresh = now[word] & ~before; fresh != 0; fresh &= fresh - 1) {
                    made.markDeleted(shift + word * 64 + Long.numberOfTrailingZeros(fresh));
                }
            }
            made.live += old.live;
            made.liveBytes += old.liveBytes;
            list.remove(at);
            stream.segments.forget(old);
            old.index = null;
            desk.dead(old);
        }
        if (place < 0 || made.live == 0 || stream.isClosed()) {
            desk.dead(made);
        } else {
            list.add(place, made);
            if (again) {
                desk.rewrite(stream, made);
                desk.wipe();
            } else {
                // What was deleted meanwhile may have left too little again.
                desk.thinned(stream, made);
            }
        }
    }
}
