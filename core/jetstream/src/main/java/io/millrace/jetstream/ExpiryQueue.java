package io.millrace.jetstream;

import io.millrace.runtime.Check;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * When the messages of one stream expire by their own TTLs, soonest first. Owned by the stream's
 * loop; nothing of it is on disk.
 */
/* A binary heap of (deadline, sequence), 16 bytes for each message with a TTL, in chunks: growing
 * to millions copies nothing and so stops nobody. Adding and taking allocate nothing beyond a chunk
 * per 4,096 messages.
 *
 * A message that is deleted otherwise leaves its entry here (finding it would cost a map of the
 * size of the heap): whoever takes a due entry looks whether the message is still there. So that
 * a key that is overwritten every second with a TTL of a year does not fill the heap, the owner says
 * how many left (`removed`), and as soon as half of the entries may be dead `needsSweep` asks for
 * slices of `sweep`.
 *
 * After a start the queue is filled anew from the messages' Nats-TTL headers. Only a stream that
 * allows message TTLs has to be read for that: the option can not be switched off once it is on, so
 * that a stream without it holds none, and one of five million messages without TTLs costs nothing. */
final class ExpiryQueue {
    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK = 1 << CHUNK_SHIFT;
    private static final int FIRST_CHUNK = 16;

    /** Fewer dead entries than these are not worth a sweep. */
    private static final int DEAD_MIN = 1 << 10;

    private long[][] deadlines = {new long[FIRST_CHUNK]};
    private long[][] sequences = {new long[FIRST_CHUNK]};

    /** Chunks that exist; the first one may be smaller than {@link #CHUNK}. */
    private int chunks = 1;

    private int size;
    private long dead;

    /** The entry that a sweep looks at next; negative when none is under way. */
    private int sweepAt = -1;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** {@link MessageTtl#NO_DEADLINE} is not remembered. */
    void add(long deadlineNanos, long sequence) {
        if (deadlineNanos == MessageTtl.NO_DEADLINE) {
            return;
        }
        room();
        size++;
        up(size - 1, deadlineNanos, sequence);
    }

    /** The soonest deadline, or {@link MessageTtl#NO_DEADLINE} when nothing expires. */
    long nextDeadline() {
        return size == 0 ? MessageTtl.NO_DEADLINE : deadlines[0][0];
    }

    /**
     * Takes the message that is due first, messages of one deadline in the order of their
     * sequences; 0 when none is due. It may be gone already.
     */
    long popDue(long nowNanos) {
        if (size == 0 || deadlines[0][0] > nowNanos) {
            return 0;
        }
        long sequence = sequences[0][0];
        removeAt(0);
        return sequence;
    }

    /** So many messages with a TTL are gone that were not taken from here. */
    void removed(long count) {
        dead = Math.min(size, dead + count);
    }

    /** Whether the owner should call {@link #sweep} in one of its next turns. */
    boolean needsSweep() {
        return sweepAt >= 0 || (dead >= DEAD_MIN && dead > size / 2);
    }

    /** Drops dead ones among the next {@code most} entries; what is due is kept anyway. */
    void sweep(LongPredicate alive, int most) {
        if (sweepAt < 0 || sweepAt >= size) {
            sweepAt = size - 1;
        }
        // From the end: what fills a gap comes from behind, seen already, or from the next parent
        // up,
        // which is why the same place is looked at again.
        for (int i = 0; i < most && sweepAt >= 0; i++) {
            if (sweepAt < size && !alive.test(sequence(sweepAt))) {
                removeAt(sweepAt);
            } else {
                sweepAt--;
            }
        }
        if (sweepAt < 0) {
            dead = 0;
        }
    }

    void clear() {
        size = 0;
        dead = 0;
        sweepAt = -1;
        deadlines = new long[][] {new long[FIRST_CHUNK]};
        sequences = new long[][] {new long[FIRST_CHUNK]};
        chunks = 1;
    }

    /** Bytes of memory held, for reports. */
    long memoryBytes() {
        long entries = deadlines[0].length + (chunks - 1L) * CHUNK;
        return entries * 2 * Long.BYTES;
    }

    private long deadline(int at) {
        return deadlines[at >>> CHUNK_SHIFT][at & (CHUNK - 1)];
    }

    private long sequence(int at) {
        return sequences[at >>> CHUNK_SHIFT][at & (CHUNK - 1)];
    }

    private void put(int at, long deadline, long sequence) {
        deadlines[at >>> CHUNK_SHIFT][at & (CHUNK - 1)] = deadline;
        sequences[at >>> CHUNK_SHIFT][at & (CHUNK - 1)] = sequence;
    }

    private boolean isBefore(int at, long deadline, long sequence) {
        long other = deadline(at);
        return other < deadline || (other == deadline && sequence(at) < sequence);
    }

    private void up(int from, long deadline, long sequence) {
        int at = from;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (isBefore(parent, deadline, sequence)) {
                break;
            }
            put(at, deadline(parent), sequence(parent));
            at = parent;
        }
        put(at, deadline, sequence);
    }

    private void down(int from, long deadline, long sequence) {
        int at = from;
        while (at < size >>> 1) {
            int child = 2 * at + 1;
            if (child + 1 < size && isBefore(child + 1, deadline(child), sequence(child))) {
                child++;
            }
            if (!isBefore(child, deadline, sequence)) {
                break;
            }
            put(at, deadline(child), sequence(child));
            at = child;
        }
        put(at, deadline, sequence);
    }

    private void removeAt(int at) {
        size--;
        long deadline = deadline(size);
        long sequence = sequence(size);
        if (at < size) {
            if (at > 0 && !isBefore((at - 1) >>> 1, deadline, sequence)) {
                up(at, deadline, sequence);
            } else {
                down(at, deadline, sequence);
            }
        }
        // One spare chunk stays, so that a size that swings around its edge costs nothing.
        if (chunks > 2 && size <= (chunks - 2) << CHUNK_SHIFT) {
            chunks--;
            deadlines[chunks] = new long[0];
            sequences[chunks] = new long[0];
        }
    }

    private void room() {
        if (size < CHUNK) {
            if (size == deadlines[0].length) {
                deadlines[0] = Arrays.copyOf(deadlines[0], size * 2);
                sequences[0] = Arrays.copyOf(sequences[0], size * 2);
            }
            return;
        }
        Check.state(
                size < Integer.MAX_VALUE - CHUNK, "a stream has less than 2^31 messages with TTLs");
        if (size >>> CHUNK_SHIFT == chunks) {
            if (chunks == deadlines.length) {
                deadlines = Arrays.copyOf(deadlines, chunks * 2);
                sequences = Arrays.copyOf(sequences, chunks * 2);
            }
            deadlines[chunks] = new long[CHUNK];
            sequences[chunks] = new long[CHUNK];
            chunks++;
        }
    }
}
