package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.Arrays;

/**
 * Walks over the records of a file and goes on behind damage; a flipped bit in a header it turns
 * back, in memory. Owned by whoever made it.
 */
final class RecordScanner {
    private final RecordWindow window;
    private final int end;
    private final long numberFloor;
    private final Checksum check;
    private int cursor = FileHeader.BYTES;
    private int at = -1;
    private boolean bodyHolds;
    private boolean skipped;
    private boolean mended;

    /**
     * @param numberFloor records with this journal number or a lower one are what a reused file
     *     still holds from its former life
     */
    RecordScanner(RecordWindow window, long numberFloor, Checksum check) {
        this.window = window;
        this.end = window.end();
        this.numberFloor = numberFloor;
        this.check = check;
    }

    /** Moves to the next record whose header holds. */
    boolean next() throws DiskException {
        skipped = false;
        mended = false;
        int candidate = cursor;
        while (candidate + Frame.HEADER_BYTES <= end) {
            boolean holds = headerHolds(candidate);
            if (!holds && candidate == cursor) {
                holds = mend(candidate);
                mended = holds;
            }
            if (holds && number(candidate) > numberFloor) {
                found(candidate);
                return true;
            }
            skipped = true;
            candidate = behindZeros(candidate + Frame.ALIGNMENT);
        }
        at = -1;
        return false;
    }

    private long number(int candidate) throws DiskException {
        int place = header(candidate);
        return Frame.number(window.data(), place);
    }

    private int header(int candidate) throws DiskException {
        return window.place(candidate, Frame.HEADER_BYTES);
    }

    private boolean headerHolds(int candidate) throws DiskException {
        int place = header(candidate);
        return Frame.headerHolds(window.data(), place, place + Frame.HEADER_BYTES, check);
    }

    private boolean mend(int candidate) throws DiskException {
        int place = header(candidate);
        int bit = Frame.flippedBit(window.data(), place, place + Frame.HEADER_BYTES, check);
        if (bit < 0) {
            return false;
        }
        Frame.turn(window.data(), place, bit);
        if (holdsBody(candidate)) {
            return true;
        }
        place = header(candidate);
        Frame.turn(window.data(), place, bit);
        return false;
    }

    private boolean holdsBody(int candidate) throws DiskException {
        int place = header(candidate);
        int length = Frame.length(window.data(), place);
        if (length > end - candidate) {
            return false;
        }
        if (window.holds(length)) {
            place = window.place(candidate, length);
            return Frame.bodyHolds(window.data(), place, place + length, check);
        }
        int expected = Frame.getInt(window.data(), place + Frame.BODY_SUM_AT);
        check.begin();
        window.pass(candidate, length, check::more);
        return check.end() == expected;
    }

    /** Most of a journal file was never written to: a block of it is one step. */
    private int behindZeros(int from) throws DiskException {
        int position = from;
        while (true) {
            int length = Math.min(Zeros.BLOCK.length, end - position);
            if (!window.holds(length)) {
                length = Frame.HEADER_BYTES;
            }
            if (length < Frame.ALIGNMENT) {
                return position;
            }
            int place = window.place(position, length);
            byte[] data = window.data();
            if (data[place] != 0) {
                return position;
            }
            int written = Arrays.mismatch(data, place, place + length, Zeros.BLOCK, 0, length);
            if (written >= 0) {
                return position + written / Frame.ALIGNMENT * Frame.ALIGNMENT;
            }
            position += length / Frame.ALIGNMENT * Frame.ALIGNMENT;
        }
    }

    private void found(int candidate) throws DiskException {
        at = candidate;
        bodyHolds = holdsBody(candidate);
        int place = header(candidate);
        long behind = (long) at + Frame.padded(Frame.length(window.data(), place));
        if (behind > end) {
            // The rest was cut off: nothing of this record can be trusted to be its own.
            cursor = at + Frame.HEADER_BYTES;
        } else {
            cursor = (int) behind;
        }
    }

    /** Where the record begins in the file. */
    int at() {
        return at;
    }

    /** Where header and subject are in the window now. */
    int withSubject() throws DiskException {
        int place = header(at);
        return window.place(at, Frame.HEADER_BYTES + Frame.subjectLength(window.data(), place));
    }

    /** Where the next one should begin. */
    int behind() {
        return cursor;
    }

    /** Whether the body is as it was written; the header always is. */
    boolean bodyHolds() {
        return bodyHolds;
    }

    /** Whether a bit of the header had to be turned back. */
    boolean mended() {
        return mended && !skipped;
    }

    /** Whether something that is no record lies between this record and the one before. */
    boolean skipped() {
        return skipped;
    }
}
