package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.io.ByteArrayOutputStream;

/**
 * Writes the index of a segment behind its records, a piece at a time: as a whole it would be some
 * megabytes. The keeper only. The layout is told in {@link ClosedIndex}.
 */
final class IndexWriter {
    private final SegmentFiles files;
    private final Checksum check;
    private final Pieces pieces = new Pieces();

    /** The messages of one subject. */
    private final Ints group = new Ints();

    IndexWriter(SegmentFiles files, long storeId) {
        this.files = files;
        this.check = new Checksum(storeId);
    }

    /** Writes it; says how many bytes it takes. */
    int write(Segment segment, GrowingIndex index) throws DiskException {
        int[] sorted = index.sortedSubjects();
        check.begin();
        pieces.begin(0, (position, piece, length) -> check.more(piece, 0, length));
        put(index, sorted, group, pieces);
        int sum = check.end();
        byte[] header = new byte[Frame.HEADER_BYTES];
        Frame.header(header, 0, Frame.SEGMENT_INDEX, segment.stream, segment.base, segment.last, 0);
        Frame.lengths(header, 0, 0, 0, pieces.length());
        Frame.putInt(header, Frame.BODY_SUM_AT, sum);
        Frame.seal(header, 0, 1, check);
        pieces.begin(
                segment.dataBytes,
                (position, piece, length) -> files.write(segment, position, piece, 0, length));
        pieces.put(header, 0, header.length);
        put(index, sorted, group, pieces);
        int total = Frame.padded(pieces.length());
        pieces.put(new byte[Frame.ALIGNMENT], 0, total - pieces.length());
        pieces.flush();
        return total;
    }

    /** What is written behind the record's header. */
    static byte[] bytes(GrowingIndex index) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        Pieces pieces = new Pieces();
        pieces.begin(0, (position, piece, length) -> all.write(piece, 0, length));
        try {
            put(index, index.sortedSubjects(), new Ints(), pieces);
        } catch (DiskException e) {
            throw new IllegalStateException("no disk is concerned", e);
        }
        return all.toByteArray();
    }

    private static void put(GrowingIndex index, int[] sorted, Ints group, Pieces out)
            throws DiskException {
        SubjectTable table = index.table();
        int textBytes = 0;
        for (int number : sorted) {
            textBytes += table.length(number);
        }
        out.put(index.count());
        out.put(sorted.length);
        out.put(textBytes);
        out.put(0);
        for (int i = 0; i < index.count(); i++) {
            out.put(index.delta(i));
        }
        for (int i = 0; i < index.count(); i++) {
            out.put(index.position(i));
        }
        int[] groups = new int[sorted.length + 1];
        for (int s = 0; s < sorted.length; s++) {
            int size = 0;
            int at = index.newest(sorted[s]);
            while (at != SubjectTable.NONE) {
                group.room(size);
                group.set(size++, at);
                at = index.previous(at);
            }
            groups[s + 1] = groups[s] + size;
            while (size > 0) {
                out.put(group.get(--size));
            }
        }
        for (int begin : groups) {
            out.put(begin);
        }
        int start = 0;
        for (int number : sorted) {
            out.put(start);
            start += table.length(number);
        }
        out.put(start);
        for (int number : sorted) {
            out.put(table.page(number), table.offset(number), table.length(number));
        }
        out.flush();
    }
}
