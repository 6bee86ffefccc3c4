package io.millrace.store;

import java.util.Arrays;

/**
 * Where the records of a closed segment begin, in a byte for each: who jumps about in a stream
 * finds a record without reading an index. Immutable once it is filled.
 */
/* Records begin at multiples of 8 and most are short: a byte says how far the next one is, and every
 * so many a place is written out. Behind a long one it has to be looked up. */
final class RecordPlaces {
    /** The place is not known here. */
    static final int UNKNOWN = -1;

    private static final int RUN_BITS = 5;
    private static final int RUN = 1 << RUN_BITS;
    private static final int LONG = 255;

    private final int[] begins;
    private final byte[] steps;
    private int previous;

    RecordPlaces(int count) {
        begins = new int[(count + RUN - 1) >>> RUN_BITS];
        steps = new byte[count];
        Arrays.fill(steps, (byte) LONG);
    }

    /** Places are given in order. */
    void set(int index, int place) {
        if ((index & (RUN - 1)) == 0) {
            begins[index >>> RUN_BITS] = place;
        }
        if (index > 0) {
            int step = place - previous;
            boolean isShort = step >= 0 && step % Frame.ALIGNMENT == 0;
            int units = step / Frame.ALIGNMENT;
            steps[index - 1] = (byte) (isShort ? Math.min(LONG, units) : LONG);
        }
        previous = place;
    }

    int place(int index) {
        int place = begins[index >>> RUN_BITS];
        for (int at = index & ~(RUN - 1); at < index; at++) {
            int units = steps[at] & 0xFF;
            if (units == LONG) {
                return UNKNOWN;
            }
            place += units * Frame.ALIGNMENT;
        }
        return place;
    }

    /** Heap bytes held. */
    long bytes() {
        return 4L * begins.length + steps.length;
    }
}
