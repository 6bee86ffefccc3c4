package io.millrace.jetstream;

/** Stream sequences that wait to be delivered again, the lowest first. Its owner only. */
final class RedeliveryQueue {
    private final SequenceHeap heap = new SequenceHeap();

    int size() {
        return heap.size();
    }

    boolean isEmpty() {
        return heap.size() == 0;
    }

    /** What it takes in memory. */
    long bytes() {
        return heap.bytes();
    }

    boolean contains(long sequence) {
        return heap.contains(sequence);
    }

    /** Returns whether the sequence was not queued yet. */
    boolean add(long sequence) {
        boolean added = !heap.contains(sequence);
        heap.put(sequence, sequence);
        return added;
    }

    /** Returns whether the sequence was queued. */
    boolean remove(long sequence) {
        return heap.remove(sequence);
    }

    /** Removes all sequences up to one. */
    void removeUpTo(long sequence) {
        for (long first = first(); first > 0 && first <= sequence; first = first()) {
            heap.poll();
        }
    }

    /** The lowest sequence, which stays; 0 when there is none. */
    long first() {
        return heap.first();
    }

    /** Takes the lowest sequence out; 0 when there is none. */
    long poll() {
        return heap.poll();
    }

    /** Gives back what a burst has left behind; for a moment when little happens. */
    void trim() {
        heap.trim();
    }

    void clear() {
        heap.clear();
    }
}
