package io.millrace.store;

import java.util.Arrays;

/**
 * The index of a closed segment, read in place from the bytes on disk.
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
final class ClosedIndex implements SegmentIndex, SortedSubjects {
    static final int HEAD_BYTES = 16;

    private final byte[] data;
    private final int count;
    private final int subjects;
    private final int deltas;
    private final int positions;
    private final int postings;
    private final int groups;
    private final int starts;
    private final int text;

    /** What {@link #ceiling} has found last: a guess, whoever asks. */
    private int hint;

    ClosedIndex(byte[] data, int at) {
        this.data = data;
        count = Frame.getInt(data, at);
        subjects = Frame.getInt(data, at + 4);
        deltas = at + HEAD_BYTES;
        positions = deltas + 4 * count;
        postings = positions + 4 * count;
        groups = postings + 4 * count;
        starts = groups + 4 * (subjects + 1);
        text = starts + 4 * (subjects + 1);
    }

    static byte[] encode(GrowingIndex from) {
        SubjectTable table = from.table();
        int[] sorted = from.sortedSubjects();
        int n = from.count();
        int textBytes = 0;
        for (int number : sorted) {
            textBytes += table.length(number);
        }
        byte[] body = new byte[HEAD_BYTES + 12 * n + 8 * (sorted.length + 1) + textBytes];
        Frame.putInt(body, 0, n);
        Frame.putInt(body, 4, sorted.length);
        Frame.putInt(body, 8, textBytes);
        ClosedIndex layout = new ClosedIndex(body, 0);
        for (int i = 0; i < n; i++) {
            Frame.putInt(body, layout.deltas + 4 * i, from.delta(i));
            Frame.putInt(body, layout.positions + 4 * i, from.position(i));
        }
        int group = 0;
        int start = 0;
        for (int s = 0; s < sorted.length; s++) {
            int number = sorted[s];
            int size = 0;
            for (int at = from.newest(number); at != NONE; at = from.previous(at)) {
                size++;
            }
            int place = group + size;
            for (int at = from.newest(number); at != NONE; at = from.previous(at)) {
                Frame.putInt(body, layout.postings + 4 * --place, at);
            }
            Frame.putInt(body, layout.groups + 4 * s, group);
            Frame.putInt(body, layout.starts + 4 * s, start);
            int length = table.length(number);
            System.arraycopy(
                    table.page(number), table.offset(number), body, layout.text + start, length);
            group += size;
            start += length;
        }
        Frame.putInt(body, layout.groups + 4 * sorted.length, group);
        Frame.putInt(body, layout.starts + 4 * sorted.length, start);
        return body;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int delta(int index) {
        return Frame.getInt(data, deltas + 4 * index);
    }

    @Override
    public int position(int index) {
        return Frame.getInt(data, positions + 4 * index);
    }

    @Override
    public int lowerBound(int delta) {
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
    public int nextOf(byte[] subject, int length, int from) {
        int s = find(subject, length);
        if (s == NONE) {
            return NONE;
        }
        int place = postingFrom(s, from);
        return place < group(s + 1) ? posting(place) : NONE;
    }

    @Override
    public int previousOf(byte[] subject, int length, int before) {
        int s = find(subject, length);
        if (s == NONE) {
            return NONE;
        }
        int place = postingFrom(s, before) - 1;
        return place >= group(s) ? posting(place) : NONE;
    }

    @Override
    public Matches matches(SubjectFilter filter, int from) {
        Matches matches = new Matches();
        filter.forEach(
                this,
                (s, subject, length) -> {
                    for (int place = postingFrom(s, from); place < group(s + 1); place++) {
                        matches.add(posting(place));
                    }
                    return true;
                });
        Arrays.sort(matches.indexes, 0, matches.count);
        return matches;
    }

    @Override
    public int subjects() {
        return subjects;
    }

    @Override
    public void forEachSubject(int from, int to, SubjectVisitor visitor) {
        int[] indexes = new int[16];
        for (int s = from; s < to; s++) {
            int size = group(s + 1) - group(s);
            if (size > indexes.length) {
                indexes = new int[Math.max(size, indexes.length * 2)];
            }
            for (int i = 0; i < size; i++) {
                indexes[i] = posting(group(s) + i);
            }
            visitor.visit(data, text + start(s), start(s + 1) - start(s), indexes, size);
        }
    }

    @Override
    public byte[] subjectOf(int index) {
        for (int s = 0; s < subjects; s++) {
            int place = postingFrom(s, index);
            if (place < group(s + 1) && posting(place) == index) {
                return Arrays.copyOfRange(data, text + start(s), text + start(s + 1));
            }
        }
        return new byte[0];
    }

    @Override
    public long bytes() {
        return data.length;
    }

    @Override
    public int ceiling(byte[] key, int length) {
        int low = 0;
        int high = subjects;
        // who walks over the subjects asks for the next one
        int next = hint;
        if (next < subjects && compare(next, key, length) < 0) {
            low = next + 1;
            if (low < subjects && compare(low, key, length) >= 0) {
                hint = low;
                return low;
            }
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (compare(middle, key, length) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        hint = low;
        return low < subjects ? low : SortedSubjects.NONE;
    }

    @Override
    public int copy(int s, byte[] into) {
        int length = start(s + 1) - start(s);
        if (length > into.length) {
            return -1;
        }
        System.arraycopy(data, text + start(s), into, 0, length);
        return length;
    }

    private int find(byte[] subject, int length) {
        int s = ceiling(subject, length);
        return s != NONE && compare(s, subject, length) == 0 ? s : NONE;
    }

    private int compare(int s, byte[] key, int length) {
        return Arrays.compareUnsigned(data, text + start(s), text + start(s + 1), key, 0, length);
    }

    private int postingFrom(int s, int index) {
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

    private int posting(int place) {
        return Frame.getInt(data, postings + 4 * place);
    }

    private int group(int s) {
        return Frame.getInt(data, groups + 4 * s);
    }

    private int start(int s) {
        return Frame.getInt(data, starts + 4 * s);
    }
}
