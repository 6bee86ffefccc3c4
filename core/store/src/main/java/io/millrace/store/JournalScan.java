package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.Arrays;

/** What one file of the journal holds: the numbers and places of its records. Single owner. */
final class JournalScan {
    private final String file;
    private final byte[] data;
    private long[] numbers = new long[64];
    private int[] places = new int[64];
    private int count;
    private int[] marks = new int[16];
    private int markCount;
    private long highest;
    private int mended;

    private JournalScan(String file, byte[] data) {
        this.file = file;
        this.data = data;
    }

    static JournalScan of(String file, byte[] data, long floor, Checksum check)
            throws DiskException {
        JournalScan scan = new JournalScan(file, data);
        RecordScanner scanner = new RecordScanner(RecordWindow.over(data), floor, check);
        while (scanner.next()) {
            int at = scanner.at();
            scan.mended += scanner.mended() ? 1 : 0;
            boolean holds = scanner.bodyHolds();
            byte type = holds ? Frame.type(data, at) : 0;
            boolean marks = type == Frame.BATCH_END || type == Frame.OPENED;
            scan.add(Frame.number(data, at), holds ? at : ~at, marks);
        }
        return scan;
    }

    private void add(long number, int place, boolean marks) {
        if (count > 0 && number <= numbers[count - 1]) {
            // Never written like that: a remnant that survived in a torn batch.
            return;
        }
        if (count == numbers.length) {
            numbers = Arrays.copyOf(numbers, count * 2);
            places = Arrays.copyOf(places, count * 2);
        }
        if (marks || count == 0 || number - numbers[count - 1] > Recovery.JUMP / 2) {
            mark(count);
        }
        numbers[count] = number;
        places[count++] = place;
        highest = number;
    }

    private void mark(int i) {
        if (markCount == marks.length) {
            marks = Arrays.copyOf(marks, markCount * 2);
        }
        marks[markCount++] = i;
    }

    /** Forgets what a later file holds anew. */
    void cutFrom(long number) {
        while (count > 0 && numbers[count - 1] >= number) {
            count--;
        }
        while (markCount > 0 && marks[markCount - 1] >= count) {
            markCount--;
        }
    }

    /**
     * How many records say something about all others: the first one, ends of batches, beginnings
     * of openings, and what comes behind a jump.
     */
    int markCount() {
        return markCount;
    }

    /** Which record that is. */
    int marked(int i) {
        return marks[i];
    }

    int count() {
        return count;
    }

    long number(int i) {
        return numbers[i];
    }

    /** Where the record is; the complement when its body is damaged. */
    int place(int i) {
        return places[i];
    }

    /** Where the first record above a number is; -1 when there is none. */
    int placeBehind(long number) {
        for (int i = 0; i < count; i++) {
            if (numbers[i] > number) {
                return places[i] < 0 ? ~places[i] : places[i];
            }
        }
        return -1;
    }

    /** How many bytes lie between a record and the one before it in this file; 0 for the first. */
    long hole(int i) {
        if (i == 0) {
            return 0;
        }
        int before = places[i - 1] < 0 ? ~places[i - 1] : places[i - 1];
        int at = places[i] < 0 ? ~places[i] : places[i];
        return Math.max(0, at - before - (long) Frame.padded(Frame.length(data, before)));
    }

    /** Where the last record ends. */
    int end() {
        int last = places[count - 1];
        int at = last < 0 ? ~last : last;
        return Math.min(data.length, at + Frame.padded(Frame.length(data, at)));
    }

    /** Its path. */
    String file() {
        return file;
    }

    byte[] data() {
        return data;
    }

    long first() {
        return count == 0 ? Long.MAX_VALUE : numbers[0];
    }

    /** Records with a flipped bit in their header, which was turned back. */
    int mended() {
        return mended;
    }

    /** The highest number that was in the file. */
    long highest() {
        return highest;
    }
}
