package io.millrace.jetstream;

import io.millrace.runtime.Check;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The publish acks that wait until their messages are on disk, in the order of their commits. Owned
 * by the loop of the streams {@code S} they belong to.
 */
/* Two rings that grow together with what waits: one of entries, one of bytes that holds the reply
 * subjects one behind the other.
 *
 *     numbers    │ 17 │ 17 │ 18 │    │    │          head = 0, count = 3
 *     sequences  │  4 │  5 │ ~9 │    │    │          all bits turned: a duplicate of 9
 *     owners     │  A │  A │  B │    │    │
 *     offsets    │  0 │ 12 │ 24 │    │    │
 *     bytes      │_INBOX.a.1…_INBOX.a.2…_INBOX.b.1…        │
 *
 * A subject is never cut in two: where it does not fit in front of the array's end it starts at 0,
 * and the bytes left over are free again with the entry. Steady traffic allocates nothing. When the
 * last entry leaves, arrays that a burst has made larger than the kept sizes are dropped.
 *
 * An ack that leaves may be a publish to a stream of the same loop: acks may be added while others
 * leave, and wait for the next round. */
final class PendingReplies<S> {
    /** Sees an ack that may leave now; the subject's bytes are valid during the call only. */
    interface Visitor<S> {
        void reply(
                S stream, long sequence, boolean duplicate, byte[] buffer, int offset, int length);
    }

    private static final int FIRST_ENTRIES = 1 << 6;
    private static final int FIRST_BYTES = 4 << 10;
    private static final int KEPT_ENTRIES = 1 << 12;
    private static final int KEPT_BYTES = 128 << 10;

    private long[] numbers = new long[FIRST_ENTRIES];
    private long[] sequences = new long[FIRST_ENTRIES];
    private @Nullable Object[] owners = new @Nullable Object[FIRST_ENTRIES];
    private int[] offsets = new int[FIRST_ENTRIES];
    private int[] lengths = new int[FIRST_ENTRIES];
    private int head;
    private int count;

    private byte[] bytes = new byte[FIRST_BYTES];

    /** Behind the last byte in use; the first one in use is that of the entry at the head. */
    private int bytesEnd;

    private boolean draining;

    /** How many acks wait. */
    int size() {
        return count;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** The commit that the first ack waits for; only when there is one. */
    long firstNumber() {
        Check.state(count > 0, "an ack waits");
        return numbers[head];
    }

    /** An ack that may leave when {@code number} is committed; numbers never fall. */
    void add(long number, S stream, long sequence, byte[] reply, int offset, int length) {
        add(number, stream, sequence, false, reply, offset, length);
    }

    /** As {@link #add}; the message was a duplicate of the one with {@code sequence}. */
    void addDuplicate(long number, S stream, long sequence, byte[] reply, int offset, int length) {
        add(number, stream, sequence, true, reply, offset, length);
    }

    /** Lets everything go that waits for {@code number} or less; returns how many that were. */
    int drainCommitted(long number, Visitor<? super S> visitor) {
        Check.state(!draining, "acks leave in one place at a time");
        draining = true;
        int most = count;
        int drained = 0;
        try {
            while (drained < most && numbers[head] <= number) {
                drained++;
                first(visitor);
            }
        } finally {
            draining = false;
        }
        shrink();
        return drained;
    }

    /** Lets everything go that waits now, whatever is committed: it failed. */
    int drainAll(Visitor<? super S> visitor) {
        return drainCommitted(Long.MAX_VALUE, visitor);
    }

    /** Forgets what waits for one stream, as when it is deleted; returns how many that were. */
    int forget(S stream) {
        Check.state(!draining, "acks leave in one place at a time");
        int mask = numbers.length - 1;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int from = (head + i) & mask;
            if (owners[from] != stream) {
                move(from, (head + kept++) & mask);
            }
        }
        for (int i = kept; i < count; i++) {
            owners[(head + i) & mask] = null;
        }
        int forgotten = count - kept;
        count = kept;
        if (kept > 0) {
            int last = (head + kept - 1) & mask;
            bytesEnd = offsets[last] + lengths[last];
        }
        shrink();
        return forgotten;
    }

    /** Bytes of memory held, for reports. */
    long memoryBytes() {
        return numbers.length * (2L * Long.BYTES + 3L * Integer.BYTES) + bytes.length;
    }

