package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what is alive in a run of closed segments into one new segment. The keeper only. */
final class SegmentRewriter {
    private final SegmentFiles files;
    private final IndexWriter writer;
    private final Checksum check;
    private final SegmentBytes room;

    SegmentRewriter(SegmentFiles files, long storeId, SegmentBytes room) {
        this.files = files;
        this.room = room;
        this.writer = new IndexWriter(files, storeId);
        this.check = new Checksum(storeId);
    }

    /**
     * Rewrites.
     *
     * @param run adjacent segments
     * @param deleted the bits of each when the owner handed it over
     * @param expected how many messages should be alive; when damage leaves fewer, nothing is made
     * @return a synced segment, or null
     */
    @Nullable Segment rewrite(List<Segment> run, List<long[]> deleted, int expected)
            throws DiskException {
        Segment head = run.getFirst();
        Segment made = new Segment(head.stream, head.inMemory, files.takeId(), head.base);
        GrowingIndex index = new GrowingIndex();
        files.create(made);
        for (int i = 0; i < run.size(); i++) {
            copy(run.get(i), deleted.get(i), made, index);
        }
        if (made.messages != expected) {
            files.delete(made);
            return null;
        }
        made.last = run.getLast().last;
        int length = writer.write(made, index);
        if (!made.inMemory) {
            // a checkpoint that meets it takes it as synced: its name and that of its directory,
            // too
            files.sync(made);
            files.disk().syncDirectory(files.directory(made.stream, false));
            files.disk().syncDirectory(files.streams());
        }
        made.indexBytes = length;
        made.writtenBytes = made.dataBytes + (long) length;
        made.syncedBytes = made.writtenBytes;
        made.fileExists = true;
        made.closed = true;
        return made;
    }

    private void copy(Segment from, long[] deleted, Segment made, GrowingIndex index)
            throws DiskException {
        byte[] data = room.room(from.dataBytes);
        int length = files.read(from, 0, data, 0, from.dataBytes);
        RecordScanner scanner = new RecordScanner(data, FileHeader.BYTES, length, 0, check);
        int runStart = -1;
        int runEnd = -1;
        while (scanner.next()) {
            int at = scanner.at();
            long sequence = Frame.sequence(data, at);
            long delta = sequence - from.base;
            boolean alive =
                    scanner.bodyHolds()
                            && Frame.type(data, at) == Frame.MESSAGE
                            && Frame.owner(data, at) == from.stream
                            && delta >= 0
                            && sequence <= from.last
                            && !isSet(deleted, (int) delta);
            if (!alive) {
                continue;
            }
            int size = Frame.padded(Frame.length(data, at));
            if (at != runEnd) {
                flush(made, data, runStart, runEnd);
                runStart = at;
            }
            runEnd = at + size;
            index.add(
                    (int) (sequence - made.base),
                    made.dataBytes,
                    data,
                    at + Frame.HEADER_BYTES,
                    Frame.subjectLength(data, at));
            made.withHeaders += Frame.headersLength(data, at) > 0 ? 1 : 0;
            made.dataBytes += size;
            if (made.messages++ == 0) {
                made.firstTimeNanos = Frame.time(data, at);
            }
            made.lastTimeNanos = Frame.time(data, at);
        }
        flush(made, data, runStart, runEnd);
    }

    private void flush(Segment made, byte[] data, int start, int end) throws DiskException {
        if (start >= 0) {
            long position = made.dataBytes - (long) (end - start);
            files.write(made, position, data, start, end - start);
        }
    }

    private static boolean isSet(long[] bits, int delta) {
        int word = delta >>> 6;
        return word < bits.length && (bits[word] & 1L << (delta & 63)) != 0;
    }
}
