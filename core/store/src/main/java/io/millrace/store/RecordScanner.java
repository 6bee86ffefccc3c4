package io.millrace.store;

import java.util.Arrays;

/**
 * Walks over records in memory and goes on behind damage; a flipped bit in a header it turns back,
 * in memory. Owned by whoever made it.
 */
final class RecordScanner {
    private final byte[] data;
    private final int end;
    private final long numberFloor;
    private final Checksum check;
    private int cursor;
    private int at = -1;
    private boolean bodyHolds;
    private boolean skipped;
    private boolean mended;

    /**
     * @param numberFloor records with this journal number or a lower one are what a reused file
     *     still holds from its former life
     */
    RecordScanner(byte[] data, int from, int end, long numberFloor, Checksum check) {
        this.data = data;
        this.cursor = from;
        this.end = end;
        this.numberFloor = numberFloor;
        this.check = check;
    }

    /** Moves to the next record whose header holds. */
    boolean next() {
        skipped = false;
        mended = false;
        int candidate = cursor;
        while (candidate + Frame.HEADER_BYTES <= end) {
            if (Frame.getInt(data, candidate) == Frame.MAGIC
                    && Frame.headerHolds(data, candidate, end, check)
                    && Frame.number(data, candidate) > numberFloor) {
                found(candidate);
                return true;
            }
            if (candidate == cursor
                    && !Frame.headerHolds(data, candidate, end, check)
                    && Frame.mend(data, candidate, end, check)) {
                mended = true;
                continue;
            }
            skipped = true;
            candidate = behindZeros(candidate + Frame.ALIGNMENT);
        }
        at = -1;
        return false;
    }

    /** Most of a journal file was never written to: a block of it is one step. */
    private int behindZeros(int from) {
        int position = from;
        int length = Math.min(Zeros.BLOCK.length, end - position);
        while (length >= Frame.ALIGNMENT && data[position] == 0) {
            int written =
                    Arrays.mismatch(data, position, position + length, Zeros.BLOCK, 0, length);
            if (written >= 0) {
                return position + written / Frame.ALIGNMENT * Frame.ALIGNMENT;
            }
            position += length / Frame.ALIGNMENT * Frame.ALIGNMENT;
            length = Math.min(Zeros.BLOCK.length, end - position);
        }
        return position;
    }

    private void found(int candidate) {
        at = candidate;
        bodyHolds = Frame.bodyHolds(data, at, end, check);
        long behind = (long) at + Frame.padded(Frame.length(data, at));
        if (behind > end) {
            // The rest was cut off: nothing of this record can be trusted to be its own.
            cursor = at + Frame.HEADER_BYTES;
        } else {
            cursor = (int) behind;
        }
    }

    /** Where the record begins. */
    int at() {
        return at;
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
