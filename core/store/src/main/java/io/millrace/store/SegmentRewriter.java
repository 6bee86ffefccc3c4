package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes what is alive in a run of closed segments into one new segment. The keeper only. */
final class SegmentRewriter {
    private static final byte[] FILLING = new byte[Frame.ALIGNMENT];

    private final SegmentFiles files;
    private final IndexWriter writer;
    private final Checksum check;
    private final RecordWindow window;
    private final Pieces out = new Pieces();

    SegmentRewriter(SegmentFiles files, long storeId, IndexWriter writer, RecordWindow window) {
        this.files = files;
        this.window = window;
        this.writer = writer;
        this.check = new Checksum(storeId);
    }

    /**
     * Rewrites.
     *
     * @param run adjacent segments
     * @param deleted the bits of each when the owner handed it over
     * @param expected how many messages should be alive; when damage leaves fewer, nothing is made
     * @param index an empty one, for what is made
     * @return a synced segment, or null
     */
    @Nullable Segment rewrite(
            List<Segment> run, List<long[]> deleted, int expected, GrowingIndex index)
            throws DiskException {
        Segment head = run.getFirst();
        Segment made = new Segment(head.stream, head.inMemory, files.takeId(), head.base);
        files.create(made);
        out.begin(
                FileHeader.BYTES,
                (position, piece, length) -> files.write(made, position, piece, 0, length));
        for (int i = 0; i < run.size(); i++) {
            copy(run.get(i), deleted.get(i), made, index);
        }
        out.flush();
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
        window.begin(
                (position, into, offset, length) ->
                        files.read(from, position, into, offset, length),
                (int) Math.min(from.dataBytes, files.size(from)));
        RecordScanner scanner = new RecordScanner(window, 0, check);
        while (scanner.next()) {
            if (!scanner.bodyHolds()) {
                continue;
            }
            int place = scanner.withSubject();
            byte[] data = window.data();
            if (!isAlive(data, place, from, deleted)) {
                continue;
            }
            long time = Frame.time(data, place);
            boolean headers = Frame.headersLength(data, place) > 0;
            int length = Frame.length(data, place);
            index.add(
                    (int) (Frame.sequence(data, place) - made.base),
                    made.dataBytes,
                    data,
                    place + Frame.HEADER_BYTES,
                    Frame.subjectLength(data, place));
            if (put(scanner.at(), length)) {
                made.withHeaders += headers ? 1 : 0;
                made.firstTimeNanos = made.messages == 0 ? time : made.firstTimeNanos;
                made.lastTimeNanos = time;
                made.messages++;
            }
            made.dataBytes += Frame.padded(length);
        }
    }

    private static boolean isAlive(byte[] data, int place, Segment from, long[] deleted) {
        long sequence = Frame.sequence(data, place);
        long delta = sequence - from.base;
        return Frame.type(data, place) == Frame.MESSAGE
                && Frame.owner(data, place) == from.stream
                && delta >= 0
                && sequence <= from.last
                && !isSet(deleted, (int) delta);
    }

    /* What does not fit into the window is read once more, and a file may read differently then. */
    private boolean put(int at, int length) throws DiskException {
        boolean fits = window.holds(length);
        int place = window.place(at, fits ? length : Frame.HEADER_BYTES);
        byte[] data = window.data();
        int expected = Frame.getInt(data, place + Frame.BODY_SUM_AT);
        out.put(data, place, fits ? length : Frame.HEADER_BYTES);
        boolean holds = true;
        if (!fits) {
            check.begin();
            window.pass(
                    at,
                    length,
                    (body, offset, size) -> {
                        check.more(body, offset, size);
                        out.put(body, offset, size);
                    });
            holds = check.end() == expected;
        }
        out.put(FILLING, 0, Frame.padded(length) - length);
        return holds;
    }

    private static boolean isSet(long[] bits, int delta) {
        int word = delta >>> 6;
        return word < bits.length && (bits[word] & 1L << (delta & 63)) != 0;
    }
}
