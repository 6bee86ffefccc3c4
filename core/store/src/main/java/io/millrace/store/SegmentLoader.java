package io.millrace.store;

import io.millrace.runtime.DiskException;

/**
 * Brings the index of a segment into memory: from the end of its file, or, when that is missing or
 * damaged, by walking over its records. Any thread, for closed segments.
 */
final class SegmentLoader {
    private final SegmentFiles files;
    private final Checksum check;

    SegmentLoader(SegmentFiles files, long storeId) {
        this.files = files;
        this.check = new Checksum(storeId);
    }

    SegmentIndex load(Segment segment) throws DiskException {
        int length = segment.indexBytes;
        if (length > 0) {
            byte[] record = new byte[length];
            int count = readThere(segment, segment.dataBytes, record);
            if (count == length
                    && Frame.headerHolds(record, 0, length, check)
                    && Frame.type(record, 0) == Frame.SEGMENT_INDEX
                    && Frame.bodyHolds(record, 0, length, check)) {
                return new ClosedIndex(record, Frame.HEADER_BYTES);
            }
        }
        return scan(segment);
    }

    /** A missing file is one without records. */
    private int readThere(Segment segment, long position, byte[] into) throws DiskException {
        try {
            return files.read(segment, position, into, 0, into.length);
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
        int length = readThere(segment, 0, data);
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

    /** The record that ends the file of a closed segment. */
    byte[] indexRecord(Segment segment, GrowingIndex index) {
        byte[] record =
                Frame.of(
                        Frame.SEGMENT_INDEX,
                        segment.stream,
                        segment.base,
                        segment.last,
                        0,
                        ClosedIndex.encode(index),
                        check);
        Frame.seal(record, 0, 1, check);
        return record;
    }
}
