package io.millrace.store;

import io.millrace.runtime.DiskException;

/**
 * Brings the index of a segment into memory: from the end of its file, or, when that is missing or
 * damaged, by walking over its records. For closed segments; one thread.
 */
final class SegmentLoader {
    private final SegmentFiles files;
    private final int windowBytes;
    private final Checksum check;

    SegmentLoader(SegmentFiles files, int windowBytes, long storeId) {
        this.files = files;
        this.windowBytes = windowBytes;
        this.check = new Checksum(storeId);
    }

    SegmentIndex load(Segment segment, PageCache cache) throws DiskException, StoreException {
        if (segment.indexBytes > 0) {
            IndexPages pages = IndexPages.checked(this, segment, cache);
            if (pages != null) {
                return new ClosedIndex(pages);
            }
        }
        return scan(segment);
    }

    Checksum check() {
        return check;
    }

    /** A missing file is one without records. */
    int readThere(Segment segment, long position, byte[] into, int length) throws DiskException {
        return files.readThere(segment, position, into, 0, length);
    }

    GrowingIndex scan(Segment segment) throws DiskException {
        GrowingIndex index = new GrowingIndex();
        RecordWindow window = new RecordWindow(windowBytes);
        window.begin(
                (position, into, offset, length) ->
                        files.readThere(segment, position, into, offset, length),
                (int) Math.min(segment.dataBytes, files.sizeThere(segment)));
        RecordScanner scanner = new RecordScanner(window, 0, check);
        long previous = segment.base - 1;
        while (scanner.next()) {
            if (!scanner.bodyHolds()) {
                continue;
            }
            int place = scanner.withSubject();
            byte[] data = window.data();
            long sequence = Frame.sequence(data, place);
            boolean ours =
                    Frame.type(data, place) == Frame.MESSAGE
                            && Frame.owner(data, place) == segment.stream
                            && sequence > previous
                            && sequence <= segment.last;
            if (ours) {
                index.add(
                        (int) (sequence - segment.base),
                        scanner.at(),
                        data,
                        place + Frame.HEADER_BYTES,
                        Frame.subjectLength(data, place));
                previous = sequence;
            }
        }
        return index;
    }
}
