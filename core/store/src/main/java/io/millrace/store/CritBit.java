package io.millrace.store;

import java.util.Arrays;

/**
 * The byte order of the subjects of a table, as a crit-bit tree in three int arrays. Single owner.
 */
/* Each inner node names the first bit in which its two sides differ; 12 bytes per subject. A byte b
 * counts as the nine bits of b + 1, and the end of a subject as 0, so that a prefix comes first. A
 * child below 0 is the leaf of subject ~child. */
final class CritBit {
    private static final int SYMBOL_BITS = 9;

    private final SubjectTable table;
    private int[] zero = new int[8];
    private int[] one = new int[8];
    private int[] bit = new int[8];
    private int limit;
    private int freeHead = -1;
    private int root;
    private boolean empty = true;

    CritBit(SubjectTable table) {
        this.table = table;
    }

    void add(int number) {
        if (empty) {
            root = ~number;
            empty = false;
            return;
        }
        byte[] key = table.page(number);
        int offset = table.offset(number);
        int length = table.length(number);
        int diff = firstDifference(leafNear(key, offset, length), key, offset, length);
        int node = allocate();
        bit[node] = diff;
        int parent = -1;
        int at = root;
        while (at >= 0 && bit[at] < diff) {
            parent = at;
            at = bitOf(key, offset, length, bit[at]) == 0 ? zero[at] : one[at];
        }
        if (bitOf(key, offset, length, diff) == 0) {
            zero[node] = ~number;
            one[node] = at;
        } else {
            zero[node] = at;
            one[node] = ~number;
        }
        replace(parent, at, node);
    }

    void remove(int number) {
        byte[] key = table.page(number);
        int offset = table.offset(number);
        int length = table.length(number);
        int grand = -1;
        int parent = -1;
        int at = root;
        while (at >= 0) {
            grand = parent;
            parent = at;
            at = bitOf(key, offset, length, bit[at]) == 0 ? zero[at] : one[at];
        }
        if (parent < 0) {
            empty = true;
            return;
        }
        int sibling = zero[parent] == at ? one[parent] : zero[parent];
        replace(grand, parent, sibling);
        zero[parent] = freeHead;
        freeHead = parent;
    }

    /** The first subject not before the key, or {@link SortedSubjects#NONE}. */
    int ceiling(byte[] key, int length) {
        if (empty) {
            return SortedSubjects.NONE;
        }
        int near = leafNear(key, 0, length);
        int diff = firstDifference(near, key, 0, length);
        if (diff < 0) {
            return near;
        }
        int at = root;
        int turn = Integer.MIN_VALUE;
        while (at >= 0 && bit[at] < diff) {
            if (bitOf(key, 0, length, bit[at]) == 0) {
                turn = one[at];
                at = zero[at];
            } else {
                at = one[at];
            }
        }
        if (bitOf(key, 0, length, diff) == 0) {
            return leftmost(at);
        }
        return turn == Integer.MIN_VALUE ? SortedSubjects.NONE : leftmost(turn);
    }

    long bytes() {
        return 12L * zero.length;
    }

    private int leftmost(int from) {
        int at = from;
        while (at >= 0) {
            at = zero[at];
        }
        return ~at;
    }

    private int leafNear(byte[] key, int offset, int length) {
        int at = root;
        while (at >= 0) {
            at = bitOf(key, offset, length, bit[at]) == 0 ? zero[at] : one[at];
        }
        return ~at;
    }

    private int firstDifference(int number, byte[] key, int offset, int length) {
        byte[] other = table.page(number);
        int otherOffset = table.offset(number);
        int otherLength = table.length(number);
        int same =
                Arrays.mismatch(
                        other,
                        otherOffset,
                        otherOffset + otherLength,
                        key,
                        offset,
                        offset + length);
        if (same < 0) {
            return -1;
        }
        int mine = symbol(key, offset, length, same);
        int its = symbol(other, otherOffset, otherLength, same);
        return same * SYMBOL_BITS + SYMBOL_BITS - 32 + Integer.numberOfLeadingZeros(mine ^ its);
    }

    private static int bitOf(byte[] key, int offset, int length, int position) {
        int symbol = symbol(key, offset, length, position / SYMBOL_BITS);
        return symbol >>> (SYMBOL_BITS - 1 - position % SYMBOL_BITS) & 1;
    }

    private static int symbol(byte[] key, int offset, int length, int index) {
        return index < length ? (key[offset + index] & 0xFF) + 1 : 0;
    }

    private void replace(int parent, int old, int with) {
        if (parent < 0) {
            root = with;
        } else if (zero[parent] == old) {
            zero[parent] = with;
        } else {
            one[parent] = with;
        }
    }

    private int allocate() {
        if (freeHead >= 0) {
            int node = freeHead;
            freeHead = zero[node];
            return node;
        }
        if (limit == zero.length) {
            int more = limit + (limit >> 1);
            zero = Arrays.copyOf(zero, more);
            one = Arrays.copyOf(one, more);
            bit = Arrays.copyOf(bit, more);
        }
        return limit++;
    }
}
