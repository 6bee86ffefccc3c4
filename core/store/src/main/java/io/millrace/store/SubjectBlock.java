package io.millrace.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the subjects of one block of a {@link SubjectIndex}, each without what it shares
 * with the one before. It is a place that is moved over blocks. Single owner.
 *
 * <pre>
 *  0 u32 bytes used      4 u32 where the entry ends that was put in last, 0: nobody knows
 *  8 entries, ascending: bytes shared with the subject before, further bytes, those bytes,
 *    count x 8 + flags, last sequence, and, with flag 4, the last less the first
 * </pre>
 *
 * Numbers are written seven bits a byte, the lowest first.
 */
final class SubjectBlock {
    static final int HEAD_BYTES = 8;

    /** A block of more than one subject is no larger. */
    static final int BYTES = 512;

    private static final int FIRST_BYTES = 64;

    /** More than what an entry has beside its bytes. */
    private static final int NUMBERS_BYTES = 50;

    private static final int FIRST_APART = 4;
    private static final int FIRST_IS_BOUND = 2;
    private static final int LAST_IS_BOUND = 1;

    /** The entry found, or the one before which what was not found belongs. */
    private int at;

    private int shared;
    private int rest;
    private int restLength;
    private int figures;
    private int end;

    /** How far what was sought agrees with the subject before it, and with the one behind. */
    private int agreesBefore;

    private int agreesBehind;
    private int read;
    private byte[] made = new byte[256];

    long count;
    long first;
    long last;
    boolean firstIsExact;
    boolean lastIsExact;

    static byte[] empty() {
        byte[] block = new byte[FIRST_BYTES];
        used(block, HEAD_BYTES);
        return block;
    }

    /** One behind full ones, with room for a subject of this length at least. */
    static byte[] full(int length) {
        byte[] block = new byte[Math.max(BYTES, HEAD_BYTES + length + NUMBERS_BYTES)];
        used(block, HEAD_BYTES);
        return block;
    }

    static int used(byte[] block) {
        return Frame.getInt(block, 0);
    }

    private static void used(byte[] block, int bytes) {
        Frame.putInt(block, 0, bytes);
    }

    /** How the first subject of a block, which is there, compares with a key. */
    int compareFirst(byte[] block, byte[] key, int offset, int length) {
        read = HEAD_BYTES + 1;
        int size = (int) number(block);
        return Arrays.compareUnsigned(block, read, read + size, key, offset, offset + length);
    }

    /** Goes to where a subject is or belongs. Returns whether it is there. */
    boolean seek(byte[] block, byte[] key, int offset, int length) {
        int used = used(block);
        int agrees = 0;
        agreesBehind = 0;
        at = HEAD_BYTES;
        while (at < used) {
            parse(block);
            if (shared < agrees) {
                break;
            }
            if (shared == agrees) {
                int same =
                        Arrays.mismatch(
                                block,
                                rest,
                                rest + restLength,
                                key,
                                offset + agrees,
                                offset + length);
                if (same < 0) {
                    return true;
                }
                boolean before =
                        same == restLength
                                || (agrees + same < length
                                        && (block[rest + same] & 0xFF)
                                                < (key[offset + agrees + same] & 0xFF));
                if (!before) {
                    agreesBehind = same;
                    break;
                }
                agrees += same;
            }
            at = end;
        }
        agreesBefore = agrees;
        return false;
    }

    /** Whether there is no entry at the place: it is behind all of them. */
    boolean isBehind(byte[] block) {
        return at >= used(block);
    }

    /** Goes to the first entry. */
    void toFirst(byte[] block) {
        at = HEAD_BYTES;
        parse(block);
    }

    /** The entry at this place has been written to. */
    void parseAgain(byte[] block) {
        parse(block);
    }

    /** Goes to the entry behind this one; false when there is none. */
    boolean toNext(byte[] block) {
        at = end;
        if (isBehind(block)) {
            return false;
        }
        parse(block);
        return true;
    }

    /**
     * Writes the subject of the entry over that of the one before, or over a key that was sought.
     */
    byte[] text(byte[] block, byte[] before) {
        byte[] into = before.length < length() ? Arrays.copyOf(before, length() * 2) : before;
        System.arraycopy(block, rest, into, shared, restLength);
        return into;
    }

    int length() {
        return shared + restLength;
    }

    /** How much of the subject is that of the one before. */
    int shared() {
        return shared;
    }

    private void parse(byte[] block) {
        read = at;
        shared = (int) number(block);
        restLength = (int) number(block);
        rest = read;
        figures = rest + restLength;
        read = figures;
        boolean more = (block[read] & FIRST_APART) != 0;
        skip(block);
        skip(block);
        if (more) {
            skip(block);
        }
        end = read;
    }

    private void skip(byte[] block) {
        while (block[read++] < 0) {
            // one more byte of it
        }
    }

    private long number(byte[] block) {
        long value = block[read++];
        if (value < 0) {
            value &= 0x7F;
            for (int shift = 7; ; shift += 7) {
                long more = block[read++];
                value |= (more & 0x7F) << shift;
                if (more >= 0) {
                    break;
                }
            }
        }
        return value;
    }

    private static int put(byte[] into, int at, long value) {
        int to = at;
        long left = value;
        while ((left & ~0x7FL) != 0) {
            into[to++] = (byte) (left | 0x80);
            left >>>= 7;
        }
        into[to++] = (byte) left;
        return to;
    }

    /** Reads what is known of the subject. */
    void known(byte[] block) {
        read = figures;
        long head = number(block);
        count = head >>> 3;
        last = number(block);
        first = (head & FIRST_APART) == 0 ? last : last - number(block);
        firstIsExact = (head & FIRST_IS_BOUND) == 0;
        lastIsExact = (head & LAST_IS_BOUND) == 0;
    }

