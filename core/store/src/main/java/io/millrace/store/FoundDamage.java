package io.millrace.store;

import io.millrace.runtime.Log;
import java.util.ArrayList;
import java.util.List;

/** Takes out of a stream what reading finds to be gone. Owned by the stream's owner. */
final class FoundDamage implements StreamSegments.Losses {
    private final StreamStore stream;
    private final Log log;
    private final StoredMessage scratch = new StoredMessage();

    FoundDamage(StreamStore stream, Log log) {
        this.stream = stream;
        this.log = log;
    }

    @Override
    public void unreadable(Segment segment, SegmentIndex index, int at) throws StoreException {
        int delta = index.delta(at);
        long sequence = segment.base + delta;
        // first what may fail
        boolean followed = stream.bySubject().isFollowed(sequence);
        byte[] subject = followed ? index.subjectOf(at) : new byte[0];
        long lost = sizeOf(segment, index, at);
        segment.markDeleted(delta);
        long size = segment.live == 0 ? 0 : segment.liveBytes / segment.live;
        stream.uncount(segment, size);
        if (followed) {
            stream.bySubject().removed(subject, 0, subject.length, sequence);
        }
        quietly(() -> stream.settle(segment, sequence));
        stream.losses().add(sequence, lost, file(segment));
    }

    @Override
    public void missing(Segment segment, SegmentIndex index) throws StoreException {
        boolean dense = segment.messages == segment.last - segment.base + 1;
        List<Long> sequences = new ArrayList<>();
        int at = 0;
        for (long sequence = segment.base; dense && sequence <= segment.last; sequence++) {
            int delta = (int) (sequence - segment.base);
            boolean there = at < index.count() && index.delta(at) == delta;
            if (there) {
                at++;
            } else if (!segment.isDeleted(delta)) {
                segment.markDeleted(delta);
                sequences.add(sequence);
            }
        }
        int alive = 0;
        for (int i = 0; i < index.count(); i++) {
            alive += segment.isDeleted(index.delta(i)) ? 0 : 1;
        }
        int gone = segment.live - alive;
        long size = segment.live == 0 ? 0 : segment.liveBytes / segment.live * gone;
        segment.messages = index.count();
        if (gone != 0) {
            quietly(() -> stream.uncountMissing(segment, gone));
            stream.losses().add(sequences, gone, size, file(segment));
        }
    }

    /**
     * Looks at the messages that lie where the scrub has found damage in a segment of the stream,
     * and lets it be written anew without what is gone.
     *
     * @param from where each stretch of damage begins in the file
     * @param to where it ends
     */
    void examine(Segment segment, List<Integer> from, List<Integer> to) throws StoreException {
        StreamSegments segments = stream.segments;
        segments.forget(segment);
        SegmentIndex index = segments.index(segment);
        for (int i = 0; i < from.size(); i++) {
            int at = index.lastAtOrBefore(from.get(i));
            for (; at < index.count() && index.position(at) < to.get(i); at++) {
                if (segment.live > 0 && !segment.isDeleted(index.delta(at))) {
                    segments.read(segment, at, scratch);
                }
            }
        }
        if (segment.live > 0) {
            stream.rewrite(segment);
        }
    }

    /** What a message counted for: the place up to the next record bounds it within 7 bytes. */
    private long sizeOf(Segment segment, SegmentIndex index, int at) throws StoreException {
        int end = stream.segments.endOf(segment, index, at);
        return stream.surcharged(0, 0, end - index.position(at) - Frame.HEADER_BYTES);
    }

    private String file(Segment segment) {
        return stream.segments.files().path(segment).toString();
    }

    private interface Settling {
        void run() throws StoreException;
    }

    private void quietly(Settling settling) {
        try {
            settling.run();
        } catch (StoreException e) {
            log.error("stream " + stream.id() + ": " + e.getMessage());
        }
    }
}
