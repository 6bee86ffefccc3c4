package io.millrace.jetstream;

/**
 * When the turns began whose writing is on its way to the disk, in the order of their numbers.
 * Owned by the loop.
 */
/* One entry a turn instead of one a message: what a turn brought was heard within it. When the disk
 * stands still for longer than there is room, the newest entry stands for the turns that follow,
 * too: they are said to have waited longer than they have, never shorter. */
final class TurnTimes {
    private static final int ROOM = 1024;

    private final long[] numbers = new long[ROOM];
    private final long[] begins = new long[ROOM];
    private int head;
    private int count;

    /** A turn that began then has written up to {@code number}. */
    void add(long number, long beganNanos) {
        if (count == ROOM) {
            numbers[(head + count - 1) & (ROOM - 1)] = number;
            return;
        }
        int at = (head + count) & (ROOM - 1);
        numbers[at] = number;
        begins[at] = beganNanos;
        count++;
    }

    /** Whether there is a turn all of whose writing has a number up to {@code number}. */
    boolean hasUpTo(long number) {
        return count > 0 && numbers[head] <= number;
    }

    /** Up to where the first turn has written. */
    long firstNumber() {
        return numbers[head];
    }

    /** Takes the first turn out and says when it began. */
    long takeFirst() {
        long began = begins[head];
        head = (head + 1) & (ROOM - 1);
        count--;
        return began;
    }
}
