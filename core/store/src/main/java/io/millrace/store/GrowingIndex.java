package io.millrace.store;

import java.util.Arrays;

/** The index of a segment that is still written, or has no index on disk yet. */
final class GrowingIndex implements SegmentIndex {
    private static final int NONE = SubjectTable.NONE;

    private final SubjectTable subjects = new SubjectTable();
    private final Ints newest = new Ints();
    private final Ints deltas = new Ints();
    private final Ints positions = new Ints();
    private final Ints subjectOf = new Ints();
    private final Ints previous = new Ints();
    private int count;

    /** Begins anew in the same room: what a busy stream has outgrown serves its next segment. */
    void clear() {
        subjects.clear();
        count = 0;
    }

    /** Adds a message; deltas ascend. */
    void add(int delta, int position, byte[] subject, int offset, int length) {
        deltas.room(count);
        positions.room(count);
        subjectOf.room(count);
        previous.room(count);
        int number = subjects.find(subject, offset, length);
        if (number == SubjectTable.NONE) {
            number = subjects.add(subject, offset, length);
            newest.room(number);
            newest.set(number, NONE);
        }
        deltas.set(count, delta);
        positions.set(count, position);
        subjectOf.set(count, number);
        previous.set(count, newest.get(number));
        newest.set(number, count++);
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int delta(int index) {
        return deltas.get(index);
    }

    @Override
    public int position(int index) {
        return positions.get(index);
    }

    @Override
    public int lowerBound(int delta) {
        if (delta >= 0 && delta < count && deltas.get(delta) == delta) {
            return delta;
        }
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (deltas.get(middle) < delta) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int nextOf(byte[] subject, int length, int from) {
        int number = subjects.find(subject, 0, length);
        int found = NONE;
        if (number != SubjectTable.NONE) {
            for (int at = newest.get(number); at >= from; at = previous.get(at)) {
                found = at;
            }
        }
        return found;
    }

    @Override
    public int previousOf(byte[] subject, int length, int before) {
        int number = subjects.find(subject, 0, length);
        if (number == SubjectTable.NONE) {
            return NONE;
        }
        int at = newest.get(number);
        while (at >= before) {
            at = previous.get(at);
        }
        return at;
    }

    @Override
    public Matches matches(SubjectFilter filter, int from) {
        Matches matches = new Matches();
        if (filter.isLiteral()) {
            chain(filter.text(), from, matches);
            return matches;
        }
        // Each subject is matched once: 0 unknown, 1 yes, 2 no.
        byte[] verdicts = new byte[subjects.size()];
        for (int index = from; index < count; index++) {
            int number = subjectOf.get(index);
            if (verdicts[number] == 0) {
                boolean yes =
                        filter.matches(
                                subjects.page(number),
                                subjects.offset(number),
                                subjects.length(number));
                verdicts[number] = (byte) (yes ? 1 : 2);
            }
            if (verdicts[number] == 1) {
                matches.add(index);
            }
        }
        return matches;
    }

    private void chain(byte[] subject, int from, Matches matches) {
        int number = subjects.find(subject, 0, subject.length);
        if (number == NONE) {
            return;
        }
        for (int at = newest.get(number); at >= from; at = previous.get(at)) {
            matches.add(at);
        }
        for (int low = 0, high = matches.count - 1; low < high; low++, high--) {
            int swap = matches.indexes[low];
            matches.indexes[low] = matches.indexes[high];
            matches.indexes[high] = swap;
        }
    }

    @Override
    public int subjects() {
        return subjects.size();
    }

    @Override
    public void forEachSubject(int from, int to, SubjectVisitor visitor) throws StoreException {
        int[] indexes = new int[16];
        for (int number = from; number < to; number++) {
            int found = 0;
            for (int at = newest.get(number); at != NONE; at = previous.get(at)) {
                if (found == indexes.length) {
                    indexes = Arrays.copyOf(indexes, found * 2);
                }
                indexes[found++] = at;
            }
            for (int low = 0, high = found - 1; low < high; low++, high--) {
                int swap = indexes[low];
                indexes[low] = indexes[high];
                indexes[high] = swap;
            }
            visitor.visit(
                    subjects.page(number),
                    subjects.offset(number),
                    subjects.length(number),
                    indexes,
                    found);
        }
    }

    @Override
    public byte[] subjectOf(int index) {
        int number = subjectOf.get(index);
        int offset = subjects.offset(number);
        return Arrays.copyOfRange(subjects.page(number), offset, offset + subjects.length(number));
    }

    @Override
    public long bytes() {
        return subjects.bytes() + newest.bytes() + 4 * deltas.bytes();
    }

    /** The numbers of the subjects in byte order. */
    int[] sortedSubjects() {
        SubjectIndex order = new SubjectIndex();
        int[] sorted = new int[subjects.size()];
        for (int number = 0; number < sorted.length; number++) {
            order.add(
                    subjects.page(number),
                    subjects.offset(number),
                    subjects.length(number),
                    number);
        }
        SubjectIndex.Cursor at = order.cursor();
        boolean more = at.seek(new byte[0], 0);
        for (int i = 0; more; i++) {
            sorted[i] = (int) at.last();
            more = at.next();
        }
        return sorted;
    }

    SubjectTable table() {
        return subjects;
    }

    int newest(int number) {
        return newest.get(number);
    }

    int previous(int index) {
        return previous.get(index);
    }
}
