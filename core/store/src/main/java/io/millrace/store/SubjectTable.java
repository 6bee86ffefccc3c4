package io.millrace.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Subjects by small numbers: bytes in an arena, found through open addressing. Single owner. */
/* No object per subject: two bytes of length and the subject itself in pages, four bytes of address,
 * and six to twelve bytes of hash slots. Removed subjects leave a hole in the arena; when holes are
 * half of it, the arena is written anew. */
final class SubjectTable {
    private static final int PAGE_BITS = 16;
    private static final int PAGE_BYTES = 1 << PAGE_BITS;
    private static final int FREE = -1;

    private byte[][] pages = new byte[1][];
    private long arenaEnd;
    private long holes;
    private long[] addresses = new long[8];
    private int[] slots = new int[16];
    private int limit;
    private int size;
    private int[] freed = new int[0];
    private int freedCount;

    /** How many subjects there are. */
    int size() {
        return size;
    }

    /** Every number is below this. */
    int limit() {
        return limit;
    }

    boolean holds(int number) {
        return addresses[number] != FREE;
    }

    int length(int number) {
        long address = addresses[number];
        byte[] page = pages[(int) (address >>> PAGE_BITS)];
        int at = (int) address & (PAGE_BYTES - 1);
        return (page[at] & 0xFF) | (page[at + 1] & 0xFF) << 8;
    }

    int copy(int number, byte[] into) {
        int length = length(number);
        if (length > into.length) {
            return -1;
        }
        System.arraycopy(page(number), offset(number), into, 0, length);
        return length;
    }

    /** The array in which the subject stands; valid until the table changes. */
    byte[] page(int number) {
        return pages[(int) (addresses[number] >>> PAGE_BITS)];
    }

    /** Where in {@link #page} the subject begins. */
    int offset(int number) {
        return ((int) addresses[number] & (PAGE_BYTES - 1)) + 2;
    }

    /** The number of a subject, or {@link SortedSubjects#NONE}. */
    int find(byte[] bytes, int offset, int length) {
        int mask = slots.length - 1;
        int slot = hash(bytes, offset, length) & mask;
        while (slots[slot] != 0) {
            int number = slots[slot] - 1;
            if (equal(number, bytes, offset, length)) {
                return number;
            }
            slot = (slot + 1) & mask;
        }
        return SortedSubjects.NONE;
    }

    /** Adds a subject that is not there yet. */
    int add(byte[] bytes, int offset, int length) {
        if ((size + 1) * 3L > slots.length * 2L) {
            rehash(slots.length * 2);
        }
        int number = freedCount > 0 ? freed[--freedCount] : limit++;
        if (number >= addresses.length) {
            addresses = Arrays.copyOf(addresses, addresses.length * 2);
        }
        addresses[number] = store(bytes, offset, length);
        size++;
        insertSlot(number, hash(bytes, offset, length));
        return number;
    }

    void remove(int number) {
        int length = length(number);
        removeSlot(number, hash(page(number), offset(number), length));
        holes += length + 2;
        addresses[number] = FREE;
        size--;
        if (freedCount == freed.length) {
            freed = Arrays.copyOf(freed, Math.max(8, freed.length * 2));
        }
        freed[freedCount++] = number;
        if (holes > PAGE_BYTES && holes * 2 > arenaEnd) {
            squeeze();
        }
    }

    /** Heap bytes held, arrays' headers left out. */
    long bytes() {
        long total = 0;
        for (byte[] page : pages) {
            total += page == null ? 0 : page.length;
        }
        return total + addresses.length * 8L + slots.length * 4L + freed.length * 4L;
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

    private long store(byte[] bytes, int offset, int length) {
        int need = length + 2;
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
        return address;
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

    private void squeeze() {
        byte[][] old = pages;
        pages = new byte[old.length][];
        arenaEnd = 0;
        holes = 0;
        for (int number = 0; number < limit; number++) {
            long address = addresses[number];
            if (address != FREE) {
                byte[] page = old[(int) (address >>> PAGE_BITS)];
                int at = (int) address & (PAGE_BYTES - 1);
                int length = (page[at] & 0xFF) | (page[at + 1] & 0xFF) << 8;
                addresses[number] = store(page, at + 2, length);
            }
        }
    }

    private void insertSlot(int number, int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != 0) {
            slot = (slot + 1) & mask;
        }
        slots[slot] = number + 1;
    }

    private void removeSlot(int number, int hash) {
        int mask = slots.length - 1;
        int slot = hash & mask;
        while (slots[slot] != number + 1) {
            slot = (slot + 1) & mask;
        }
        // Closing the gap keeps probing short without marks for what is gone.
        int hole = slot;
        slots[hole] = 0;
        int next = (hole + 1) & mask;
        while (slots[next] != 0) {
            int mover = slots[next] - 1;
            int home = hash(page(mover), offset(mover), length(mover)) & mask;
            if (((next - home) & mask) >= ((next - hole) & mask)) {
                slots[hole] = slots[next];
                slots[next] = 0;
                hole = next;
            }
            next = (next + 1) & mask;
        }
    }

    private void rehash(int capacity) {
        slots = new int[capacity];
        for (int number = 0; number < limit; number++) {
            if (addresses[number] != FREE) {
                insertSlot(number, hash(page(number), offset(number), length(number)));
            }
        }
    }
}
