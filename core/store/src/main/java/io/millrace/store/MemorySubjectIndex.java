package io.millrace.store;

/** The subject index in memory, off the object graph: about 46 bytes and the subject for each. */
final class MemorySubjectIndex implements SubjectIndex {
    private final SubjectTable table = new SubjectTable();
    private final CritBit order = new CritBit(table);

    /** The sign says that the value is a bound only; sequences begin at 1. */
    private final Longs firsts = new Longs();

    private final Longs lasts = new Longs();
    private final Ints counts = new Ints();

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
            firsts.room(handle);
            lasts.room(handle);
            counts.room(handle);
            firsts.set(handle, first);
            lasts.set(handle, last);
            counts.set(handle, count);
            return;
        }
        counts.set(handle, counts.get(handle) + count);
        if (first <= first(handle)) {
            firsts.set(handle, first);
        }
        if (last >= last(handle)) {
            lasts.set(handle, last);
        }
    }

    @Override
    public void remove(byte[] subject, int offset, int length, long sequence) {
        int handle = table.find(subject, offset, length);
        if (handle == NONE || drop(handle, 1)) {
            return;
        }
        if (sequence == first(handle)) {
            firsts.set(handle, -(sequence + 1));
        }
        if (sequence == last(handle)) {
            lasts.set(handle, -(sequence - 1));
        }
    }

    @Override
    public void removeLowest(byte[] subject, int offset, int length, long count, long upTo) {
        int handle = table.find(subject, offset, length);
        if (handle == NONE || drop(handle, count)) {
            return;
        }
        if (first(handle) <= upTo) {
            firsts.set(handle, -(upTo + 1));
        }
    }

    private boolean drop(int handle, long count) {
        counts.set(handle, counts.get(handle) - (int) count);
        if (counts.get(handle) > 0) {
            return false;
        }
        order.remove(handle);
        table.remove(handle);
        return true;
    }

    @Override
    public boolean holds(int handle) {
        return table.holds(handle);
    }

    @Override
    public long first(int handle) {
        return Math.abs(firsts.get(handle));
    }

    @Override
    public boolean firstIsExact(int handle) {
        return firsts.get(handle) > 0;
    }

    @Override
    public void exactFirst(int handle, long sequence) {
        firsts.set(handle, sequence);
    }

    @Override
    public long last(int handle) {
        return Math.abs(lasts.get(handle));
    }

    @Override
    public boolean lastIsExact(int handle) {
        return lasts.get(handle) > 0;
    }

    @Override
    public void exactLast(int handle, long sequence) {
        lasts.set(handle, sequence);
    }

    @Override
    public long count(int handle) {
        return counts.get(handle);
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
        return table.bytes() + order.bytes() + firsts.bytes() + lasts.bytes() + counts.bytes();
    }
}
