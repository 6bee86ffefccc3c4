package io.millrace.jetstream;

import java.util.Arrays;

/** Stream sequences in the order of a number that each of them has. Its owner only. */
/* A binary heap of (number, sequence) beside a map with the number that each sequence has now.
 * Changing and removing touch only the map: what the heap still holds of it is a leftover, dropped
 * when it comes up, or when more than half of the heap are such. An acknowledgement that removes a
 * deadline is so one step in the map, and dropping leftovers costs a constant for each. */
final class SequenceHeap {
    private static final int FIRST_CAPACITY = 16;

    /** No sequence has this number. */
    private static final long NONE = Long.MIN_VALUE;

    private final SequenceMap current = new SequenceMap();
    private long[] numbers = new long[0];
    private long[] sequences = new long[0];
    private int heaped;

    int size() {
        return current.size();
    }

    /** What it takes in memory. */
    long bytes() {
        return current.bytes() + 2L * Long.BYTES * numbers.length;
    }

    boolean contains(long sequence) {
        return current.contains(sequence);
    }

    /** The number of a sequence. */
    long number(long sequence, long otherwise) {
        return current.get(sequence, otherwise);
    }

    /** Gives a sequence its number, whether it had one or not. */
    void put(long sequence, long number) {
        if (current.get(sequence, NONE) == number) {
            return;
        }
        current.put(sequence, number);
        if (heaped >= FIRST_CAPACITY && heaped > 2 * current.size()) {
            dropLeftovers();
        }
        if (heaped == numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(FIRST_CAPACITY, 2 * heaped));
            sequences = Arrays.copyOf(sequences, numbers.length);
        }
        heaped++;
        rise(heaped - 1, number, sequence);
    }

    /** Returns whether the sequence was there. */
    boolean remove(long sequence) {
        boolean removed = current.remove(sequence);
        if (current.size() == 0) {
            heaped = 0;
        }
        return removed;
    }

    /** The sequence with the lowest number, the lower one of two; 0 when there is none. */
    long first() {
        while (heaped > 0 && current.get(sequences[0], NONE) != numbers[0]) {
            dropTop();
        }
        return heaped == 0 ? 0 : sequences[0];
    }

    /** Takes {@link #first} out. */
    long poll() {
        long first = first();
        if (first > 0) {
            dropTop();
            remove(first);
        }
        return first;
    }

    void clear() {
        current.clear();
        heaped = 0;
        trim();
    }

    /** Gives back what a burst has left behind. */
    void trim() {
        dropLeftovers();
        current.trim();
        if (4 * heaped < numbers.length) {
            numbers = Arrays.copyOf(numbers, 2 * heaped);
            sequences = Arrays.copyOf(sequences, 2 * heaped);
        }
    }

    /* What was removed and put again with the same number stands in the heap twice. So what is kept
     * has no number while the others are looked at, which its double does not match. */
    private void dropLeftovers() {
        int kept = 0;
        for (int i = 0; i < heaped; i++) {
            if (current.get(sequences[i], NONE) == numbers[i]) {
                current.put(sequences[i], NONE);
                numbers[kept] = numbers[i];
                sequences[kept] = sequences[i];
                kept++;
            }
        }
        heaped = kept;
        for (int i = kept - 1; i >= 0; i--) {
            current.put(sequences[i], numbers[i]);
            sink(i, numbers[i], sequences[i]);
        }
    }

    private void dropTop() {
        heaped--;
        sink(0, numbers[heaped], sequences[heaped]);
    }

    private void rise(int from, long number, long sequence) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!before(number, sequence, parent)) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        numbers[at] = number;
        sequences[at] = sequence;
    }

    private void sink(int from, long number, long sequence) {
        int at = from;
        int child = 2 * at + 1;
        while (child < heaped) {
            if (child + 1 < heaped && before(numbers[child + 1], sequences[child + 1], child)) {
                child++;
            }
            if (before(number, sequence, child)) {
                break;
            }
            move(child, at);
            at = child;
            child = 2 * at + 1;
        }
        numbers[at] = number;
        sequences[at] = sequence;
    }

    private boolean before(long number, long sequence, int slot) {
        return number < numbers[slot] || (number == numbers[slot] && sequence < sequences[slot]);
    }

    private void move(int from, int to) {
        numbers[to] = numbers[from];
        sequences[to] = sequences[from];
    }
}
