package io.millrace.store;

/**
 * Lets the oldest messages of a stream go until it is within bounds, a piece at a time. Owned by
 * the stream's owner.
 */
public final class CutRun implements RemovalRun {
    /** A message that goes with its segment costs less than one that is taken out alone. */
    private static final int AT_ONCE = 8;

    private final StreamStore stream;
    private final long below;
    private final long messages;
    private final long bytes;
    private long removed;

    CutRun(StreamStore stream, long below, long messages, long bytes) {
        this.stream = stream;
        this.below = below;
        this.messages = messages;
        this.bytes = bytes;
    }

    /** Takes out a segment, or some messages of one. */
    @Override
    public boolean goOn(int most) throws StoreException {
        stream.requireOpen();
        long before = stream.messages();
        if (!isOver()) {
            return false;
        }
        if (below > stream.lastSequence()) {
            stream.compactTo(below);
        } else if (!cutSegment(most)) {
            long to = target(most);
            if (to > stream.firstSequence()) {
                stream.compactTo(to);
            } else {
                oneByOne(most);
            }
        }
        removed += before - stream.messages();
        return stream.messages() < before && isOver();
    }

    @Override
    public long removed() {
        return removed;
    }

    private boolean isOver() {
        return stream.messages() > 0
                && (stream.firstSequence() < below
                        || stream.messages() > messages
                        || stream.bytes() > bytes);
    }

    /** Cuts off the first segment that holds something, if all of that has to go. */
    private boolean cutSegment(int most) throws StoreException {
        Segment first = stream.segments.firstBehind(stream.firstSequence(), Long.MAX_VALUE);
        if (first == null || first == stream.segments.active) {
            return false;
        }
        boolean goes =
                first.last < below
                        || stream.messages() - first.live >= messages
                        || stream.bytes() - first.liveBytes >= bytes;
        if (goes) {
            stream.compactTo(endOfPiece(first, most));
        }
        return goes;
    }

    /** All of a segment, unless somebody has to hear of very many messages one by one. */
    private long endOfPiece(Segment first, int most) throws StoreException {
        if (first.live <= AT_ONCE * (long) most || !stream.bySubject().isFollowed(first.last)) {
            return first.last + 1;
        }
        SegmentIndex index = stream.segments.index(first);
        int at = index.lowerBound((int) Math.max(0, stream.firstSequence() - first.base));
        long end = at + AT_ONCE / 2 * (long) most;
        return end < index.count() ? first.base + index.delta((int) end) : first.last + 1;
    }

    /** Up to where it may be cut without knowing how large the messages are. */
    private long target(int most) throws StoreException {
        long over = stream.messages() - messages;
        long sequence = stream.firstSequence();
        for (int left = most; left > 0 && sequence >= 0; left--) {
            boolean goes = sequence < below || over > 0;
            if (!goes) {
                return sequence;
            }
            over--;
            sequence = stream.segments.nextLive(sequence + 1);
        }
        return sequence < 0 ? stream.lastSequence() + 1 : sequence;
    }

    private void oneByOne(int most) throws StoreException {
        for (int left = most; left > 0 && isOver(); left--) {
            if (stream.delete(stream.firstSequence()) < 0) {
                return;
            }
        }
    }
}
