package io.millrace.store;

import io.millrace.runtime.DiskException;

/**
 * Brings the index of a segment into memory: from the end of its file, or, when that is missing or
 * damaged, by walking over its records. For closed segments; one thread.
 */
final class SegmentLoader {
    private final SegmentFiles files;
    private final Checksum check;

    SegmentLoader(SegmentFiles files, long storeId) {
        this.files = files;
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
        try {
            return files.read(segment, position, into, 0, length);
        } catch (DiskException e) {
            if (e.code() != DiskException.Code.NOT_FOUND) {
                throw e;
            }
            return 0;
        }
    }

    GrowingIndex scan(Segment segment) throws DiskException {
        GrowingIndex index = new GrowingIndex();
        byte[] data = new byte[segment.dataBytes];
        int length = readThere(segment, 0, data, data.length);
        RecordScanner scanner = new RecordScanner(data, FileHeader.BYTES, length, 0, check);
        long previous = segment.base - 1;
        while (scanner.next()) {
            int at = scanner.at();
            long sequence = Frame.sequence(data, at);
            boolean ours =
                    Frame.type(data, at) == Frame.MESSAGE
                            && Frame.owner(data, at) == segment.stream
                            && sequence > previous
                            && sequence <= segment.last;
            if (ours && scanner.bodyHolds()) {
                index.add(
                        (int) (sequence - segment.base),
                        at,
                        data,
                        at + Frame.HEADER_BYTES,
                        Frame.subjectLength(data, at));
                previous = sequence;
            }
        }
        return index;
    }
}
