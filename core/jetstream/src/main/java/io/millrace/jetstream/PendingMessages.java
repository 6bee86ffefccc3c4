package io.millrace.jetstream;

import io.millrace.runtime.Check;
import java.util.Arrays;

/**
 * The messages that a consumer has delivered and that wait for an acknowledgement, in the order of
 * the stream. Its owner only.
 */
/* A consumer delivers new messages in ascending order, so entries are appended to a window of
 * parallel arrays and it stays sorted by itself. What leaves from the middle becomes a hole (no
 * deliveries); both ends always stand on an entry. Sequences strictly ascend, holes included, which
 * bounds where one can be: at most (sequence - first) behind the head, at most (last - sequence)
 * before the tail. Without gaps in the stream both bounds meet and nothing is searched; with gaps a
 * binary search remains. The lowest entry is the head: no scan.
 *
 * A full window is compacted when an eighth of it or more are holes, else it grows by an eighth (it
 * doubles while it is small): 28 bytes for each slot, at worst 36 for each entry, and at most some
 * eight moves for each entry appended. */
final class PendingMessages {
    /** What a slot takes: three longs and an int. */
    static final int SLOT_BYTES = 28;

    private static final int FIRST_CAPACITY = 16;
    private static final int SMALL_CAPACITY = 4096;

    private long[] sequences = new long[0];
    private long[] consumerSequences = new long[0];
    private long[] times = new long[0];
    private int[] deliveries = new int[0];
    private int head;
    private int tail;
    private int size;
    private int redelivered;

    int size() {
        return size;
    }

    /** How many were delivered more than once. */
    int redelivered() {
        return redelivered;
    }

    long bytes() {
        return (long) SLOT_BYTES * sequences.length;
    }

    /** The slot of a message; negative when it is not pending. */
    int find(long sequence) {
        int slot = slotFrom(sequence);
        return slot < tail && sequences[slot] == sequence && deliveries[slot] > 0 ? slot : -1;
    }

    /** The first slot of an entry above {@code sequence}; negative when there is none. */
    int above(long sequence) {
        int slot = sequence == Long.MAX_VALUE ? tail : slotFrom(sequence + 1);
        while (slot < tail && deliveries[slot] == 0) {
            slot++;
        }
        return slot < tail ? slot : -1;
    }

    int first() {
        return size == 0 ? -1 : head;
    }

    long sequence(int slot) {
        return sequences[slot];
    }

    long consumerSequence(int slot) {
        return consumerSequences[slot];
    }

    long time(int slot) {
        return times[slot];
    }

    int deliveries(int slot) {
        return deliveries[slot];
    }

    /** Adds a message that is not pending yet. */
    void add(long sequence, long consumerSequence, long time, int count) {
        Check.state(find(sequence) < 0 && count > 0, "a message is added to the pending once");
        if (tail == sequences.length) {
            makeRoom();
        }
        boolean last = size == 0 || sequence > sequences[tail - 1];
        int slot = last ? tail++ : opened(sequence);
        sequences[slot] = sequence;
        consumerSequences[slot] = consumerSequence;
        times[slot] = time;
        deliveries[slot] = count;
        size++;
        redelivered += count > 1 ? 1 : 0;
    }

    void deliverAgain(int slot, long time, int count) {
        redelivered += (count > 1 ? 1 : 0) - (deliveries[slot] > 1 ? 1 : 0);
        times[slot] = time;
        deliveries[slot] = count;
    }

    void remove(int slot) {
        redelivered -= deliveries[slot] > 1 ? 1 : 0;
        deliveries[slot] = 0;
        size--;
        if (size == 0) {
            head = 0;
            tail = 0;
            return;
        }
        while (deliveries[head] == 0) {
            head++;
        }
        while (deliveries[tail - 1] == 0) {
            tail--;
        }
    }

    void removeUpTo(long sequence) {
        while (size > 0 && sequences[head] <= sequence) {
            remove(head);
        }
    }

    void clear() {
        head = 0;
        tail = 0;
        size = 0;
        redelivered = 0;
        resize(0);
    }

