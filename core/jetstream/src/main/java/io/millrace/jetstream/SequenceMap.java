package io.millrace.jetstream;

import java.util.Arrays;

/** From stream sequences to numbers, without an object for either. Its owner only. */
/* Open addressing with linear probing; no sequence is 0, so that is a free slot. Removing moves what
 * stands behind forward, so that there are no tombstones and nothing is ever cleaned up. */
final class SequenceMap {
    private static final int FIRST_CAPACITY = 16;

    private long[] keys = new long[0];
    private long[] values = new long[0];
    private int size;

    int size() {
        return size;
    }

    /** What it takes in memory. */
    long bytes() {
        return 2L * Long.BYTES * keys.length;
    }

    boolean contains(long sequence) {
        return size > 0 && keys[slot(sequence)] != 0;
    }

    long get(long sequence, long otherwise) {
        if (size == 0) {
            return otherwise;
        }
        int slot = slot(sequence);
        return keys[slot] == 0 ? otherwise : values[slot];
    }

    /** Sets the number of a sequence. Returns whether it had none. */
    boolean put(long sequence, long value) {
        if (2 * (size + 1L) > keys.length) {
            resize(Math.max(FIRST_CAPACITY, 2 * keys.length));
        }
        int slot = slot(sequence);
        boolean added = keys[slot] == 0;
        keys[slot] = sequence;
        values[slot] = value;
        size += added ? 1 : 0;
        return added;
    }

    boolean remove(long sequence) {
        if (size == 0) {
            return false;
        }
        int slot = slot(sequence);
        if (keys[slot] == 0) {
            return false;
        }
        free(slot);
        size--;
        return true;
    }

    /** Gives back what a burst has left behind. */
    void trim() {
        if (size == 0) {
            clear();
        } else if (8L * size < keys.length) {
            resize(Math.max(FIRST_CAPACITY, Integer.highestOneBit(4 * size)));
        }
    }

    void clear() {
        keys = new long[0];
        values = new long[0];
        size = 0;
    }

    /** Removes all sequences up to one; looks at every one there is. */
    void removeUpTo(long sequence) {
        if (size == 0) {
            return;
        }
        for (long key : sorted()) {
            if (key > sequence) {
                return;
            }
            remove(key);
        }
    }

    /** The sequences, ascending. */
    long[] sorted() {
        long[] sorted = new long[size];
        int count = 0;
        for (long key : keys) {
            if (key != 0) {
                sorted[count++] = key;
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    private void free(int slot) {
        int mask = keys.length - 1;
        int hole = slot;
        int at = slot;
        while (true) {
            at = (at + 1) & mask;
            if (keys[at] == 0) {
                break;
            }
            // What may not stand before its home stays where it is.
            if (((at - home(keys[at])) & mask) >= ((at - hole) & mask)) {
                keys[hole] = keys[at];
                values[hole] = values[at];
                hole = at;
            }
        }
        keys[hole] = 0;
    }

    /** Where a sequence stands, or would. */
    private int slot(long sequence) {
        int slot = home(sequence);
        while (keys[slot] != 0 && keys[slot] != sequence) {
            slot = (slot + 1) & (keys.length - 1);
        }
        return slot;
    }

    private int home(long sequence) {
        long mixed = sequence * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (keys.length - 1);
    }

    private void resize(int capacity) {
        long[] oldKeys = keys;
        long[] oldValues = values;
        keys = new long[capacity];
        values = new long[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != 0) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
