package io.millrace.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Subjects by small numbers, as they come: bytes in an arena, found through hashing. Single owner.
 */
/* No object per subject: two bytes of length and the subject itself in pages, four bytes of address,
 * and eight for the buckets, which are split one after the other as the table grows, so that no
 * subject has to wait for all the others to find a new place. */
final class SubjectTable {
    private static final int PAGE_BITS = 16;
    private static final int PAGE_BYTES = 1 << PAGE_BITS;

    /** Subjects begin at even places, so that four bytes reach far enough. */
    private static final int UNIT_BITS = 1;

    /** No subject. */
    static final int NONE = -1;

    private static final int FIRST_BUCKETS = 8;

    private byte[][] pages = new byte[1][];
    private long arenaEnd;
    private final Ints addresses = new Ints();

    /** The first subject of each bucket, and the next one behind each subject; one more, 0 ends. */
    private final Ints heads = new Ints();

    private final Ints nexts = new Ints();

    /** Buckets before the round of splitting that goes on. */
    private int round = FIRST_BUCKETS;

    /** Buckets that were split in it. */
    private int split;

    private int size;

    SubjectTable() {
        heads.room(FIRST_BUCKETS - 1);
    }

    /** All go; their room stays. */
    void clear() {
        arenaEnd = 0;
        round = FIRST_BUCKETS;
        split = 0;
        size = 0;
        for (int bucket = 0; bucket < FIRST_BUCKETS; bucket++) {
            heads.set(bucket, 0);
        }
    }

    /** How many subjects there are; every number is below this. */
    int size() {
        return size;
    }

    private long address(int number) {
        return (addresses.get(number) & 0xFFFFFFFFL) << UNIT_BITS;
    }

    int length(int number) {
        long address = address(number);
        byte[] page = pages[(int) (address >>> PAGE_BITS)];
        int at = (int) address & (PAGE_BYTES - 1);
        return (page[at] & 0xFF) | (page[at + 1] & 0xFF) << 8;
    }

    /** The array in which the subject stands; valid until the table changes. */
    byte[] page(int number) {
        return pages[(int) (address(number) >>> PAGE_BITS)];
    }

    /** Where in {@link #page} the subject begins. */
    int offset(int number) {
        return ((int) address(number) & (PAGE_BYTES - 1)) + 2;
    }

    /** The number of a subject, or {@link #NONE}. */
    int find(byte[] bytes, int offset, int length) {
        int at = heads.get(bucket(hash(bytes, offset, length)));
        while (at != 0) {
            if (equal(at - 1, bytes, offset, length)) {
                return at - 1;
            }
            at = nexts.get(at - 1);
        }
        return NONE;
    }

    private int bucket(int hash) {
        int bucket = hash & (round - 1);
        return bucket < split ? hash & (round * 2 - 1) : bucket;
    }

    private int bucketOf(int number) {
        return bucket(hash(page(number), offset(number), length(number)));
    }

    /** Adds a subject that is not there yet. */
    int add(byte[] bytes, int offset, int length) {
        if (size >= round + split) {
            splitNext();
        }
        int number = size++;
        addresses.room(number);
        nexts.room(number);
        addresses.set(number, store(bytes, offset, length));
        link(number, bucket(hash(bytes, offset, length)));
        return number;
    }

    private void link(int number, int bucket) {
        nexts.set(number, heads.get(bucket));
        heads.set(bucket, number + 1);
    }

    /** Half of what is in the next bucket moves to a new one. */
    private void splitNext() {
        int at = heads.get(split);
        heads.set(split, 0);
        heads.room(round + split);
        heads.set(round + split, 0);
        split++;
        while (at != 0) {
            int next = nexts.get(at - 1);
            link(at - 1, bucketOf(at - 1));
            at = next;
        }
        if (split == round) {
            round *= 2;
            split = 0;
        }
    }

    /** Heap bytes held, arrays' headers left out. */
    long bytes() {
        long total = 0;
        for (byte[] page : pages) {
            total += page == null ? 0 : page.length;
        }
        return total + addresses.bytes() + heads.bytes() + nexts.bytes();
    }

    static int hash(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        long h = length * 0x9E3779B97F4A7C15L;
        while (end - at >= 8) {
            h = (h ^ Frame.getLong(bytes, at)) * 0xC2B2AE3D27D4EB4FL;
            h ^= h >>> 29;
            at += 8;
        }
        long rest = 0;
        while (at < end) {
            rest = rest << 8 | (bytes[at++] & 0xFF);
        }
        h = (h ^ rest) * 0x165667B19E3779F9L;
        h ^= h >>> 32;
        return (int) (h ^ h >>> 15);
    }

    private boolean equal(int number, byte[] bytes, int offset, int length) {
        int from = offset(number);
        return length(number) == length
                && Arrays.equals(page(number), from, from + length, bytes, offset, offset + length);
    }

    /** The address of what is stored, in units. */
    private int store(byte[] bytes, int offset, int length) {
        int need = length + 2 + (length & 1);
        int used = (int) (arenaEnd & (PAGE_BYTES - 1));
        int index = (int) (arenaEnd >>> PAGE_BITS);
        byte[] page = index < pages.length ? pages[index] : null;
        if (page == null || used + need > page.length) {
            if (page != null && used > 0 && used + need > PAGE_BYTES) {
                index++;
                used = 0;
                page = null;
            }
            page = roomFor(index, used, need, page);
        }
        page[used] = (byte) length;
        page[used + 1] = (byte) (length >>> 8);
        System.arraycopy(bytes, offset, page, used + 2, length);
        long address = ((long) index << PAGE_BITS) + used;
        arenaEnd = need > PAGE_BYTES ? (long) (index + 1) << PAGE_BITS : address + need;
        return (int) (address >>> UNIT_BITS);
    }

    /** Small tables have a small page: an idle stream should cost next to nothing. */
    private byte[] roomFor(int index, int used, int need, byte @Nullable [] page) {
        if (index >= pages.length) {
            pages = Arrays.copyOf(pages, pages.length * 2);
        }
        int wanted = Math.max(used + need, page == null ? (index == 0 ? 128 : PAGE_BYTES) : 0);
        int bytes = Math.max(wanted, page == null ? 0 : Math.min(PAGE_BYTES, page.length * 2));
        byte[] made = new byte[bytes];
        if (page != null) {
            System.arraycopy(page, 0, made, 0, used);
        }
        pages[index] = made;
        return made;
    }
}
