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
import org.jspecify.annotations.Nullable;

/**
 * Reads closed segments in the background and compares checksums, slowly and for ever, so that
 * damage is found before a reader needs what it took. The keeper's thread; findings go to owners.
 */
final class Scrub {
    private record Target(StreamStore stream, Segment segment) {}

    private final StoreOptions options;
    private final SegmentFiles files;
    private final Checksum check;
    private final Clock clock;
    private final Log log;
    private final Supplier<Collection<StreamStore>> streams;
    private final ConcurrentLinkedQueue<Target> targets = new ConcurrentLinkedQueue<>();
    private final Deque<StreamStore> turn = new ArrayDeque<>();
    private long nextAtNanos;
    private final AtomicLong passes = new AtomicLong();

    Scrub(StoreParts parts, Clock clock, Supplier<Collection<StreamStore>> streams) {
        this.options = parts.options();
        this.files = parts.files();
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
        if (!sound(target.segment())) {
            log.warn("the scrub found damage in " + files.path(target.segment()));
            target.stream().owner().execute(() -> examine(target));
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
                                if (segment.closed && segment.indexBytes > 0 && !segment.busy) {
                                    targets.add(new Target(next, segment));
                                }
                            }
                        });
    }

    private void examine(Target target) {
        try {
            target.stream().examine(target.segment());
        } catch (StoreException e) {
            log.error("stream " + target.stream().id() + ": " + e.getMessage());
        }
    }

    private boolean sound(Segment segment) {
        int expected = segment.dataBytes + segment.indexBytes;
        byte[] data = read(segment, expected);
        if (data == null) {
            return true;
        }
        if (FileHeader.judge(data, 0, data.length, FileHeader.Kind.SEGMENT)
                == FileHeader.Verdict.DAMAGED) {
            return false;
        }
        RecordScanner scanner = new RecordScanner(data, FileHeader.BYTES, expected, 0, check);
        int behind = FileHeader.BYTES;
        while (scanner.next()) {
            if (scanner.skipped() || !scanner.bodyHolds()) {
                return false;
            }
            behind = scanner.behind();
        }
        return behind == expected;
    }

    /** Null when the file is gone or cannot be read: that is not the scrub's to judge. */
    private byte @Nullable [] read(Segment segment, int expected) {
        byte[] data = new byte[expected];
        try {
            files.read(segment, 0, data, 0, expected);
            return data;
        } catch (DiskException e) {
            return null;
        }
    }
}
