package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.ArrayList;
import java.util.List;

/** Stretches of a segment's file that do not hold. Owned by whoever made it. */
final class SegmentDamage {
    /** Where each begins. */
    final List<Integer> from = new ArrayList<>();

    /** Where each ends. */
    final List<Integer> to = new ArrayList<>();

    /** Compares everything in the file of a closed segment with the checksums, the index, too. */
    static SegmentDamage in(
            Segment segment, SegmentFiles files, RecordWindow window, Checksum check)
            throws DiskException {
        SegmentDamage damage = new SegmentDamage();
        window.begin(
                (position, into, offset, length) ->
                        files.readThere(segment, position, into, offset, length),
                segment.dataBytes + segment.indexBytes);
        int head = window.place(0, FileHeader.BYTES);
        if (FileHeader.judge(window.data(), head, head + FileHeader.BYTES, FileHeader.Kind.SEGMENT)
                == FileHeader.Verdict.DAMAGED) {
            damage.add(0, FileHeader.BYTES);
        }
        RecordScanner scanner = new RecordScanner(window, 0, check);
        int behind = FileHeader.BYTES;
        while (scanner.next()) {
            if (scanner.skipped()) {
                damage.add(behind, scanner.at());
            }
            if (scanner.mended() || !scanner.bodyHolds()) {
                damage.add(scanner.at(), scanner.behind());
            }
            behind = scanner.behind();
        }
        if (behind != window.end()) {
            damage.add(behind, window.end());
        }
        return damage;
    }

    private void add(int begin, int end) {
        from.add(begin);
        to.add(end);
    }
}