    private int putKnown(byte[] into, int at) {
        boolean apart = first != last || !firstIsExact || !lastIsExact;
        long flags =
                (apart ? FIRST_APART : 0)
                        | (firstIsExact ? 0 : FIRST_IS_BOUND)
                        | (lastIsExact ? 0 : LAST_IS_BOUND);
        int to = put(into, at, count << 3 | flags);
        to = put(into, to, last);
        return apart ? put(into, to, last - first) : to;
    }

    /** Writes what is known of the subject; false when the block has no room for it. */
    boolean update(byte[] block) {
        int size = putKnown(room(NUMBERS_BYTES), 0);
        return replace(block, figures, end, size);
    }

    /** Puts in the subject that was sought and is not there; false when there is no room. */
    boolean insert(byte[] block, byte[] key, int offset, int length) {
        byte[] into = room(length + NUMBERS_BYTES);
        int size = put(into, 0, agreesBefore);
        size = put(into, size, (long) length - agreesBefore);
        System.arraycopy(key, offset + agreesBefore, into, size, length - agreesBefore);
        size = putKnown(into, size + length - agreesBefore);
        int ends = at + size;
        int to = at;
        if (!isBehind(block)) {
            // the one behind shares more with this one than with the one before
            size = put(into, size, (long) shared + agreesBehind);
            size = put(into, size, (long) restLength - agreesBehind);
            to = rest + agreesBehind;
        }
        if (!replace(block, at, to, size)) {
            return false;
        }
        Frame.putInt(block, 4, ends);
        return true;
    }

    /** Takes the entry out. */
    void remove(byte[] block) {
        int from = at;
        int itsShared = shared;
        int itsRest = rest;
        int size = 0;
        int to = end;
        byte[] into = room(restLength + NUMBERS_BYTES);
        if (toNext(block)) {
            int less = Math.max(0, shared - itsShared);
            size = put(into, 0, Math.min(shared, itsShared));
            size = put(into, size, (long) restLength + less);
            System.arraycopy(block, itsRest, into, size, less);
            size += less;
            to = rest;
        }
        replace(block, from, to, size);
        Frame.putInt(block, 4, 0);
    }

    private byte[] room(int bytes) {
        if (made.length < bytes) {
            made = new byte[bytes * 2];
        }
        return made;
    }

    /** Puts what was made in place of some bytes. */
    private boolean replace(byte[] block, int from, int to, int size) {
        int used = used(block);
        int now = used + size - (to - from);
        if (now > block.length) {
            return false;
        }
        System.arraycopy(block, to, block, from + size, used - to);
        System.arraycopy(made, 0, block, from, size);
        used(block, now);
        return true;
    }

    /** A block with the same entries and more room; null when it should rather be split. */
    byte @Nullable [] larger(byte[] block, int length) {
        toFirst(block);
        boolean single = isBehind(block) || end == used(block);
        if (!single && block.length >= BYTES) {
            return null;
        }
        int doubled = Math.min(BYTES, block.length * 2);
        return Arrays.copyOf(
                block, single ? Math.max(doubled, used(block) + length + NUMBERS_BYTES) : doubled);
    }

    /**
     * Splits a block of several entries: those behind a place go to a new one, which is returned.
     * The place is where the last entry was put in, if the next one belongs there too, so that what
     * comes in order fills its blocks; else it is the middle.
     */
    byte[] split(byte[] block, byte[] key, int offset, int length) {
        seek(block, key, offset, length);
        boolean inOrder = at > HEAD_BYTES && at == Frame.getInt(block, 4);
        int middle = inOrder ? at : HEAD_BYTES + (used(block) - HEAD_BYTES) / 2;
        byte[] text = new byte[64];
        toFirst(block);
        text = text(block, text);
        while (at < middle && end < used(block)) {
            toNext(block);
            text = text(block, text);
        }
        int used = used(block);
        byte[] into = room(NUMBERS_BYTES);
        int head = put(into, 0, 0);
        head = put(into, head, length());
        int size = HEAD_BYTES + head + length() + used - figures;
        byte[] behind = new byte[Math.max(BYTES, size)];
        System.arraycopy(into, 0, behind, HEAD_BYTES, head);
        System.arraycopy(text, 0, behind, HEAD_BYTES + head, length());
        System.arraycopy(block, figures, behind, HEAD_BYTES + head + length(), used - figures);
        used(behind, size);
        used(block, at);
        if (Frame.getInt(block, 4) > at) {
            Frame.putInt(block, 4, 0);
        }
        return behind;
    }

    /** Appends the entries of the block behind, when both fit into one. */
    boolean append(byte[] block, byte[] behind) {
        int both = used(block) + used(behind) - HEAD_BYTES;
        if (both > block.length) {
            return false;
        }
        byte[] text = new byte[64];
        toFirst(block);
        text = text(block, text);
        while (end < used(block)) {
            toNext(block);
            text = text(block, text);
        }
        int length = length();
        toFirst(behind);
        int same = Arrays.mismatch(text, 0, length, behind, rest, rest + restLength);
        byte[] into = room(NUMBERS_BYTES);
        int size = put(into, 0, same);
        size = put(into, size, (long) restLength - same);
        int used = used(block);
        int left = used(behind) - rest - same;
        System.arraycopy(into, 0, block, used, size);
        System.arraycopy(behind, rest + same, block, used + size, left);
        used(block, used + size + left);
        Frame.putInt(block, 4, 0);
        return true;
    }
}
