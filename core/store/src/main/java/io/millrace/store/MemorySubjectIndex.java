package io.millrace.store;

import java.util.Arrays;

/** The subject index in memory, off the object graph: about 70 bytes and the subject for each. */
final class MemorySubjectIndex implements SubjectIndex {
    private final SubjectTable table = new SubjectTable();
    private final CritBit order = new CritBit(table);

    /** The sign says that the value is a bound only; sequences begin at 1. */
    private long[] firsts = new long[8];

    private long[] lasts = new long[8];
    private int[] counts = new int[8];

    @Override
    public int find(byte[] subject, int offset, int length) {
        return table.find(subject, offset, length);
    }

    @Override
    public void add(byte[] subject, int offset, int length, long sequence) {
        addAll(subject, offset, length, 1, sequence, sequence);
    }

    @Override
    public void addAll(byte[] subject, int offset, int length, int count, long first, long last) {
        int handle = table.find(subject, offset, length);
        if (handle == NONE) {
            handle = table.add(subject, offset, length);
            order.add(handle);
            if (handle >= firsts.length) {
                int more = firsts.length + (firsts.length >> 1);
                firsts = Arrays.copyOf(firsts, more);
                lasts = Arrays.copyOf(lasts, more);
                counts = Arrays.copyOf(counts, more);
            }
            firsts[handle] = first;
            lasts[handle] = last;
            counts[handle] = count;
            return;
        }
        counts[handle] += count;
        if (first <= first(handle)) {
            firsts[handle] = first;
        }
        if (last >= last(handle)) {
            lasts[handle] = last;
        }
    }

    @Override
    public void remove(byte[] subject, int offset, int length, long sequence) {
        int handle = table.find(subject, offset, length);
        if (handle == NONE || drop(handle, 1)) {
            return;
        }
        if (sequence == first(handle)) {
            firsts[handle] = -(sequence + 1);
        }
        if (sequence == last(handle)) {
            lasts[handle] = -(sequence - 1);
        }
    }

    @Override
    public void removeLowest(byte[] subject, int offset, int length, long count, long upTo) {
        int handle = table.find(subject, offset, length);
        if (handle == NONE || drop(handle, count)) {
            return;
        }
        if (first(handle) <= upTo) {
            firsts[handle] = -(upTo + 1);
        }
    }

    private boolean drop(int handle, long count) {
        counts[handle] -= (int) count;
        if (counts[handle] > 0) {
            return false;
        }
        order.remove(handle);
        table.remove(handle);
        return true;
    }

    @Override
    public long first(int handle) {
        return Math.abs(firsts[handle]);
    }

    @Override
    public boolean firstIsExact(int handle) {
        return firsts[handle] > 0;
    }

    @Override
    public void exactFirst(int handle, long sequence) {
        firsts[handle] = sequence;
    }

    @Override
    public long last(int handle) {
        return Math.abs(lasts[handle]);
    }

    @Override
    public boolean lastIsExact(int handle) {
        return lasts[handle] > 0;
    }

    @Override
    public void exactLast(int handle, long sequence) {
        lasts[handle] = sequence;
    }

    @Override
    public long count(int handle) {
        return counts[handle];
    }

    @Override
    public int ceiling(byte[] key, int length) {
        return order.ceiling(key, length);
    }

    @Override
    public int copy(int handle, byte[] into) {
        return table.copy(handle, into);
    }

    @Override
    public int size() {
        return table.size();
    }

    @Override
    public long bytes() {
        return table.bytes() + order.bytes() + firsts.length * 20L;
    }
}
