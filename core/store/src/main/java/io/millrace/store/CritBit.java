package io.millrace.store;

import java.util.Arrays;

/**
 * The byte order of the subjects of a table, as a crit-bit tree in three columns of ints. Single
 * owner.
 */
/* Each inner node names the first bit in which its two sides differ; 12 bytes per subject. A byte b
 * counts as the nine bits of b + 1, and the end of a subject as 0, so that a prefix comes first. A
 * child below 0 is the leaf of subject ~child. */
final class CritBit {
    private static final int SYMBOL_BITS = 9;

    private final SubjectTable table;
    private final Ints zero = new Ints();
    private final Ints one = new Ints();
    private final Ints bit = new Ints();
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
        bit.set(node, diff);
        int parent = -1;
        int at = root;
        while (at >= 0 && bit.get(at) < diff) {
            parent = at;
            at = bitOf(key, offset, length, bit.get(at)) == 0 ? zero.get(at) : one.get(at);
        }
        if (bitOf(key, offset, length, diff) == 0) {
            zero.set(node, ~number);
            one.set(node, at);
        } else {
            zero.set(node, at);
            one.set(node, ~number);
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
            at = bitOf(key, offset, length, bit.get(at)) == 0 ? zero.get(at) : one.get(at);
        }
        if (parent < 0) {
            empty = true;
            return;
        }
        int sibling = zero.get(parent) == at ? one.get(parent) : zero.get(parent);
        replace(grand, parent, sibling);
        zero.set(parent, freeHead);
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
        while (at >= 0 && bit.get(at) < diff) {
            if (bitOf(key, 0, length, bit.get(at)) == 0) {
                turn = one.get(at);
                at = zero.get(at);
            } else {
                at = one.get(at);
            }
        }
        if (bitOf(key, 0, length, diff) == 0) {
            return leftmost(at);
        }
        return turn == Integer.MIN_VALUE ? SortedSubjects.NONE : leftmost(turn);
    }

    /** Writes all numbers in order. */
    void list(int[] into) {
        int[] right = new int[64];
        int depth = 0;
        int found = 0;
        int at = root;
        while (found < into.length) {
            while (at >= 0) {
                if (depth == right.length) {
                    right = Arrays.copyOf(right, depth * 2);
                }
                right[depth++] = one.get(at);
                at = zero.get(at);
            }
            into[found++] = ~at;
            if (depth > 0) {
                at = right[--depth];
            }
        }
    }

    long bytes() {
        return 3 * zero.bytes();
    }

    private int leftmost(int from) {
        int at = from;
        while (at >= 0) {
            at = zero.get(at);
        }
        return ~at;
    }

    private int leafNear(byte[] key, int offset, int length) {
        int at = root;
        while (at >= 0) {
            at = bitOf(key, offset, length, bit.get(at)) == 0 ? zero.get(at) : one.get(at);
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
        } else if (zero.get(parent) == old) {
            zero.set(parent, with);
        } else {
            one.set(parent, with);
        }
    }

    private int allocate() {
        if (freeHead >= 0) {
            int node = freeHead;
            freeHead = zero.get(node);
            return node;
        }
        zero.room(limit);
        one.room(limit);
        bit.room(limit);
        return limit++;
    }
}
