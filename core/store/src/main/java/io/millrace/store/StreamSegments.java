package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The segments of one stream, the tail, and reading from both. Owned by the stream's owner. */
final class StreamSegments {
    /** Told when reading finds that something is gone. */
    interface Losses {
        void unreadable(Segment segment, SegmentIndex index, int at) throws StoreException;

        void missing(Segment segment, SegmentIndex index) throws StoreException;
    }

    final List<Segment> list = new ArrayList<>();
    final Tail tail = new Tail();
    @Nullable Segment active;
    private final SegmentFiles files;
    private final SegmentLoader loader;
    private final Checksum check;
    private final int loadedIndexes;
    private final ArrayDeque<Segment> loaded = new ArrayDeque<>();
    private final Losses losses;
    private @Nullable PageCache cache;

    StreamSegments(StoreParts parts, Losses losses) {
        this.files = parts.files();
        this.loader = new SegmentLoader(files, parts.options().windowBytes(), parts.storeId());
        this.check = new Checksum(parts.storeId());
        this.loadedIndexes = parts.options().loadedIndexes();
        this.losses = losses;
    }

    /**
     * The place in the list of the last segment that begins at or before {@code sequence}, or -1.
     */
    int placeOf(long sequence) {
        int low = 0;
        int high = list.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (list.get(middle).base <= sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The index of a segment, loaded when it is not there; the oldest loaded one makes room. */
    SegmentIndex index(Segment segment) throws StoreException {
        SegmentIndex there = segment.index;
        if (there != null) {
            return there;
        }
        SegmentIndex index;
        try {
            index = loader.load(segment, cache());
        } catch (DiskException e) {
            throw StoreException.of(e);
        }
        hold(segment, index);
        if (index.count() != segment.messages) {
            losses.missing(segment, index);
        }
        return index;
    }

    private PageCache cache() {
        PageCache there = cache;
        if (there == null) {
            there = new PageCache();
            cache = there;
        }
        return there;
    }

    /** Keeps an index that can be loaded again, as long as nothing newer needs its place. */
    void hold(Segment segment, SegmentIndex index) {
        segment.index = index;
        loaded.remove(segment);
        loaded.add(segment);
        while (loaded.size() > loadedIndexes) {
            loaded.remove().index = null;
        }
    }

    void forget(Segment segment) {
        if (loaded.remove(segment)) {
            segment.index = null;
        }
    }

    /** Drops every index that can be loaded again. */
    void unload() {
        loaded.forEach(segment -> segment.index = null);
        loaded.clear();
        cache = null;
    }

    /** Where a live message is in its segment, or -1. */
    int locate(Segment segment, long sequence) throws StoreException {
        if (sequence > segment.last || sequence < segment.base) {
            return -1;
        }
        int delta = (int) (sequence - segment.base);
        if (segment.isDeleted(delta)) {
            return -1;
        }
        SegmentIndex index = index(segment);
        int at = index.lowerBound(delta);
        return at < index.count() && index.delta(at) == delta && !segment.isDeleted(delta)
                ? at
                : -1;
    }

    /** False when what lies there cannot be read any more. */
    boolean read(Segment segment, int at, StoredMessage into) throws StoreException {
        SegmentIndex index = index(segment);
        int position = index.position(at);
        if (segment == active && position >= tail.start) {
            into.show(tail.bytes, position - tail.start);
            return true;
        }
        int length = endOf(segment, index, at) - position;
        byte[] buffer = into.room(length);
        int count;
        try {
            count = files.read(segment, position, buffer, 0, length);
        } catch (DiskException e) {
            if (e.code() != DiskException.Code.NOT_FOUND) {
                throw StoreException.of(e);
            }
            count = 0;
        }
        if (isRecord(buffer, 0, count, segment, index, at)
                || (Frame.mend(buffer, 0, count, check)
                        && isRecord(buffer, 0, count, segment, index, at))) {
            into.show(buffer, 0);
            return true;
        }
        losses.unreadable(segment, index, at);
        return false;
    }

    /** Whether a message has not been written to its file yet. */
    boolean isInTail(Segment segment, int position) {
        return segment == active && position >= tail.start;
    }

    /** Where a record ends. */
    int endOf(Segment segment, SegmentIndex index, int at) throws StoreException {
        return at + 1 < index.count() ? index.position(at + 1) : segment.dataBytes;
    }

    /** How much of a segment is in its file. */
    int fileEnd(Segment segment) {
        return segment == active ? tail.start : segment.dataBytes;
    }

    /** Whether what was read is, unharmed, the record that the index says is there. */
    boolean isRecord(
            byte[] buffer, int offset, int end, Segment segment, SegmentIndex index, int at)
            throws StoreException {
        return Frame.headerHolds(buffer, offset, end, check)
                && Frame.sequence(buffer, offset) == segment.base + index.delta(at)
                && Frame.bodyHolds(buffer, offset, end, check);
    }

    /** The sequence of the first live message at or behind {@code sequence}, or -1. */
    long nextLive(long sequence) throws StoreException {
        int place = Math.max(0, placeOf(sequence));
        for (; place < list.size(); place++) {
            Segment segment = list.get(place);
            if (segment.live == 0 || segment.last < sequence) {
                continue;
            }
            SegmentIndex index = index(segment);
            long delta = Math.max(0, sequence - segment.base);
            int at = segment.nextLive(index, index.lowerBound((int) delta));
            if (at >= 0) {
                return segment.base + index.delta(at);
            }
        }
        return -1;
    }

    /**
     * The first segment that has messages from {@code from} on and begins at or before a sequence.
     */
    @Nullable Segment firstBehind(long from, long end) {
        for (int at = Math.max(0, placeOf(from)); from <= end && at < list.size(); at++) {
            Segment segment = list.get(at);
            if (segment.base > end) {
                return null;
            }
            if (segment.last >= from) {
                return segment;
            }
        }
        return null;
    }

    /** Writes the tail to the segment's file, which stays unsynced. */
    void flush(boolean keepBuffer) throws StoreException {
        Segment segment = active;
        if (segment == null || tail.length == 0) {
            return;
        }
        try {
            if (!segment.fileExists) {
                files.create(segment);
                segment.fileExists = true;
            }
            files.write(segment, tail.start, tail.bytes, 0, tail.length);
        } catch (DiskException e) {
            throw StoreException.of(e);
        }
        tail.written(keepBuffer);
        segment.writtenBytes = tail.start;
    }

    SegmentFiles files() {
        return files;
    }

    Checksum check() {
        return check;
    }
}
