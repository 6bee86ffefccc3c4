package io.millrace.store;

import java.util.Arrays;

/**
 * Which subjects a stream holds, with first and last sequence and count of each. Owned by the
 * stream's owner. The first and the last may be bounds only, after deletions: {@link #firstIsExact}
 * and {@link #lastIsExact} say so, and whoever finds the exact one sets it.
 */
/* Subjects in byte order, in blocks of half a kilobyte, each written without what it shares with the
 * one before: a subject costs little more than what makes it different. A subject is found by two
 * binary searches, for the chunk and for the block in it, and a look through the block. No hash and
 * no objects; what comes and goes moves a few hundred bytes. */
final class SubjectIndex {
    private static final int CHUNK = 256;

    /** Blocks that together are no larger than this become one. */
    private static final int SMALL_BYTES = SubjectBlock.BYTES / 2;

    /** Chunks of blocks, in order; none is empty. */
    private byte[][][] chunks = new byte[1][][];

    private int[] counts = new int[1];
    private int chunkCount;
    private final SubjectBlock place = new SubjectBlock();
    private int chunk;
    private int number;

    /** The subject at the place, which is asked for several times with each message. */
    private byte[] recent = new byte[0];

    /** Below 0 when the place may have moved. */
    private int recentLength = -1;

    private int size;
    private long bytes;
    private int changes;

    int size() {
        return size;
    }

    /** Bytes of memory held. */
    long bytes() {
        return bytes;
    }

    /** Looks for a subject. What is known of it is read by the methods below. */
    boolean find(byte[] subject, int offset, int length) {
        if (chunkCount == 0) {
            return false;
        }
        if (recentLength == length
                && Arrays.equals(recent, 0, length, subject, offset, offset + length)) {
            byte[] block = chunks[chunk][number];
            place.parseAgain(block);
            place.known(block);
            return true;
        }
        byte[] block = locate(subject, offset, length);
        if (!place.seek(block, subject, offset, length)) {
            return false;
        }
        place.known(block);
        if (recent.length < length) {
            recent = new byte[length * 2];
        }
        System.arraycopy(subject, offset, recent, 0, length);
        recentLength = length;
        return true;
    }

    /** Of the subject found, as all of the following. */
    long first() {
        return place.first;
    }

    boolean firstIsExact() {
        return place.firstIsExact;
    }

    long last() {
        return place.last;
    }

    boolean lastIsExact() {
        return place.lastIsExact;
    }

    long count() {
        return place.count;
    }

    void exactFirst(byte[] subject, int offset, int length, long sequence) {
        if (find(subject, offset, length)) {
            place.first = sequence;
            place.firstIsExact = true;
            update(subject, offset, length);
        }
    }

    void exactLast(byte[] subject, int offset, int length, long sequence) {
        if (find(subject, offset, length)) {
            place.last = sequence;
            place.lastIsExact = true;
            update(subject, offset, length);
        }
    }

    /** One more message; sequences may come in any order. */
    void add(byte[] subject, int offset, int length, long sequence) {
        addAll(subject, offset, length, 1, sequence, sequence);
    }

    /**
     * {@code count} more messages between two sequences, both of them there, from a closed segment.
     */
    void addAll(byte[] subject, int offset, int length, int count, long first, long last) {
        if (!find(subject, offset, length)) {
            insert(subject, offset, length, count, first, last);
            return;
        }
        place.count += count;
        if (first <= place.first) {
            place.first = first;
            place.firstIsExact = true;
        }
        if (last >= place.last) {
            place.last = last;
            place.lastIsExact = true;
        }
        update(subject, offset, length);
    }

    /** The message {@code sequence} of this subject is gone. */
    void remove(byte[] subject, int offset, int length, long sequence) {
        if (!find(subject, offset, length) || isLast(1)) {
            return;
        }
        if (sequence == place.first) {
            place.first = sequence + 1;
            place.firstIsExact = false;
        }
        if (sequence == place.last) {
            place.last = sequence - 1;
            place.lastIsExact = false;
        }
        update(subject, offset, length);
    }

