package io.millrace.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The content of one file: what readers see, what a power loss leaves for certain, and the writes
 * in between. Guarded by the lock of its disk.
 */
final class SimulatedFile {
    static final int SECTOR_BYTES = 512;

    /** One unsynced change: bytes written, or a cut at the position. */
    private static final class Change {
        private final long position;
        private final byte[] bytes;
        private final boolean cut;

        Change(long position, byte[] bytes, boolean cut) {
            this.position = position;
            this.bytes = bytes;
            this.cut = cut;
        }

        long position() {
            return position;
        }

        byte[] bytes() {
            return bytes;
        }

        boolean cut() {
            return cut;
        }
    }

    private byte[] current = new byte[0];
    private int currentLength;
    private byte[] durable = new byte[0];
    private int durableLength;
    private final List<Change> pending = new ArrayList<>();

    int length() {
        return currentLength;
    }

    int read(long position, byte[] into, int offset, int length) {
        int count = (int) Math.max(0, Math.min(length, currentLength - position));
        if (count > 0) {
            System.arraycopy(current, (int) position, into, offset, count);
        }
        return count;
    }

    void write(long position, byte[] bytes) {
        apply(new Change(position, bytes, false), false);
    }

    void cut(long length) {
        if (length < currentLength) {
            apply(new Change(length, new byte[0], true), false);
        }
    }

    void sync() {
        for (Change change : pending) {
            apply(change, true);
        }
        pending.clear();
    }

    /** A sync that failed: some of it may have reached the platter, the rest never will. */
    void failSync(SplittableRandom random) {
        lottery(random);
        pending.clear();
    }

    /** What a power loss leaves: any part of the unsynced changes, in any order, torn. */
    void crash(SplittableRandom random) {
        lottery(random);
        pending.clear();
        current = Arrays.copyOf(durable, durableLength);
        currentLength = durableLength;
    }

    /** Damages what is durable, and what readers see of it. */
    void flipBit(long bit) {
        int at = (int) (bit >>> 3);
        byte mask = (byte) (1 << (bit & 7));
        if (at < durableLength) {
            durable[at] ^= mask;
        }
        if (at < currentLength) {
            current[at] ^= mask;
        }
    }

    void zero(long position, int length) {
        int end = (int) Math.min(currentLength, position + length);
        for (int at = (int) position; at < end; at++) {
            current[at] = 0;
            if (at < durableLength) {
                durable[at] = 0;
            }
        }
    }

    private void lottery(SplittableRandom random) {
        int style = random.nextInt(4);
        int prefix = random.nextInt(pending.size() + 1);
        for (int i = 0; i < pending.size(); i++) {
            Change change = pending.get(i);
            boolean kept =
                    switch (style) {
                        case 0 -> false;
                        case 1 -> true;
                        case 2 -> i < prefix;
                        default -> random.nextBoolean();
                    };
            boolean torn = style == 3 ? random.nextInt(3) == 0 : style == 2 && i == prefix;
            if (torn && !change.cut()) {
                tear(change, random);
            } else if (kept) {
                apply(change, true);
            }
        }
    }

    private void tear(Change change, SplittableRandom random) {
        int length = change.bytes().length;
        int at = 0;
        while (at < length) {
            long position = change.position() + at;
            int sector = SECTOR_BYTES - (int) (position % SECTOR_BYTES);
            int count = Math.min(sector, length - at);
            if (random.nextBoolean()) {
                byte[] part = Arrays.copyOfRange(change.bytes(), at, at + count);
                apply(new Change(position, part, false), true);
            }
            at += count;
        }
    }

    private void apply(Change change, boolean toDurable) {
        if (toDurable) {
            int end = (int) change.position() + change.bytes().length;
            if (change.cut()) {
                durableLength = Math.min(durableLength, end);
                return;
            }
            durable = grown(durable, end, durableLength);
            System.arraycopy(
                    change.bytes(), 0, durable, (int) change.position(), change.bytes().length);
            durableLength = Math.max(durableLength, end);
            return;
        }
        pending.add(change);
        int end = (int) change.position() + change.bytes().length;
        if (change.cut()) {
            currentLength = end;
            return;
        }
        current = grown(current, end, currentLength);
        System.arraycopy(
                change.bytes(), 0, current, (int) change.position(), change.bytes().length);
        currentLength = Math.max(currentLength, end);
    }

    private static byte[] grown(byte[] bytes, int end, int length) {
        if (end > bytes.length) {
            byte[] more = new byte[Math.max(end, Math.min(bytes.length * 2, end + (1 << 20)))];
            System.arraycopy(bytes, 0, more, 0, length);
            return more;
        }
        // What lies behind the end may be left from before a cut; a hole reads as zeros.
        if (end > length) {
            Arrays.fill(bytes, length, end, (byte) 0);
        }
        return bytes;
    }
}
