package io.millrace.runtime;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The appointments of one loop: a 4-ary heap ordered by deadline. Owned by that loop; no method may
 * be called from elsewhere.
 */
/* Why a heap and not a wheel: an idle server must not tick, so the next deadline has to be known
 * exactly, and with 100,000 idle connections a timer moves once in minutes each. Eight bytes per
 * appointment beside the Timer itself; scheduling and cancelling cost O(log n). */
public final class Timers {
    private static final int ARITY = 4;

    private final Clock clock;
    private @Nullable Timer[] heap = new Timer[16];
    private int size;

    public Timers(Clock clock) {
        this.clock = clock;
    }

    public Clock clock() {
        return clock;
    }

    /**
     * Appoints {@code timer} in {@code delayNanos} from now; moves it when it has a date already.
     */
    public void schedule(Timer timer, long delayNanos) {
        scheduleAt(timer, clock.nanoTime() + Math.max(0, delayNanos));
    }

    /** Appoints {@code timer} at a {@link Clock#nanoTime()}. */
    public void scheduleAt(Timer timer, long deadlineNanos) {
        if (timer.position == Timer.NOT_SCHEDULED) {
            timer.deadlineNanos = deadlineNanos;
            if (size == heap.length) {
                heap = Arrays.copyOf(heap, size * 2);
            }
            place(timer, size++);
            siftUp(timer);
        } else {
            boolean sooner = deadlineNanos - timer.deadlineNanos < 0;
            timer.deadlineNanos = deadlineNanos;
            if (sooner) {
                siftUp(timer);
            } else {
                siftDown(timer);
            }
        }
    }

    /** Takes the appointment back; nothing happens when there is none. */
    public void cancel(Timer timer) {
        int hole = timer.position;
        if (hole == Timer.NOT_SCHEDULED) {
            return;
        }
        timer.position = Timer.NOT_SCHEDULED;
        Timer last = at(--size);
        heap[size] = null;
        if (last != timer) {
            place(last, hole);
            siftUp(last);
            siftDown(last);
        }
    }

    /** Nanoseconds until the next appointment: 0 when one is due, -1 when there is none. */
    public long nanosToNext() {
        return size == 0 ? -1 : Math.max(0, at(0).deadlineNanos - clock.nanoTime());
    }

    /** Fires what is due now. Timers that fire may schedule again; those wait for the next call. */
    public int fireDue() {
        if (size == 0) {
            return 0;
        }
        long now = clock.nanoTime();
        int fired = 0;
        int limit = size;
        while (size > 0 && fired < limit && at(0).deadlineNanos - now <= 0) {
            Timer due = at(0);
            cancel(due);
            fired++;
            due.fire();
        }
        return fired;
    }

    public int size() {
        return size;
    }

    private Timer at(int index) {
        Timer timer = heap[index];
        if (timer == null) {
            throw new IllegalStateException("no timer at " + index);
        }
        return timer;
    }

    private void place(Timer timer, int index) {
        heap[index] = timer;
        timer.position = index;
    }

    private void siftUp(Timer timer) {
        int index = timer.position;
        while (index > 0) {
            int parentIndex = (index - 1) / ARITY;
            Timer parent = at(parentIndex);
            if (parent.deadlineNanos - timer.deadlineNanos <= 0) {
                break;
            }
            place(parent, index);
            index = parentIndex;
        }
        place(timer, index);
    }

    private void siftDown(Timer timer) {
        int index = timer.position;
        while (true) {
            int best = -1;
            int first = index * ARITY + 1;
            int end = Math.min(first + ARITY, size);
            for (int child = first; child < end; child++) {
                if (best < 0 || at(child).deadlineNanos - at(best).deadlineNanos < 0) {
                    best = child;
                }
            }
            if (best < 0 || at(best).deadlineNanos - timer.deadlineNanos >= 0) {
                break;
            }
            place(at(best), index);
            index = best;
        }
        place(timer, index);
    }
}
