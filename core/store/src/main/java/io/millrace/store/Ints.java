package io.millrace.store;

import java.util.Arrays;

/** Ints by number, in pages: growing copies nothing and leaves nothing behind. Single owner. */
/* An array that doubles is too large by a third on the average, and its predecessors are garbage
 * that a generational collector has long taken for old. Only the first page doubles, since most
 * streams are small. */
final class Ints {
    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS;
    private static final int MASK = PAGE - 1;
    private static final int FIRST = 8;

    private int[][] pages = {new int[FIRST]};
    private int used = 1;

    int get(int number) {
        return pages[number >>> PAGE_BITS][number & MASK];
    }

    /** Sets a number for which there is {@link #room}. */
    void set(int number, int value) {
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
            pages[used++] = new int[PAGE];
        }
    }

    /** Heap bytes held, arrays' headers left out. */
    long bytes() {
        return 4L * (pages[0].length + (used - 1L) * PAGE);
    }
}
