package io.millrace.store;

import java.util.Arrays;

/** Longs by number, in pages: growing copies nothing and leaves nothing behind. Single owner. */
/* As Ints. */
final class Longs {
    private static final int PAGE_BITS = 11;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int MASK = PAGE - 1;
    private static final int FIRST = 8;

    private long[][] pages = {new long[FIRST]};
    private int used = 1;

    long get(int number) {
        return pages[number >>> PAGE_BITS][number & MASK];
    }

    /** Sets a number for which there is {@link #room}. */
    void set(int number, long value) {
        pages[number >>> PAGE_BITS][number & MASK] = value;
    }

    /** Makes room for numbers up to this one. */
    void room(int number) {
        int page = number >>> PAGE_BITS;
        if (page >= used) {
            grow(page);
        } else if (page == 0 && number >= pages[0].length) {
            pages[0] =
                    Arrays.copyOf(pages[0], Math.max(pages[0].length * 2, roundedUp(number + 1)));
        }
    }

    private static int roundedUp(int length) {
        return Math.min(PAGE, Integer.highestOneBit(length * 2 - 1));
    }

    private void grow(int page) {
        if (pages[0].length < PAGE) {
            pages[0] = Arrays.copyOf(pages[0], PAGE);
        }
        if (page >= pages.length) {
            pages = Arrays.copyOf(pages, Math.max(page + 1, pages.length * 2));
        }
        while (used <= page) {
            pages[used++] = new long[PAGE];
        }
    }

    /** Heap bytes held, arrays' headers left out. */
    long bytes() {
        return 8L * (pages[0].length + (used - 1L) * PAGE);
    }
}
