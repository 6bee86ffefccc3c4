package io.millrace.server;

import io.millrace.runtime.Loop;
import io.millrace.runtime.Timer;

/**
 * Asks for a collection of the whole heap when much of it has become garbage. The serial collector
 * by itself looks at what is old when the heap is at its limit: a server that could rest in 30 MB
 * would take, in the course of days, all it may have. Owned by its loop.
 */
final class HeapWatch {
    /** Where bytes are counted and collected. */
    interface Heap {
        /** Bytes in use, dead objects included. */
        long used();

        /** Returns when no dead object is left. */
        void collect();
    }

    private static final long NANOS_PER_SECOND = 1_000_000_000;

    /* A collection stops everything for a time that grows with what lives. It comes only when as
     * much again is dead, and seldom enough to stay below one message in ten thousand. */
    static final long PERIOD_NANOS = 300 * NANOS_PER_SECOND;
    static final long SPARED_BYTES = 16 << 20;

    private final Loop loop;
    private final Heap heap;
    private final long youngBytes;
    private long livingBytes;

    /**
     * @param youngBytes what may be garbage at any time without being worth a look
     */
    HeapWatch(Loop loop, Heap heap, long youngBytes) {
        this.loop = loop;
        this.heap = heap;
        this.youngBytes = youngBytes;
    }

    /** The heap of this process. */
    static Heap ofThisProcess() {
        return new Heap() {
            @Override
            public long used() {
                Runtime runtime = Runtime.getRuntime();
                return runtime.totalMemory() - runtime.freeMemory();
            }

            @Override
            public void collect() {
                System.gc();
            }
        };
    }

    /** Begins. Any thread. */
    void start() {
        loop.execute(() -> loop.timers().schedule(new Look(), PERIOD_NANOS));
    }

    private final class Look extends Timer {
        @Override
        protected void fire() {
            if (heap.used() > youngBytes + SPARED_BYTES + 2 * livingBytes) {
                heap.collect();
                livingBytes = heap.used();
            }
            loop.timers().schedule(this, PERIOD_NANOS);
        }
    }
}
