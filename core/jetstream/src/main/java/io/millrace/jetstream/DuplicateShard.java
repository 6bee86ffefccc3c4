package io.millrace.jetstream;

import java.util.Arrays;

/** A part of the ids of a {@link DuplicateWindow}, oldest first. Owned by the stream's loop. */
/* A ring of entries in the order of time and, beside it, an open hash table of slots of the ring.
 *
 *     table     │   │ 3 │ 1 │   │   │ 2 │   │   │    slot + 1, 0 is free; twice as long as the ring
 *     ring      │ a │ b │ c │   │                    name (2 longs), sequence, time
 *                 ↑ head                             sequence 0: replaced by a later one
 */
final class DuplicateShard {
    private static final int CAPACITY_MIN = 8;
    private static final long REPLACED = 0;

    private long[] firsts = new long[0];
    private long[] seconds = new long[0];
    private long[] sequences = new long[0];
    private long[] times = new long[0];
    private int[] table = new int[0];
    private int head;
    private int count;
    private int replaced;

    /** The sequence stored under this name after {@code afterNanos}, or 0. */
    long find(long first, long second, long afterNanos) {
        int at = tableIndex(first, second);
        if (at < 0) {
            return 0;
        }
        int slot = table[at] - 1;
        return times[slot] > afterNanos ? sequences[slot] : 0;
    }

    /** Remembers a message; of two under one name the later stays. */
    void add(long first, long second, long sequence, long timeNanos) {
        int at = tableIndex(first, second);
        if (at >= 0) {
            int slot = table[at] - 1;
            if (times[slot] > timeNanos) {
                return;
            }
            freeTable(at);
            sequences[slot] = REPLACED;
            replaced++;
        }
        room();
        int mask = firsts.length - 1;
        boolean oldest = count > 0 && times[head] > timeNanos;
        if (oldest) {
            head = (head - 1) & mask;
        }
        int slot = oldest ? head : (head + count) & mask;
        count++;
        firsts[slot] = first;
        seconds[slot] = second;
        sequences[slot] = sequence;
        times[slot] = timeNanos;
        link(slot);
    }

    /** Forgets up to {@code most} of what is not after {@code afterNanos}. */
    void expire(long afterNanos, int most) {
        int expired = 0;
        while (expired < most
                && count > 0
                && (sequences[head] == REPLACED || times[head] <= afterNanos)) {
            if (sequences[head] == REPLACED) {
                replaced--;
            } else {
                freeTable(tableIndex(firsts[head], seconds[head]));
            }
            head = (head + 1) & (firsts.length - 1);
            count--;
            expired++;
        }
        shrink();
    }

    private void shrink() {
        int capacity = firsts.length;
        while (capacity > CAPACITY_MIN && count <= capacity / 4) {
            capacity /= 2;
        }
        if (capacity < firsts.length) {
            resize(capacity);
        }
    }

    /** How many ids are remembered. */
    int size() {
        return count - replaced;
    }

    /** The time of the oldest one; {@link Long#MAX_VALUE} when there is none. */
    long oldestNanos() {
        return count == 0 ? Long.MAX_VALUE : times[head];
    }

    long memoryBytes() {
        return firsts.length * 4L * Long.BYTES + table.length * (long) Integer.BYTES;
    }

    /** Where in the table the name is, or -1. */
    private int tableIndex(long first, long second) {
        if (count == 0) {
            return -1;
        }
        int mask = table.length - 1;
        for (int at = (int) first & mask; table[at] != 0; at = (at + 1) & mask) {
            int slot = table[at] - 1;
            if (firsts[slot] == first && seconds[slot] == second) {
                return at;
            }
        }
        return -1;
    }

    private void link(int slot) {
        int mask = table.length - 1;
        int at = (int) firsts[slot] & mask;
        while (table[at] != 0) {
            at = (at + 1) & mask;
        }
        table[at] = slot + 1;
    }

    /** Frees a place and moves back whoever stands behind it only because it was taken. */
    private void freeTable(int place) {
        int mask = table.length - 1;
        int free = place;
        for (int at = (free + 1) & mask; table[at] != 0; at = (at + 1) & mask) {
            int home = (int) firsts[table[at] - 1] & mask;
            if (((at - home) & mask) >= ((at - free) & mask)) {
                table[free] = table[at];
                free = at;
            }
        }
        table[free] = 0;
    }

    private void room() {
        if (count < firsts.length) {
            return;
        }
        boolean crowded = size() > firsts.length / 2;
        resize(Math.max(CAPACITY_MIN, crowded ? firsts.length * 2 : firsts.length));
    }

    private void resize(int capacity) {
        long[] newFirsts = new long[capacity];
        long[] newSeconds = new long[capacity];
        long[] newSequences = new long[capacity];
        long[] newTimes = new long[capacity];
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int slot = (head + i) & (firsts.length - 1);
            if (sequences[slot] != REPLACED) {
                newFirsts[kept] = firsts[slot];
                newSeconds[kept] = seconds[slot];
                newSequences[kept] = sequences[slot];
                newTimes[kept++] = times[slot];
            }
        }
        firsts = newFirsts;
        seconds = newSeconds;
        sequences = newSequences;
        times = newTimes;
        head = 0;
        count = kept;
        replaced = 0;
        if (table.length == capacity * 2) {
            Arrays.fill(table, 0);
        } else {
            table = new int[capacity * 2];
        }
        for (int slot = 0; slot < kept; slot++) {
            link(slot);
        }
    }
}
