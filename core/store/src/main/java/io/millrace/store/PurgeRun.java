package io.millrace.store;

import java.util.Arrays;

/**
 * Takes the messages that match out of a stream, a piece at a time: what is appended meanwhile is
 * not concerned. Owned by the stream's owner.
 */
public final class PurgeRun implements RemovalRun {
    private static final int FIRST_ROOM = 16;

    private final StreamStore stream;
    private final SubjectFilter filter;
    private final long below;
    private final long end;
    private final long keep;
    private final ReadAhead reading;
    private long searched = 1;
    private boolean found;
    private long[] sequences = new long[FIRST_ROOM];
    private int count;
    private int done;
    private long purged;

    PurgeRun(StreamStore stream, SubjectFilter filter, long below, long keep) {
        this.stream = stream;
        this.filter = filter;
        this.below = below == 0 ? stream.lastSequence() + 1 : below;
        this.end = keep > 0 ? stream.lastSequence() + 1 : this.below;
        this.keep = keep;
        this.reading = new ReadAhead();
    }

    @Override
    public boolean goOn(int most) throws StoreException {
        stream.requireOpen();
        if (!found && search()) {
            return true;
        }
        int until = Math.min(count, done + most);
        if (done < until) {
            long before = stream.messages();
            StreamCutting.remove(stream, sequences, done, until, reading);
            done = until;
            purged += before - stream.messages();
        }
        if (done < count) {
            return true;
        }
        reading.release();
        return false;
    }

    @Override
    public long removed() {
        return purged;
    }

    /** Looks through a segment; false when there is none left. */
    private boolean search() throws StoreException {
        Segment segment = stream.segments.firstBehind(searched, end - 1);
        if (segment == null) {
            found = true;
            spare();
            return false;
        }
        SegmentIndex index = stream.segments.index(segment);
        SegmentIndex.Matches matches = index.matches(filter, 0);
        for (int i = 0; i < matches.count; i++) {
            int delta = index.delta(matches.indexes[i]);
            long sequence = segment.base + delta;
            if (sequence < searched || segment.isDeleted(delta) || sequence >= end) {
                continue;
            }
            if (count == sequences.length) {
                sequences = Arrays.copyOf(sequences, count * 2);
            }
            sequences[count++] = sequence;
        }
        searched = segment.last + 1;
        return true;
    }

    /** The newest stay. */
    private void spare() {
        if (keep > 0) {
            int all = count;
            while (count > 0 && sequences[count - 1] >= below) {
                count--;
            }
            count = (int) Math.max(0, Math.min(count, all - keep));
        }
    }
}