    private void add(
            long number,
            S stream,
            long sequence,
            boolean duplicate,
            byte[] reply,
            int offset,
            int length) {
        Check.state(
                count == 0 || numbers[(head + count - 1) & (numbers.length - 1)] <= number,
                "acks come in the order of commits");
        if (count == numbers.length) {
            growEntries();
        }
        int start = room(length);
        System.arraycopy(reply, offset, bytes, start, length);
        bytesEnd = start + length;
        int at = (head + count) & (numbers.length - 1);
        numbers[at] = number;
        sequences[at] = duplicate ? ~sequence : sequence;
        owners[at] = stream;
        offsets[at] = start;
        lengths[at] = length;
        count++;
    }

    @SuppressWarnings("unchecked")
    private void first(Visitor<? super S> visitor) {
        S stream = (S) Objects.requireNonNull(owners[head]);
        long sequence = sequences[head];
        boolean duplicate = sequence < 0;
        try {
            visitor.reply(
                    stream,
                    duplicate ? ~sequence : sequence,
                    duplicate,
                    bytes,
                    offsets[head],
                    lengths[head]);
        } finally {
            // Whatever became of it, it is answered once; acks added meanwhile may have moved it.
            owners[head] = null;
            head = (head + 1) & (numbers.length - 1);
            count--;
        }
    }

    private void move(int from, int to) {
        numbers[to] = numbers[from];
        sequences[to] = sequences[from];
        owners[to] = owners[from];
        offsets[to] = offsets[from];
        lengths[to] = lengths[from];
    }

    /** Where {@code length} bytes in one piece are free. */
    private int room(int length) {
        if (count == 0) {
            bytesEnd = 0;
            if (length > bytes.length) {
                bytes = new byte[sizeFor(length)];
            }
            return 0;
        }
        int first = offsets[head];
        if (isUnwrapped()) {
            if (bytes.length - bytesEnd >= length) {
                return bytesEnd;
            }
            // Strictly less: an end that meets the start would look like an empty ring.
            if (length < first) {
                return 0;
            }
        } else if (first - bytesEnd > length) {
            return bytesEnd;
        }
        growBytes(length);
        return bytesEnd;
    }

    /** Whether the last entry stands behind the first one, also when both have no bytes. */
    private boolean isUnwrapped() {
        return offsets[(head + count - 1) & (numbers.length - 1)] >= offsets[head];
    }

    private void growBytes(int length) {
        int used = 0;
        int mask = numbers.length - 1;
        for (int i = 0; i < count; i++) {
            used = Math.addExact(used, lengths[(head + i) & mask]);
        }
        byte[] larger = new byte[sizeFor(Math.addExact(used, Math.max(length, used)))];
        int end = 0;
        for (int i = 0; i < count; i++) {
            int at = (head + i) & mask;
            System.arraycopy(bytes, offsets[at], larger, end, lengths[at]);
            offsets[at] = end;
            end += lengths[at];
        }
        bytes = larger;
        bytesEnd = end;
    }

    private static int sizeFor(int needed) {
        return Math.max(FIRST_BYTES, needed);
    }

    private void growEntries() {
        int old = numbers.length;
        int from = head;
        numbers = unrolled(numbers, from);
        sequences = unrolled(sequences, from);
        offsets = unrolled(offsets, from);
        lengths = unrolled(lengths, from);
        @Nullable Object[] more = Arrays.copyOfRange(owners, from, from + old * 2);
        System.arraycopy(owners, 0, more, old - from, from);
        owners = more;
        head = 0;
    }

    private static long[] unrolled(long[] ring, int head) {
        long[] larger = new long[ring.length * 2];
        System.arraycopy(ring, head, larger, 0, ring.length - head);
        System.arraycopy(ring, 0, larger, ring.length - head, head);
        return larger;
    }

    private static int[] unrolled(int[] ring, int head) {
        int[] larger = new int[ring.length * 2];
        System.arraycopy(ring, head, larger, 0, ring.length - head);
        System.arraycopy(ring, 0, larger, ring.length - head, head);
        return larger;
    }

    private void shrink() {
        if (count > 0) {
            return;
        }
        head = 0;
        bytesEnd = 0;
        if (numbers.length > KEPT_ENTRIES) {
            numbers = new long[FIRST_ENTRIES];
            sequences = new long[FIRST_ENTRIES];
            owners = new @Nullable Object[FIRST_ENTRIES];
            offsets = new int[FIRST_ENTRIES];
            lengths = new int[FIRST_ENTRIES];
        }
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }
}
