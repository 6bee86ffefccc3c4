package io.millrace.store;

import org.jspecify.annotations.Nullable;

/** Pages of the indexes of a stream's closed segments, a bounded number. Single owner. */
/* A page has one place that it may be in; places next to each other in a file are apart here. */
final class PageCache {
    static final int PAGE_BITS = 11;
    static final int PAGE_BYTES = 1 << PAGE_BITS;
    private static final int PLACE_BITS = 7;

    private final @Nullable IndexPages[] owners = new @Nullable IndexPages[1 << PLACE_BITS];
    private final int[] numbers = new int[1 << PLACE_BITS];
    private final byte[][] pages = new byte[1 << PLACE_BITS][];

    /** The page, or null when it is not there. */
    byte @Nullable [] page(IndexPages of, int number) {
        int place = place(of, number);
        return owners[place] == of && numbers[place] == number ? pages[place] : null;
    }

    /** An array for a page that is about to be read; {@link #put} when it was. */
    byte[] claim(IndexPages of, int number) {
        int place = place(of, number);
        owners[place] = null;
        if (pages[place] == null) {
            pages[place] = new byte[PAGE_BYTES];
        }
        return pages[place];
    }

    void put(IndexPages of, int number) {
        int place = place(of, number);
        owners[place] = of;
        numbers[place] = number;
    }

    private static int place(IndexPages of, int number) {
        return (number * 0x9E3779B1 + of.salt()) >>> (Integer.SIZE - PLACE_BITS);
    }
}
