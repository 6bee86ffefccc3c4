package io.millrace.store;

import io.millrace.runtime.Clock;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.Log;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The store's background work: spare journal files, segment indexes, compaction, checkpoints. One
 * thread calls {@link #doWork}; whatever belongs to a stream is asked of its owner.
 */
final class Keeper {
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int IDLE_SHARE = 16;

    /** How long a checkpoint can wait that nobody is in a hurry for. */
    private static final long LATER_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Path root;
    private final StoreOptions options;
    private final SegmentFiles files;
    private final KeeperDesk desk;
    private final Journal journal;
    private final Clock clock;
    private final Log log;
    private final long storeId;
    private final Supplier<Collection<StreamStore>> streams;
    private final IntSupplier nextStreamId;
    private final SegmentLoader loader;
    private final IndexWriter writer;
    private final SegmentRewriter rewriter;
    private final Checksum check;
    private final Scrub scrub;
    private final List<Segment> graves = new ArrayList<>();
    private @Nullable CheckpointRound round;
    private boolean cleaned;
    private boolean troubled;
    private long retryAtNanos;
    private long writtenAtLast;
    private long lastAtNanos;
    private volatile boolean wanted;
    private boolean wantedLater;
    private final AtomicLong checkpoints = new AtomicLong();

    Keeper(
            Path root,
            StoreParts parts,
            Journal journal,
            Clock clock,
            Supplier<Collection<StreamStore>> streams,
            IntSupplier nextStreamId) {
        this.root = root;
        this.options = parts.options();
        this.files = parts.files();
        this.desk = parts.desk();
        this.log = parts.log();
        this.storeId = parts.storeId();
        this.journal = journal;
        this.clock = clock;
        this.streams = streams;
        this.nextStreamId = nextStreamId;
        this.loader = new SegmentLoader(files, options.windowBytes(), storeId);
        this.writer = new IndexWriter(files, storeId);
        RecordWindow window = new RecordWindow(options.windowBytes());
        this.rewriter = new SegmentRewriter(files, storeId, writer, window);
        this.check = new Checksum(storeId);
        this.scrub = new Scrub(parts, clock, streams, window);
        this.lastAtNanos = clock.nanoTime();
        this.retryAtNanos = lastAtNanos;
    }

    /** Makes the next checkpoint due now. Any thread. */
    void request() {
        wanted = true;
        desk.wake();
    }

    /**
     * Makes one due some time after the opening: whoever brings the streams back is busy now, and
     * what was read would be read again. Before the first turn.
     */
    void requestLater() {
        wantedLater = true;
    }

    /** Gives up a round whose streams have nobody left to answer. */
    void abandon() {
        CheckpointRound current = round;
        if (current != null && current.wipes) {
            desk.wipe();
        }
        round = null;
        troubled = false;
    }

    /** Whether streams were asked and have not all answered. */
    boolean isWaiting() {
        return round != null;
    }

    long checkpoints() {
        return checkpoints.get();
    }

    Scrub scrub() {
        return scrub;
    }

    /** One turn; 0 when there was nothing to do. */
    int doWork() {
        int done = 0;
        long now = clock.nanoTime();
        if (troubled && now - retryAtNanos < 0) {
            return 0;
        }
        if (!journal.prepareSpare()) {
            postpone(now);
        }
        done += work(now);
        bury();
        CheckpointRound current = round;
        if (current == null && due(now)) {
            begin();
            done++;
        } else if (current != null && current.complete()) {
            round = null;
            finish(current, now);
            done++;
        } else if (current != null) {
            done += current.askMore();
        } else {
            done += scrub.doWork();
        }
        return done;
    }

    private void postpone(long now) {
        troubled = true;
        retryAtNanos = now + RETRY_NANOS;
    }

    private int work(long now) {
        KeeperDesk.Job job = desk.jobs.poll();
        if (job == null) {
            return 0;
        }
        try {
            switch (job.wish()) {
                case INDEX -> writeIndex(job);
                case COMPACT -> compact(job);
            }
            troubled = false;
        } catch (DiskException e) {
            if (e.code() != DiskException.Code.NOT_FOUND) {
                log.warn("background work on a segment is put off: " + e.getMessage());
                desk.jobs.add(job);
                postpone(now);
            }
        }
        return 1;
    }

    private void writeIndex(KeeperDesk.Job job) throws DiskException {
        Segment segment = job.segment();
        GrowingIndex known = job.index();
        if (segment.indexBytes > 0) {
            return;
        }
        GrowingIndex index = known == null ? loader.scan(segment) : known;
        if (index.count() != segment.messages) {
            scrub.next(job.stream(), segment);
            job.stream().owner().execute(() -> segment.busy = false);
            return;
        }
        int length = writer.write(segment, index);
        segment.writtenBytes = segment.dataBytes + (long) length;
        segment.indexBytes = length;
        job.stream()
                .owner()
                .execute(
                        () -> {
                            if (known == null) {
                                segment.busy = false;
                            }
                            // who needs it has it from the file, smaller
                            job.stream().segments.forget(segment);
                            if (segment.index == index && !job.stream().bySubject().isBuilding()) {
                                desk.spare(index);
                            }
                            segment.index = null;
                            mergeSmall(job.stream(), segment);
                        });
    }

    /** Restarts leave small segments behind: two neighbours that fit into one become one. */
    private void mergeSmall(StreamStore stream, Segment segment) {
        List<Segment> list = stream.segments.list;
        int place = list.indexOf(segment);
        if (place < 1) {
            return;
        }
        Segment before = list.get(place - 1);
        boolean small =
                before.closed
                        && before.indexBytes > 0
                        && !before.busy
                        && !segment.busy
                        && before.dataBytes + segment.dataBytes < options.segmentBytes() / 2;
        if (small) {
            desk.rewrite(stream, before);
        }
    }

    private void compact(KeeperDesk.Job job) throws DiskException {
        CompactionRun run = job.run();
        if (run == null) {
            return;
        }
        GrowingIndex index = desk.nextIndex();
        Segment made = rewriter.rewrite(run.segments(), run.deleted(), run.live(), index);
        desk.unused(index);
        if (made == null) {
            run.segments().forEach(segment -> scrub.next(job.stream(), segment));
        }
        job.stream().owner().execute(() -> run.replace(job.stream(), made, desk));
    }

    /**
     * Segments of memory go at once, those of files with the checkpoint that no longer needs them.
     */
    private void bury() {
        for (Segment segment = desk.dead.poll(); segment != null; segment = desk.dead.poll()) {
            if (segment.inMemory) {
                remove(segment, false);
            } else {
                graves.add(segment);
            }
        }
    }

    private boolean due(long now) {
        long bytes = journal.writtenBytes() - writtenAtLast;
        return wanted
                || (wantedLater && now - lastAtNanos >= LATER_NANOS)
                || (desk.wiping() && desk.jobs.isEmpty())
                || bytes >= options.checkpointJournalBytes()
                || (bytes >= options.checkpointJournalBytes() / IDLE_SHARE
                        && now - lastAtNanos >= options.checkpointIntervalNanos());
    }

    private void begin() {
        wanted = false;
        wantedLater = false;
        writtenAtLast = journal.writtenBytes();
        lastAtNanos = clock.nanoTime();
        // what is erased from now on is the next checkpoint's to wipe: this one may not cover it
        boolean wipes = desk.jobs.isEmpty() && desk.takeWiping();
        CheckpointRound next = new CheckpointRound(journal.appended(), wipes, streams.get(), desk);
        round = next;
        next.askMore();
    }

    private void finish(CheckpointRound done, long now) {
        boolean wipe = done.wipes || desk.wiping();
        try {
            done.sync(files, desk);
            Path directory = root.resolve("checkpoint");
            long index = CheckpointFile.unusedIndex(files.disk(), directory);
            byte[] head =
                    Recovery.head(done.covered, nextStreamId.getAsInt(), desk.nextStateId(), check);
            List<byte[]> records = done.records(head);
            CheckpointFile.write(files.disk(), directory, storeId, index, records, check);
            checkpoints.incrementAndGet();
            CheckpointFile.removeOthers(files.disk(), directory, index);
            journal.pool().release(done.covered, wipe);
            Set<Long> referred = CheckpointRound.referred(records);
            clearGraves(referred, wipe);
            if (!cleaned) {
                cleaned = true;
                clean(referred);
            }
            if (troubled) {
                log.info("checkpoints are written again");
            }
            troubled = false;
        } catch (DiskException e) {
            failed(done, e, now);
        } catch (StoreException e) {
            failed(done, e, now);
        }
    }

    /** What has died since the checkpoint was gathered is still in it. */
    private void clearGraves(Set<Long> referred, boolean wipe) {
        bury();
        List<Segment> kept = new ArrayList<>();
        for (Segment segment : graves) {
            if (referred.contains(segment.id)) {
                kept.add(segment);
            } else {
                remove(segment, wipe);
            }
        }
        graves.clear();
        graves.addAll(kept);
    }

    private void failed(CheckpointRound round, Exception e, long now) {
        if (round.wipes) {
            desk.wipe();
        }
        if (!troubled) {
            log.error("the checkpoint is put off, the journal grows: " + e.getMessage());
        }
        wanted = true;
        postpone(now);
    }

    private void remove(Segment segment, boolean wipe) {
        if (!segment.fileExists) {
            return;
        }
        try {
            if (wipe) {
                files.wipe(segment);
            }
            files.delete(segment);
        } catch (DiskException e) {
            if (e.code() != DiskException.Code.NOT_FOUND) {
                log.warn("a segment that is not needed stays: " + e.getMessage());
            }
        }
    }

    /** Removes segments that an earlier run made and no checkpoint ever knew. */
    private void clean(Set<Long> referred) throws DiskException {
        for (String directory : files.disk().list(files.streams())) {
            Path below = files.streams().resolve(directory);
            if (!files.disk().isDirectory(below)) {
                continue;
            }
            List<String> names = files.disk().list(below);
            int left = names.size();
            for (String name : names) {
                long id = segmentId(name);
                if (id >= 0 && !files.isRecent(id) && !referred.contains(id)) {
                    files.open().delete(below.resolve(name));
                    left--;
                }
            }
            if (left == 0 && !names.isEmpty()) {
                files.disk().delete(below);
            }
        }
    }

    private static long segmentId(String name) {
        if (name.length() != 16 + SegmentFiles.SUFFIX.length()
                || !name.endsWith(SegmentFiles.SUFFIX)) {
            return -1;
        }
        try {
            return Long.parseLong(name.substring(0, 16), 16);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
