package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.Arrays;

/**
 * What a scan sees of a file of records at the moment: a piece that moves on with it, or all of a
 * file that is in memory anyway. Owned by whoever made it.
 */
/* A full segment is some megabytes: read as a whole, it would be an array of that size for work that
 * needs one record at a time. */
final class RecordWindow {
    /** Where the bytes come from. */
    interface Source {
        /** Reads what there is from a place in the file on; fewer bytes only at its end. */
        int read(long position, byte[] into, int offset, int length) throws DiskException;
    }

    /** Takes part of a record. */
    interface Part {
        void take(byte[] data, int offset, int length) throws DiskException;
    }

    private static final Source NOTHING = (position, into, offset, length) -> 0;

    private final int most;
    private Source source = NOTHING;
    private byte[] data = new byte[0];
    private int start;
    private int length;
    private int end;

    /** One that moves, in that many bytes. */
    RecordWindow(int most) {
        this.most = most;
    }

    /** One that sees all of a file from the beginning. */
    static RecordWindow over(byte[] file) {
        RecordWindow window = new RecordWindow(file.length);
        window.data = file;
        window.length = file.length;
        window.end = file.length;
        return window;
    }

    /**
     * Goes to another file, at its beginning.
     *
     * @param end where the scan is to end; what the file does not have of that is zeros
     */
    void begin(Source from, int end) {
        this.source = from;
        this.end = end;
        if (data.length < Math.min(most, end)) {
            data = new byte[Math.min(most, end)];
        }
        start = 0;
        length = 0;
    }

    /** Where the file ends, as far as the scan is concerned. */
    int end() {
        return end;
    }

    /** What {@link #place} says is a place in here; another array after it had to move. */
    byte[] data() {
        return data;
    }

    /** Whether a record of that length can be seen as a whole. */
    boolean holds(int size) {
        return size <= data.length;
    }

    /**
     * Where a stretch of the file is in {@link #data}; valid until the next call. What was changed
     * there stays so while the scan goes on from it.
     */
    int place(int at, int size) throws DiskException {
        if (at < start || at + size > start + length) {
            if (size > data.length) {
                data = Arrays.copyOf(data, size);
            }
            move(at);
        }
        return at - start;
    }

    /**
     * Shows the body of a record that {@link #holds} has refused, in parts. Only its header is to
     * be seen afterwards.
     */
    void pass(int at, int size, Part part) throws DiskException {
        int head = Frame.HEADER_BYTES;
        if (at != start || length < head) {
            move(at);
        }
        int done = Math.min(length, size);
        part.take(data, head, done - head);
        length = head;
        while (done < size) {
            int some = Math.min(data.length - head, size - done);
            read(at + done, head, some);
            part.take(data, head, some);
            done += some;
        }
    }

    private void move(int at) throws DiskException {
        boolean sees = at >= start && at < start + length;
        int kept = sees ? start + length - at : 0;
        if (sees) {
            System.arraycopy(data, at - start, data, 0, kept);
        }
        start = at;
        length = kept;
        int wanted = Math.min(data.length, end - at) - kept;
        read(at + kept, kept, wanted);
        length += wanted;
    }

    private void read(int at, int offset, int wanted) throws DiskException {
        int there = source.read(at, data, offset, wanted);
        Arrays.fill(data, offset + there, offset + wanted, (byte) 0);
    }
}
