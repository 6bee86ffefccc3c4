package io.millrace.store;

import java.util.Arrays;

/**
 * The index of a closed segment, read in place from the bytes on disk. Owned by the stream's owner.
 *
 * <pre>
 *  0 u32 messages n    4 u32 subjects s     8 u32 bytes of subjects   12 u32 0
 * 16 u32 x n     sequence less the segment's base, ascending
 *    u32 x n     position of the record in the file
 *    u32 x n     message indexes, grouped by subject, ascending in each group
 *    u32 x (s+1) where the group of each subject begins
 *    u32 x (s+1) where each subject begins in the bytes that follow
 *    subjects in byte order, one behind the other
 * </pre>
 */
final class ClosedIndex implements SegmentIndex {
    private static final int HEAD_BYTES = 16;
    private static final int NONE = SubjectTable.NONE;

    private final IndexPages data;
    private final int count;
    private final int subjects;
    private final int deltas;
    private final int positions;
    private final int postings;
    private final int groups;
    private final int starts;
    private final int text;

    /** Whether no sequence is missing between the first and the last. */
    private final boolean dense;

    ClosedIndex(IndexPages data) throws StoreException {
        this.data = data;
        count = data.getInt(0);
        subjects = data.getInt(4);
        deltas = HEAD_BYTES;
        positions = positions(count);
        postings = positions + 4 * count;
        groups = postings + 4 * count;
        starts = groups + 4 * (subjects + 1);
        text = starts + 4 * (subjects + 1);
        dense = count > 0 && data.getInt(deltas + 4 * (count - 1)) == count - 1;
    }

    /** Where the places of the records are in an index of so many messages. */
    static int positions(int count) {
        return HEAD_BYTES + 4 * count;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int delta(int index) throws StoreException {
        return dense ? index : data.getInt(deltas + 4 * index);
    }

    @Override
    public int position(int index) throws StoreException {
        int known = data.place(index);
        return known != RecordPlaces.UNKNOWN ? known : data.getInt(positions + 4 * index);
    }

    @Override
    public int lowerBound(int delta) throws StoreException {
        if (dense) {
            return Math.max(0, Math.min(delta, count));
        }
        if (delta >= 0 && delta < count && delta(delta) == delta) {
            return delta;
        }
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (delta(middle) < delta) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public int nextOf(byte[] subject, int length, int from) throws StoreException {
        int s = find(subject, length);
        if (s == NONE) {
            return NONE;
        }
        int place = postingFrom(s, from);
        return place < group(s + 1) ? posting(place) : NONE;
    }

    @Override
    public int previousOf(byte[] subject, int length, int before) throws StoreException {
        int s = find(subject, length);
        if (s == NONE) {
            return NONE;
        }
        int place = postingFrom(s, before) - 1;
        return place >= group(s) ? posting(place) : NONE;
    }

    @Override
    public Matches matches(SubjectFilter filter, int from) throws StoreException {
        Matches matches = new Matches();
        if (filter.isPrefix()) {
            // the subjects that match are neighbours, and so are their messages
            byte[] key = Arrays.copyOf(filter.text(), filter.literalPrefix());
            int first = ceiling(key, key.length);
            key[key.length - 1]++; // the dot
            int end = ceiling(key, key.length);
            for (int place = group(first); place < group(end); place++) {
                int index = posting(place);
                if (index >= from) {
                    matches.add(index);
                }
            }
        } else {
            Cursor at = new Cursor();
            filter.forEach(
                    at,
                    (subject, length) -> {
                        int s = at.subject;
                        int end = group(s + 1);
                        for (int place = postingFrom(s, from); place < end; place++) {
                            matches.add(posting(place));
                        }
                        return true;
                    });
        }
        matches.sort(count);
        return matches;
    }

    @Override
    public int subjects() {
        return subjects;
    }

    @Override
    public void forEachSubject(int from, int to, SubjectVisitor visitor) throws StoreException {
        int[] indexes = new int[16];
        byte[] name = new byte[64];
        int begin = group(from);
        int start = start(from);
        for (int s = from; s < to; s++) {
            int end = group(s + 1);
            int size = end - begin;
            if (size > indexes.length) {
                indexes = new int[Math.max(size, indexes.length * 2)];
            }
            for (int i = 0; i < size; i++) {
                indexes[i] = posting(begin + i);
            }
            int next = start(s + 1);
            int length = next - start;
            if (length > name.length) {
                name = new byte[length * 2];
            }
            data.copy(text + start, name, length);
            visitor.visit(name, 0, length, indexes, size);
            begin = end;
            start = next;
        }
    }

    @Override
    public byte[] subjectOf(int index) throws StoreException {
        for (int s = 0; s < subjects; s++) {
            int place = postingFrom(s, index);
            if (place < group(s + 1) && posting(place) == index) {
                byte[] subject = new byte[start(s + 1) - start(s)];
                data.copy(text + start(s), subject, subject.length);
                return subject;
            }
        }
        return new byte[0];
    }

    @Override
    public long bytes() {
        return data.bytes();
    }

    /** The first subject that is not before a key; {@link #subjects} when there is none. */
    private int ceiling(byte[] key, int length) throws StoreException {
        int low = 0;
        int high = subjects;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(middle, key, length) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int find(byte[] subject, int length) throws StoreException {
        int s = ceiling(subject, length);
        return s < subjects && compare(s, subject, length) == 0 ? s : NONE;
    }

    private int compare(int s, byte[] key, int length) throws StoreException {
        int start = start(s);
        return data.compare(text + start, start(s + 1) - start, key, length);
    }

    private int postingFrom(int s, int index) throws StoreException {
        int low = group(s);
        int high = group(s + 1);
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (posting(middle) < index) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private int posting(int place) throws StoreException {
        return data.getInt(postings + 4 * place);
    }

    private int group(int s) throws StoreException {
        return data.getInt(groups + 4 * s);
    }

    private int start(int s) throws StoreException {
        return data.getInt(starts + 4 * s);
    }

    /** A place among the subjects. */
    private final class Cursor implements SubjectCursor {
        private int subject;
        private byte[] name = new byte[64];
        private int length;

        @Override
        public boolean seek(byte[] key, int keyLength) throws StoreException {
            subject = ceiling(key, keyLength);
            return show();
        }

        @Override
        public boolean next() throws StoreException {
            subject++;
            return show();
        }

        private boolean show() throws StoreException {
            if (subject >= subjects) {
                return false;
            }
            int start = start(subject);
            length = start(subject + 1) - start;
            if (length > name.length) {
                name = new byte[length * 2];
            }
            data.copy(text + start, name, length);
            return true;
        }

        @Override
        public byte[] text() {
            return name;
        }

        @Override
        public int length() {
            return length;
        }
    }
}
