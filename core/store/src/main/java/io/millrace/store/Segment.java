package io.millrace.store;

import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One stretch of a stream and the file it lies in. Owned by the stream's owner; the keeper touches
 * the volatile fields and what does not change any more once the segment is closed.
 */
final class Segment {
    /** Widest range of sequences in one segment: bounds the bits of what is deleted. */
    static final int MAX_RANGE = 1 << 22;

    final int stream;
    final boolean inMemory;
    final long id;

    /** No sequence in it is lower. */
    final long base;

    long last;
    int messages;
    int live;
    long liveBytes;
    long firstTimeNanos;
    long lastTimeNanos;

    /** How many messages came with headers; below 0 when nobody knows. */
    int withHeaders;

    /** Where the records end, header of the file included. */
    int dataBytes = FileHeader.BYTES;

    boolean fileExists;
    boolean closed;

    /** Length of the index record behind the data; 0 when there is none yet. */
    volatile int indexBytes;

    /** How much of the file the last sync covered. */
    volatile long syncedBytes;

    /** How much was written to the file. */
    volatile long writtenBytes;

    /** A sync failed: what the file holds must be written anew. */
    volatile boolean suspect;

    /** The keeper is at it. */
    boolean busy;

    /** A message was erased while the keeper was at it: it must be written anew once more. */
    boolean erased;

    /** Checked by the scrub up to here. */
    int scrubbedBytes;

    @Nullable SegmentIndex index;

    /** Where its file is, once somebody has asked. */
    volatile @Nullable Path path;

    private long @Nullable [] deleted;

    Segment(int stream, boolean inMemory, long id, long base) {
        this.stream = stream;
        this.inMemory = inMemory;
        this.id = id;
        this.base = base;
        this.last = base - 1;
    }

    boolean isDeleted(int delta) {
        long[] bits = deleted;
        int word = delta >>> 6;
        return bits != null && word < bits.length && (bits[word] & 1L << (delta & 63)) != 0;
    }

    void markDeleted(int delta) {
        long[] bits = deleted;
        int word = delta >>> 6;
        if (bits == null) {
            bits = new long[word + 1];
        } else if (word >= bits.length) {
            int range = (int) (last - base) / 64 + 1;
            bits = Arrays.copyOf(bits, Math.max(word + 1, Math.min(bits.length * 2, range)));
        }
        bits[word] |= 1L << (delta & 63);
        deleted = bits;
    }

    long[] deletedBits() {
        long[] bits = deleted;
        if (bits == null) {
            return new long[0];
        }
        int used = bits.length;
        while (used > 0 && bits[used - 1] == 0) {
            used--;
        }
        return Arrays.copyOf(bits, used);
    }

    void deletedBits(long[] bits) {
        deleted = bits.length == 0 ? null : bits;
    }

    /** The range and what is deleted in it, as it is now. */
    Segment snapshot() {
        Segment taken = new Segment(stream, inMemory, id, base);
        taken.last = last;
        taken.deletedBits(deletedBits());
        return taken;
    }

    /** The first live index from {@code from} on, or -1. */
    int nextLive(SegmentIndex of, int from) throws StoreException {
        for (int i = from; i < of.count(); i++) {
            if (!isDeleted(of.delta(i))) {
                return i;
            }
        }
        return -1;
    }
}
