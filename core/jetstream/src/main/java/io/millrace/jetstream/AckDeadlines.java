package io.millrace.jetstream;

/**
 * When the pending messages of one consumer are to be delivered again: ack wait, backoff, or the
 * delay of a negative acknowledgement. It knows no clock; the owner asks what is due. Its owner
 * only.
 */
final class AckDeadlines {
    /** What {@link #next} says when nothing is scheduled. */
    static final long NEVER = Long.MAX_VALUE;

    private final SequenceHeap heap = new SequenceHeap();

    int size() {
        return heap.size();
    }

    /** What it takes in memory. */
    long bytes() {
        return heap.bytes();
    }

    boolean contains(long sequence) {
        return heap.contains(sequence);
    }

    /** The deadline of a sequence; {@link #NEVER} when it has none. */
    long deadline(long sequence) {
        return heap.number(sequence, NEVER);
    }

    /** Sets the deadline of a sequence, in place of the one it may have. */
    void schedule(long sequence, long deadlineNanos) {
        heap.put(sequence, deadlineNanos);
    }

    /** Returns whether the sequence had a deadline. */
    boolean cancel(long sequence) {
        return heap.remove(sequence);
    }

    /** The earliest deadline; {@link #NEVER} when nothing is scheduled. */
    long next() {
        long first = heap.first();
        return first == 0 ? NEVER : heap.number(first, NEVER);
    }

    /**
     * Takes out the sequence with the earliest deadline, the lower one of two, when that is not
     * after {@code nowNanos}; 0 when nothing is due.
     */
    long dueBefore(long nowNanos) {
        return next() <= nowNanos ? heap.poll() : 0;
    }

    /** Gives back what a burst has left behind; for a moment when little happens. */
    void trim() {
        heap.trim();
    }

    void clear() {
        heap.clear();
    }
}
