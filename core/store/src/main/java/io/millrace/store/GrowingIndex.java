package io.millrace.store;

import java.util.Arrays;

/** The index of a segment that is still written, or has no index on disk yet. */
final class GrowingIndex implements SegmentIndex {
    private static final int NONE = SortedSubjects.NONE;

    private final SubjectTable subjects = new SubjectTable();
    private int[] newest = new int[8];
    private int[] deltas = new int[16];
    private int[] positions = new int[16];
    private int[] subjectOf = new int[16];
    private int[] previous = new int[16];
    private int count;

    /** Adds a message; deltas ascend. */
    void add(int delta, int position, byte[] subject, int offset, int length) {
        if (count == deltas.length) {
            int more = count * 2;
            deltas = Arrays.copyOf(deltas, more);
            positions = Arrays.copyOf(positions, more);
            subjectOf = Arrays.copyOf(subjectOf, more);
            previous = Arrays.copyOf(previous, more);
        }
        int number = subjects.find(subject, offset, length);
        if (number == SortedSubjects.NONE) {
            number = subjects.add(subject, offset, length);
            if (number >= newest.length) {
                newest = Arrays.copyOf(newest, newest.length * 2);
            }
            newest[number] = NONE;
        }
        deltas[count] = delta;
        positions[count] = position;
        subjectOf[count] = number;
        previous[count] = newest[number];
        newest[number] = count++;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int delta(int index) {
        return deltas[index];
    }

    @Override
    public int position(int index) {
        return positions[index];
    }

    @Override
    public int lowerBound(int delta) {
        if (delta >= 0 && delta < count && deltas[delta] == delta) {
            return delta;
        }
        int at = Arrays.binarySearch(deltas, 0, count, delta);
        return at >= 0 ? at : -at - 1;
    }

    @Override
    public int nextOf(byte[] subject, int length, int from) {
        int number = subjects.find(subject, 0, length);
        int found = NONE;
        if (number != SortedSubjects.NONE) {
            for (int at = newest[number]; at >= from; at = previous[at]) {
                found = at;
            }
        }
        return found;
    }

    @Override
    public int previousOf(byte[] subject, int length, int before) {
        int number = subjects.find(subject, 0, length);
        if (number == SortedSubjects.NONE) {
            return NONE;
        }
        int at = newest[number];
        while (at >= before) {
            at = previous[at];
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
        byte[] verdicts = new byte[subjects.limit()];
        for (int index = from; index < count; index++) {
            int number = subjectOf[index];
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
        for (int at = newest[number]; at >= from; at = previous[at]) {
            matches.add(at);
        }
        for (int low = 0, high = matches.count - 1; low < high; low++, high--) {
            int swap = matches.indexes[low];
            matches.indexes[low] = matches.indexes[high];
            matches.indexes[high] = swap;
        }
    }

    @Override
    public void forEachSubject(SubjectVisitor visitor) {
        int[] indexes = new int[16];
        for (int number = 0; number < subjects.limit(); number++) {
            int found = 0;
            for (int at = newest[number]; at != NONE; at = previous[at]) {
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
        int number = subjectOf[index];
        int offset = subjects.offset(number);
        return Arrays.copyOfRange(subjects.page(number), offset, offset + subjects.length(number));
    }

    @Override
    public long bytes() {
        return subjects.bytes() + newest.length * 4L + deltas.length * 16L;
    }

    /** The numbers of the subjects in byte order. */
    int[] sortedSubjects() {
        Integer[] order = new Integer[subjects.limit()];
        Arrays.setAll(order, i -> i);
        Arrays.sort(
                order,
                (a, b) -> {
                    int from = subjects.offset(a);
                    int other = subjects.offset(b);
                    return Arrays.compareUnsigned(
                            subjects.page(a),
                            from,
                            from + subjects.length(a),
                            subjects.page(b),
                            other,
                            other + subjects.length(b));
                });
        int[] sorted = new int[order.length];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = order[i];
        }
        return sorted;
    }

    SubjectTable subjects() {
        return subjects;
    }

    int newest(int number) {
        return newest[number];
    }

    int previous(int index) {
        return previous[index];
    }
}
