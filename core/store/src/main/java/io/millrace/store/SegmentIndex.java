package io.millrace.store;

/**
 * What lies where in one segment: sequence, position and subject of each message, in order of
 * sequence. Knows nothing of deletions. The growing one is owned by its stream until the segment is
 * closed; from then on it is immutable.
 */
interface SegmentIndex {
    int count();

    /** Sequence of the message at {@code index}, less the segment's base. */
    int delta(int index) throws StoreException;

    /** Where its record begins in the file. */
    int position(int index) throws StoreException;

    /**
     * The first index whose delta is not below {@code delta}; {@link #count} when there is none.
     */
    int lowerBound(int delta) throws StoreException;

    /** The last index whose record begins at or before a place in the file; 0 when none does. */
    default int lastAtOrBefore(int place) throws StoreException {
        int low = 0;
        int high = count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (position(middle) <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return Math.max(0, low - 1);
    }

    /** The first index from {@code from} on with exactly this subject, or -1. */
    int nextOf(byte[] subject, int length, int from) throws StoreException;

    /** The last index below {@code before} with exactly this subject, or -1. */
    int previousOf(byte[] subject, int length, int before) throws StoreException;

    /** Indexes from {@code from} on whose subjects match, ascending, at the front of the array. */
    Matches matches(SubjectFilter filter, int from) throws StoreException;

    /** How many subjects there are. */
    int subjects();

    /**
     * Visits the subjects with numbers from {@code from} to below {@code to} with their indexes.
     */
    void forEachSubject(int from, int to, SubjectVisitor visitor) throws StoreException;

    /** Visits each subject with its indexes. */
    default void forEachSubject(SubjectVisitor visitor) throws StoreException {
        forEachSubject(0, subjects(), visitor);
    }

    /** The subject of the message at {@code index}, for what cannot be read any more. */
    byte[] subjectOf(int index) throws StoreException;

    /** Heap bytes held. */
    long bytes();

    /** Takes one subject and how to find its messages. */
    interface SubjectVisitor {
        void visit(byte[] bytes, int offset, int length, int[] indexes, int count)
                throws StoreException;
    }

    /** A list of indexes. */
    final class Matches {
        private static final int SPARSE = 16;

        int[] indexes = new int[16];
        int count;

        void add(int index) {
            if (count == indexes.length) {
                indexes = java.util.Arrays.copyOf(indexes, count * 2);
            }
            indexes[count++] = index;
        }

        /**
         * Puts different indexes below a limit into order; where they are many, without comparing.
         */
        void sort(int limit) {
            if (count < limit / SPARSE) {
                java.util.Arrays.sort(indexes, 0, count);
                return;
            }
            long[] there = new long[(limit + 63) >>> 6];
            for (int i = 0; i < count; i++) {
                there[indexes[i] >>> 6] |= 1L << indexes[i];
            }
            int at = 0;
            for (int word = 0; word < there.length; word++) {
                for (long left = there[word]; left != 0; left &= left - 1) {
                    indexes[at++] = word << 6 | Long.numberOfTrailingZeros(left);
                }
            }
        }

        /** The place of the first one not below {@code index}. */
        int lowerBound(int index) {
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (indexes[middle] < index) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
