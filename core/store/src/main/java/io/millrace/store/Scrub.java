package io.millrace.store;

import io.millrace.runtime.Clock;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.Log;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Reads closed segments in the background and compares checksums, slowly and for ever, so that
 * damage is found before a reader needs what it took. The keeper's thread; findings go to owners.
 */
final class Scrub {
    private record Target(StreamStore stream, Segment segment) {}

    private final StoreOptions options;
    private final SegmentFiles files;
    private final KeeperDesk desk;
    private final Checksum check;
    private final RecordWindow window;
    private final Clock clock;
    private final Log log;
    private final Supplier<Collection<StreamStore>> streams;
    private final ConcurrentLinkedQueue<Target> targets = new ConcurrentLinkedQueue<>();
    private final Deque<StreamStore> turn = new ArrayDeque<>();
    private long nextAtNanos;
    private final AtomicLong passes = new AtomicLong();

    Scrub(
            StoreParts parts,
            Clock clock,
            Supplier<Collection<StreamStore>> streams,
            RecordWindow window) {
        this.window = window;
        this.options = parts.options();
        this.files = parts.files();
        this.desk = parts.desk();
        this.check = new Checksum(parts.storeId());
        this.clock = clock;
        this.log = parts.log();
        this.streams = streams;
        this.nextAtNanos = clock.nanoTime() + TimeUnit.SECONDS.toNanos(1);
    }

    /** Full passes over the store so far. */
    long passes() {
        return passes.get();
    }

    /** Lets the next turn come at once. */
    void hurry() {
        nextAtNanos = clock.nanoTime();
    }

    /** One segment, when its time has come. */
    int doWork() {
        long now = clock.nanoTime();
        if (now - nextAtNanos < 0) {
            return 0;
        }
        Target target = targets.poll();
        if (target == null) {
            ask(now);
            return 0;
        }
        long bytes = target.segment().dataBytes;
        nextAtNanos = now + TimeUnit.SECONDS.toNanos(1) * bytes / options.scrubBytes();
        SegmentDamage damage = damageIn(target.segment());
        if (!damage.from.isEmpty()) {
            target.stream().owner().execute(() -> examine(target, damage));
        }
        return 1;
    }

    private void ask(long now) {
        StreamStore next = turn.poll();
        if (next == null) {
            turn.addAll(streams.get());
            passes.incrementAndGet();
            nextAtNanos = now + TimeUnit.SECONDS.toNanos(turn.isEmpty() ? 60 : 1);
            return;
        }
        next.owner()
                .execute(
                        () -> {
                            for (Segment segment : next.segments.list) {
                                if (segment.closed && !segment.busy) {
                                    look(next, segment);
                                }
                            }
                        });
    }

    /* The active segment of a process that was killed has no index: it gets one, for which its
     * records are looked at, too. */
    private void look(StreamStore stream, Segment segment) {
        if (segment.indexBytes > 0) {
            targets.add(new Target(stream, segment));
        } else if (segment.index == null) {
            desk.unindexed(stream, segment);
        } else {
            desk.closed(stream, segment);
        }
    }

    /** Puts a segment in the queue that somebody has had trouble with. */
    void next(StreamStore stream, Segment segment) {
        targets.add(new Target(stream, segment));
    }

    private void examine(Target target, SegmentDamage damage) {
        if (!target.stream().segments.list.contains(target.segment())) {
            return;
        }
        log.warn("the scrub found damage in " + files.path(target.segment()));
        try {
            target.stream().found().examine(target.segment(), damage.from, damage.to);
        } catch (StoreException e) {
            log.error("stream " + target.stream().id() + ": " + e.getMessage());
        }
    }

    /**
     * None when the disk cannot read it at the moment; all of it when there is nothing. A file that
     * the keeper has removed meanwhile is of a segment that its stream does not have any more.
     */
    private SegmentDamage damageIn(Segment segment) {
        try {
            return SegmentDamage.in(segment, files, window, check);
        } catch (DiskException e) {
            log.warn("the scrub cannot read " + files.path(segment) + ": " + e.getMessage());
            return new SegmentDamage();
        }
    }
}
