package io.millrace.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Puts sequences into ascending order, a piece at a time. Single owner. */
/* Runs of some thousands are sorted as they come, and merged in the end: the heap holds a run per
 * place, the one with the lowest head on top. */
final class AscendingMerge {
    private static final int RUN = 4096;

    private final List<long[]> runs = new ArrayList<>();
    private long[] run = new long[16];
    private int inRun;
    private int count;
    private int[] heap = new int[0];
    private int[] heads = new int[0];
    private int inHeap;
    private long[] merged = new long[0];
    private int done = -1;

    void add(long sequence) {
        if (inRun == run.length) {
            run = Arrays.copyOf(run, inRun * 2);
        }
        run[inRun++] = sequence;
        count++;
        if (inRun == RUN) {
            endRun();
        }
    }

    int count() {
        return count;
    }

    private void endRun() {
        long[] ended = inRun == run.length ? run : Arrays.copyOf(run, inRun);
        Arrays.sort(ended);
        runs.add(ended);
        run = new long[RUN];
        inRun = 0;
    }

    /** Merges the next ones. Returns whether there are more. */
    boolean goOn(int most) {
        if (done < 0) {
            begin();
        }
        int until = (int) Math.min(count, done + (long) most);
        while (done < until) {
            int lowest = heap[0];
            merged[done++] = runs.get(lowest)[heads[lowest]++];
            if (heads[lowest] == runs.get(lowest).length) {
                heap[0] = heap[--inHeap];
            }
            sink(0);
        }
        return done < count;
    }

    private void begin() {
        done = 0;
        if (inRun > 0) {
            endRun();
        }
        run = new long[0];
        if (runs.size() == 1) {
            merged = runs.getFirst();
            done = count;
            return;
        }
        merged = new long[count];
        heads = new int[runs.size()];
        heap = new int[runs.size()];
        for (int i = 0; i < heap.length; i++) {
            heap[i] = i;
        }
        inHeap = heap.length;
        for (int i = inHeap / 2; i >= 0; i--) {
            sink(i);
        }
    }

    private void sink(int from) {
        int at = from;
        while (true) {
            int child = 2 * at + 1;
            if (child >= inHeap) {
                return;
            }
            if (child + 1 < inHeap && head(child + 1) < head(child)) {
                child++;
            }
            if (head(at) <= head(child)) {
                return;
            }
            int swap = heap[at];
            heap[at] = heap[child];
            heap[child] = swap;
            at = child;
        }
    }

    private long head(int place) {
        int of = heap[place];
        return runs.get(of)[heads[of]];
    }

    /** All of them, once there are no more to be merged. */
    long[] merged() {
        return merged;
    }
}
