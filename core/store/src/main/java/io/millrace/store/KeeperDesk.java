package io.millrace.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Where streams leave work for the keeper. Any thread. */
final class KeeperDesk {
    /** What is wanted of a segment. */
    enum Wish {
        INDEX,
        COMPACT
    }

    /**
     * One wish; {@code index} is what an INDEX wish writes, null for one that has to be found out,
     * and {@code run} what COMPACT rewrites.
     */
    record Job(
            Wish wish,
            StreamStore stream,
            Segment segment,
            @Nullable GrowingIndex index,
            @Nullable CompactionRun run) {}

    /** A segment below this share of live bytes is compacted. */
    private static final int THIN_DIVISOR = 2;

    final ConcurrentLinkedQueue<Job> jobs = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Segment> dead = new ConcurrentLinkedQueue<>();

    /**
     * A large index that nobody needs any more: without it each full segment left one as garbage.
     */
    private final AtomicReference<@Nullable GrowingIndex> spare = new AtomicReference<>();

    /** For streams that take out their oldest, one after the other; the streams' owner. */
    private final ReadAhead removing = new ReadAhead();

    private final Journal journal;
    private final StoreOptions options;
    private final AtomicInteger nextStateId;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private boolean woken;
    private final AtomicBoolean wiping = new AtomicBoolean();

    KeeperDesk(Journal journal, StoreOptions options, int nextStateId) {
        this.options = options;
        this.journal = journal;
        this.nextStateId = new AtomicInteger(nextStateId);
    }

    Journal journal() {
        return journal;
    }

    ReadAhead removing() {
        return removing;
    }

    int takeStateId() {
        return nextStateId.getAndIncrement();
    }

    void atLeastStateId(int next) {
        nextStateId.accumulateAndGet(next, Math::max);
    }

    int nextStateId() {
        return nextStateId.get();
    }

    /** A segment gets no more messages: its index can go to disk. */
    void closed(StreamStore stream, Segment segment) {
        if (segment.index instanceof GrowingIndex index) {
            jobs.add(new Job(Wish.INDEX, stream, segment, index, null));
            wake();
        }
    }

    /** An index that is written and that nobody looks at any more. */
    void spare(GrowingIndex index) {
        if (index.count() >= options.segmentMessages() / THIN_DIVISOR) {
            index.clear();
            spare.set(index);
        }
    }

    /** One that served for a moment; a larger one may have come meanwhile. */
    void unused(GrowingIndex index) {
        index.clear();
        spare.compareAndSet(null, index);
    }

    /** One for a segment that begins behind a full one, or takes what is left of others. */
    GrowingIndex nextIndex() {
        GrowingIndex there = spare.getAndSet(null);
        return there == null ? new GrowingIndex() : there;
    }

    /** A segment that a killed process left without an index; the keeper makes it. */
    void unindexed(StreamStore stream, Segment segment) {
        segment.busy = true;
        jobs.add(new Job(Wish.INDEX, stream, segment, null, null));
        wake();
    }

    /** A message left a closed segment: perhaps too little is left of it. */
    void thinned(StreamStore stream, Segment segment) {
        if (segment.liveBytes < (segment.dataBytes - FileHeader.BYTES) / THIN_DIVISOR
                && segment.indexBytes > 0) {
            rewrite(stream, segment);
        }
    }

    /** The segment is written anew, without what is deleted. Called by the stream's owner. */
    void rewrite(StreamStore stream, Segment segment) {
        if (!segment.busy) {
            CompactionRun run = CompactionRun.around(stream, segment, options);
            jobs.add(new Job(Wish.COMPACT, stream, segment, null, run));
            wake();
        }
    }

    /** Nothing refers to the segment any more once a checkpoint says so. */
    void dead(Segment segment) {
        dead.add(segment);
    }

    /** The next checkpoint overwrites what it frees. */
    void wipe() {
        wiping.set(true);
        journal.roll();
        wake();
    }

    boolean wiping() {
        return wiping.get();
    }

    /** Whether the checkpoint that begins now has to wipe; if it fails, say {@link #wipe} again. */
    boolean takeWiping() {
        return wiping.getAndSet(false);
    }

    void wake() {
        lock.lock();
        try {
            woken = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    void await(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            while (!woken && left > 0) {
                left = work.awaitNanos(left);
            }
            woken = false;
        } finally {
            lock.unlock();
        }
    }
}