    /** Gives back what a burst has left behind. */
    void trim() {
        compact();
        if (size < sequences.length / 2) {
            resize(size + size / 8);
        }
    }

    void forEach(PendingVisitor visitor) {
        for (int slot = head; slot < tail; slot++) {
            show(slot, visitor);
        }
    }

    /** Oldest delivery first; those of one moment in the order of the stream. */
    void forEachByTime(PendingVisitor visitor) {
        int[] order = new int[size];
        int count = 0;
        boolean sorted = true;
        for (int slot = head; slot < tail; slot++) {
            if (deliveries[slot] > 0) {
                sorted &= count == 0 || times[order[count - 1]] <= times[slot];
                order[count++] = slot;
            }
        }
        for (int slot : sorted ? order : byTime(order)) {
            show(slot, visitor);
        }
    }

    private void show(int slot, PendingVisitor visitor) {
        if (deliveries[slot] > 0) {
            visitor.pending(
                    sequences[slot], consumerSequences[slot], times[slot], deliveries[slot]);
        }
    }

    /** A merge sort from runs of one upwards: stable, and without an object for each slot. */
    private int[] byTime(int[] slots) {
        int[] from = slots;
        int[] to = new int[slots.length];
        for (long run = 1; run < slots.length; run *= 2) {
            for (long start = 0; start < slots.length; start += 2 * run) {
                int middle = (int) Math.min(start + run, slots.length);
                int end = (int) Math.min(start + 2 * run, slots.length);
                merge(from, to, (int) start, middle, end);
            }
            int[] swapped = from;
            from = to;
            to = swapped;
        }
        return from;
    }

    private void merge(int[] from, int[] to, int start, int middle, int end) {
        int left = start;
        int right = middle;
        for (int out = start; out < end; out++) {
            boolean takeLeft =
                    left < middle && (right == end || times[from[left]] <= times[from[right]]);
            to[out] = takeLeft ? from[left++] : from[right++];
        }
    }

    /** The first slot, of an entry or a hole, that is at {@code sequence} or above. */
    private int slotFrom(long sequence) {
        if (size == 0 || sequence > sequences[tail - 1]) {
            return tail;
        }
        if (sequence <= sequences[head]) {
            return head;
        }
        long least = tail - 1L - (sequences[tail - 1] - sequence);
        long most = head + (sequence - sequences[head]);
        int low = least < head ? head : (int) least;
        int high = most > tail - 1L ? tail - 1 : (int) most;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sequences[middle] < sequence) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /* New messages come in ascending order: this is for the one that does not, and may cost a move
     * of all behind it. */
    private int opened(long sequence) {
        int slot = slotFrom(sequence);
        if (sequences[slot] == sequence) {
            return slot;
        }
        int behind = tail - slot;
        System.arraycopy(sequences, slot, sequences, slot + 1, behind);
        System.arraycopy(consumerSequences, slot, consumerSequences, slot + 1, behind);
        System.arraycopy(times, slot, times, slot + 1, behind);
        System.arraycopy(deliveries, slot, deliveries, slot + 1, behind);
        tail++;
        return slot;
    }

    private void makeRoom() {
        int capacity = sequences.length;
        if (capacity - size > 0 && capacity - size >= capacity / 8) {
            compact();
        } else if (capacity < SMALL_CAPACITY) {
            resize(Math.max(FIRST_CAPACITY, 2 * capacity));
        } else {
            resize(capacity + capacity / 8);
        }
    }

    private void compact() {
        if (tail == size) {
            return;
        }
        int to = 0;
        for (int slot = head; slot < tail; slot++) {
            if (deliveries[slot] > 0) {
                sequences[to] = sequences[slot];
                consumerSequences[to] = consumerSequences[slot];
                times[to] = times[slot];
                deliveries[to] = deliveries[slot];
                to++;
            }
        }
        head = 0;
        tail = to;
    }

    private void resize(int capacity) {
        compact();
        sequences = Arrays.copyOf(sequences, capacity);
        consumerSequences = Arrays.copyOf(consumerSequences, capacity);
        times = Arrays.copyOf(times, capacity);
        deliveries = Arrays.copyOf(deliveries, capacity);
    }
}