    /** {@code count} messages with sequences up to {@code upTo}, the lowest ones, are gone. */
    void removeLowest(byte[] subject, int offset, int length, long count, long upTo) {
        if (!find(subject, offset, length) || isLast(count)) {
            return;
        }
        if (place.first <= upTo) {
            place.first = upTo + 1;
            place.firstIsExact = false;
        }
        update(subject, offset, length);
    }

    /** Takes messages off; with the last ones the subject goes. */
    private boolean isLast(long count) {
        place.count -= count;
        if (place.count > 0) {
            return false;
        }
        recentLength = -1;
        byte[] block = chunks[chunk][number];
        place.remove(block);
        changes++;
        size--;
        if (SubjectBlock.used(block) == SubjectBlock.HEAD_BYTES) {
            bytes -= block.length;
            takeOut();
        } else {
            mergeSmall(block);
        }
        return true;
    }

    private void mergeSmall(byte[] block) {
        if (number + 1 < counts[chunk]) {
            byte[] behind = chunks[chunk][number + 1];
            boolean small = SubjectBlock.used(block) + SubjectBlock.used(behind) <= SMALL_BYTES;
            if (small && place.append(block, behind)) {
                bytes -= behind.length;
                number++;
                takeOut();
            }
        }
    }

    private void update(byte[] subject, int offset, int length) {
        changes++;
        long count = place.count;
        long first = place.first;
        long last = place.last;
        boolean firstIsExact = place.firstIsExact;
        boolean lastIsExact = place.lastIsExact;
        while (!place.update(chunks[chunk][number])) {
            makeRoom(subject, offset, length);
            place.seek(locate(subject, offset, length), subject, offset, length);
            place.count = count;
            place.first = first;
            place.last = last;
            place.firstIsExact = firstIsExact;
            place.lastIsExact = lastIsExact;
        }
    }

    private void insert(byte[] subject, int offset, int length, int count, long first, long last) {
        changes++;
        size++;
        if (chunkCount == 0) {
            chunk = 0;
            number = 0;
            putIn(SubjectBlock.empty());
        }
        while (true) {
            byte[] block = locate(subject, offset, length);
            place.seek(block, subject, offset, length);
            place.count = count;
            place.first = first;
            place.last = last;
            place.firstIsExact = true;
            place.lastIsExact = true;
            if (place.insert(block, subject, offset, length)) {
                return;
            }
            if (block.length >= SubjectBlock.BYTES && place.isBehind(block)) {
                number++;
                byte[] made = SubjectBlock.full(length);
                putIn(made);
                place.seek(made, subject, offset, length);
                place.insert(made, subject, offset, length);
                return;
            }
            makeRoom(subject, offset, length);
        }
    }

    /** In the block where the subject is or belongs. */
    private void makeRoom(byte[] subject, int offset, int length) {
        byte[] block = chunks[chunk][number];
        byte[] larger = place.larger(block, length);
        if (larger != null) {
            chunks[chunk][number] = larger;
            bytes += larger.length - block.length;
            return;
        }
        byte[] behind = place.split(block, subject, offset, length);
        number++;
        putIn(behind);
    }

