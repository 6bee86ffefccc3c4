package io.millrace.store;

import io.millrace.runtime.DiskException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a closed segment's index, which stay on disk: pages are read as they are needed.
 * Owned by the stream's owner.
 */
/* The record was whole when this was made, and of each page the checksum is kept. A page that does
 * not agree with it any more was damaged since then: the index is made anew from the segment's
 * records and held as a whole, unless those are damaged, too. */
final class IndexPages {
    private static final int PAGE_BITS = PageCache.PAGE_BITS;
    private static final int PAGE_BYTES = PageCache.PAGE_BYTES;
    private static final int MASK = PAGE_BYTES - 1;
    private static final int PIECE_BYTES = 32 * PAGE_BYTES;
    private static final int SALT = 0x61C8_8647;

    private final SegmentLoader loader;
    private final Segment segment;
    private final PageCache cache;
    private final int length;
    private final int[] sums;
    private final @Nullable RecordPlaces places;
    private byte @Nullable [] whole;

    /** Bytes that are in memory as a whole. */
    IndexPages(SegmentLoader loader, Segment segment, byte[] whole) {
        this(loader, segment, new PageCache(), whole.length, new int[0], null);
        this.whole = whole;
    }

    private IndexPages(
            SegmentLoader loader,
            Segment segment,
            PageCache cache,
            int length,
            int[] sums,
            @Nullable RecordPlaces places) {
        this.loader = loader;
        this.segment = segment;
        this.cache = cache;
        this.length = length;
        this.sums = sums;
        this.places = places;
    }

    /** Looks through the record; null when it does not hold. */
    static @Nullable IndexPages checked(SegmentLoader loader, Segment segment, PageCache cache)
            throws DiskException {
        byte[] piece = new byte[Math.min(PIECE_BYTES, segment.indexBytes)];
        Checksum check = loader.check();
        int head = loader.readThere(segment, segment.dataBytes, piece, Frame.HEADER_BYTES);
        if (head < Frame.HEADER_BYTES
                || !Frame.headerHolds(piece, 0, Frame.HEADER_BYTES, check)
                || Frame.type(piece, 0) != Frame.SEGMENT_INDEX
                || Frame.padded(Frame.length(piece, 0)) != segment.indexBytes) {
            return null;
        }
        int length = Frame.length(piece, 0) - Frame.HEADER_BYTES;
        int expected = Frame.getInt(piece, Frame.BODY_SUM_AT);
        int[] sums = new int[(length + MASK) >>> PAGE_BITS];
        Checksum ofAll = loader.check().another();
        RecordPlaces places = new RecordPlaces(0);
        int count = 0;
        ofAll.begin();
        for (int at = 0; at < length; at += PIECE_BYTES) {
            int size = Math.min(PIECE_BYTES, length - at);
            int place = segment.dataBytes + Frame.HEADER_BYTES + at;
            if (loader.readThere(segment, place, piece, size) < size) {
                return null;
            }
            ofAll.more(piece, 0, size);
            if (at == 0) {
                count = Math.clamp(Frame.getInt(piece, 0), 0, length / 4); // not checked yet
                places = new RecordPlaces(count);
            }
            take(places, count, piece, at, size);
            for (int page = 0; page < size; page += PAGE_BYTES) {
                sums[(at + page) >>> PAGE_BITS] =
                        check.of(piece, page, Math.min(PAGE_BYTES, size - page));
            }
        }
        return ofAll.end() == expected
                ? new IndexPages(loader, segment, cache, length, sums, places)
                : null;
    }

    /** The places of records are in some of the pieces. */
    private static void take(RecordPlaces places, int count, byte[] piece, int at, int size) {
        int begin = ClosedIndex.positions(count);
        int from = Math.max(0, (at - begin) / 4);
        for (int index = from; index < count && begin + 4 * index < at + size; index++) {
            places.set(index, Frame.getInt(piece, begin + 4 * index - at));
        }
    }

    /** Where the record of a message begins, as far as that is known without reading. */
    int place(int index) {
        RecordPlaces known = places;
        return known == null ? RecordPlaces.UNKNOWN : known.place(index);
    }

    int salt() {
        return (int) segment.id * SALT;
    }

    /** Heap bytes held. */
    long bytes() {
        byte[] all = whole;
        RecordPlaces known = places;
        return 4L * sums.length
                + (known == null ? 0 : known.bytes())
                + (all == null ? 0 : all.length);
    }

    /** A number at a multiple of 4. */
    int getInt(int at) throws StoreException {
        byte[] all = whole;
        return all != null
                ? Frame.getInt(all, at)
                : Frame.getInt(page(at >>> PAGE_BITS), at & MASK);
    }

    void copy(int from, byte[] into, int size) throws StoreException {
        for (int done = 0; done < size; ) {
            int at = from + done;
            byte[] page = page(at >>> PAGE_BITS);
            int some = Math.min(size - done, PAGE_BYTES - (at & MASK));
            System.arraycopy(page, at & MASK, into, done, some);
            done += some;
        }
    }

    /** Compares bytes with a key. */
    int compare(int from, int size, byte[] key, int keyLength) throws StoreException {
        int common = Math.min(size, keyLength);
        for (int done = 0; done < common; ) {
            int at = from + done;
            byte[] page = page(at >>> PAGE_BITS);
            int begin = at & MASK;
            int some = Math.min(common - done, PAGE_BYTES - begin);
            int same = Arrays.mismatch(page, begin, begin + some, key, done, done + some);
            if (same >= 0) {
                return (page[begin + same] & 0xFF) - (key[done + same] & 0xFF);
            }
            done += some;
        }
        return size - keyLength;
    }

    private byte[] page(int number) throws StoreException {
        byte[] there = cache.page(this, number);
        return there != null ? there : read(number);
    }

    private byte[] read(int number) throws StoreException {
        byte[] into = cache.claim(this, number);
        int at = number << PAGE_BITS;
        int size = Math.min(PAGE_BYTES, length - at);
        byte[] all = whole;
        try {
            if (all == null) {
                int place = segment.dataBytes + Frame.HEADER_BYTES + at;
                boolean holds =
                        loader.readThere(segment, place, into, size) == size
                                && loader.check().of(into, 0, size) == sums[number];
                if (!holds) {
                    all = made();
                    whole = all;
                }
            }
        } catch (DiskException e) {
            throw StoreException.of(e);
        }
        if (all != null) {
            System.arraycopy(all, at, into, 0, size);
        }
        cache.put(this, number);
        return into;
    }

    private byte[] made() throws DiskException, StoreException {
        byte[] made = IndexWriter.bytes(loader.scan(segment));
        if (made.length != length) {
            segment.index = null; // who comes next finds out what is missing
            throw new StoreException(
                    StoreException.Code.IO,
                    "an index and records of stream " + segment.stream + " were damaged",
                    null);
        }
        return made;
    }
}