    /** The block in which a subject is or belongs; there is one. */
    private byte[] locate(byte[] subject, int offset, int length) {
        recentLength = -1;
        int low = 1;
        int high = chunkCount;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (place.compareFirst(chunks[middle][0], subject, offset, length) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        chunk = low - 1;
        byte[][] blocks = chunks[chunk];
        low = 1;
        high = counts[chunk];
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (place.compareFirst(blocks[middle], subject, offset, length) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        number = low - 1;
        return blocks[number];
    }

    /** A new block at the place. */
    private void putIn(byte[] block) {
        bytes += block.length;
        if (chunkCount == 0) {
            insertChunk(0, new byte[1][]);
        } else if (counts[chunk] == CHUNK) {
            halve();
        }
        byte[][] blocks = chunks[chunk];
        if (counts[chunk] == blocks.length) {
            blocks = Arrays.copyOf(blocks, Math.min(CHUNK, blocks.length * 2));
            chunks[chunk] = blocks;
        }
        System.arraycopy(blocks, number, blocks, number + 1, counts[chunk] - number);
        blocks[number] = block;
        counts[chunk]++;
    }

    /** A full chunk becomes two; one that is full because all came in order stays so. */
    private void halve() {
        int kept = number == CHUNK ? CHUNK : CHUNK / 2;
        byte[][] old = chunks[chunk];
        byte[][] behind = new byte[CHUNK][];
        System.arraycopy(old, kept, behind, 0, CHUNK - kept);
        Arrays.fill(old, kept, CHUNK, null);
        counts[chunk] = kept;
        insertChunk(chunk + 1, behind);
        counts[chunk + 1] = CHUNK - kept;
        if (number > kept || number == CHUNK) {
            chunk++;
            number -= kept;
        }
    }

    private void insertChunk(int at, byte[][] made) {
        if (chunkCount == chunks.length) {
            chunks = Arrays.copyOf(chunks, chunkCount * 2);
            counts = Arrays.copyOf(counts, chunkCount * 2);
        }
        System.arraycopy(chunks, at, chunks, at + 1, chunkCount - at);
        System.arraycopy(counts, at, counts, at + 1, chunkCount - at);
        chunks[at] = made;
        counts[at] = 0;
        chunkCount++;
    }

    /** The block at the place goes. */
    private void takeOut() {
        byte[][] blocks = chunks[chunk];
        int left = --counts[chunk];
        System.arraycopy(blocks, number + 1, blocks, number, left - number);
        Arrays.fill(blocks, left, left + 1, null);
        if (left == 0) {
            removeChunk(chunk);
        } else if (chunk + 1 < chunkCount && left + counts[chunk + 1] <= CHUNK / 2) {
            int more = counts[chunk + 1];
            byte[][] both = Arrays.copyOf(blocks, CHUNK);
            System.arraycopy(chunks[chunk + 1], 0, both, left, more);
            chunks[chunk] = both;
            counts[chunk] = left + more;
            removeChunk(chunk + 1);
        }
    }

    private void removeChunk(int at) {
        chunkCount--;
        System.arraycopy(chunks, at + 1, chunks, at, chunkCount - at);
        System.arraycopy(counts, at + 1, counts, at, chunkCount - at);
        Arrays.fill(chunks, chunkCount, chunkCount + 1, null);
    }

    /** Goes over the subjects. */
    Cursor cursor() {
        return new Cursor();
    }

    /** A place in the index, with what is known of the subject there. Single owner. */
    final class Cursor implements SubjectCursor {
        private final SubjectBlock at = new SubjectBlock();
        private byte[] text = new byte[64];
        private int length;
        private int inChunk;
        private int inBlock;
        private int seen;

        @Override
        public boolean seek(byte[] key, int keyLength) {
            seen = changes;
            if (chunkCount == 0) {
                return false;
            }
            byte[] block = locate(key, 0, keyLength);
            inChunk = chunk;
            inBlock = number;
            boolean found = at.seek(block, key, 0, keyLength);
            if (!found && at.isBehind(block)) {
                return nextBlock();
            }
            if (text.length < keyLength) {
                text = new byte[keyLength * 2];
            }
            System.arraycopy(key, 0, text, 0, Math.min(keyLength, at.shared()));
            show(block);
            return true;
        }

        @Override
        public boolean next() {
            if (seen != changes) {
                byte[] behind = Arrays.copyOf(text, length + 1);
                behind[length] = 0;
                return seek(behind, length + 1);
            }
            byte[] block = chunks[inChunk][inBlock];
            if (!at.toNext(block)) {
                return nextBlock();
            }
            show(block);
            return true;
        }

        private boolean nextBlock() {
            if (++inBlock == counts[inChunk]) {
                inBlock = 0;
                if (++inChunk == chunkCount) {
                    return false;
                }
            }
            byte[] block = chunks[inChunk][inBlock];
            at.toFirst(block);
            show(block);
            return true;
        }

        private void show(byte[] block) {
            text = at.text(block, text);
            length = at.length();
            at.known(block);
        }

        @Override
        public byte[] text() {
            return text;
        }

        @Override
        public int length() {
            return length;
        }

        long count() {
            return at.count;
        }

        long first() {
            return at.first;
        }

        boolean firstIsExact() {
            return at.firstIsExact;
        }

        long last() {
            return at.last;
        }

        boolean lastIsExact() {
            return at.lastIsExact;
        }
    }
}
