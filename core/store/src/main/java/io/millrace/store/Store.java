package io.millrace.store;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.runtime.Threads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One store directory, open. Creating, listing and committing may be done from any thread; a stream
 * belongs to its owner. Either {@link #start} gives it threads, or a test drives {@link
 * #commitWork} and {@link #keeperWork} by hand.
 */
public final class Store implements AutoCloseable {
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long SEGMENTS_PER_OPENING = 1L << 24;
    private static final int CLOSING_TURNS = 10_000;

    private final Path root;
    private final Disk.Lock lock;
    private final StoreOptions options;
    private final StoreParts parts;
    private final Journal journal;
    private final Keeper keeper;
    private final Map<Integer, StreamStore> streams = new ConcurrentSkipListMap<>();
    private final AtomicInteger nextStreamId;
    private final List<Thread> threads = new ArrayList<>();
    private final RecoveryReport report;
    private volatile boolean closing;

    private Store(
            Path root,
            Disk disk,
            Disk.Lock lock,
            StoreOptions options,
            long storeId,
            Clock clock,
            Log log,
            Executor owner,
            Randomness randomness,
            Recovery recovery)
            throws StoreException {
        long began = clock.nanoTime();
        this.root = root;
        this.lock = lock;
        this.options = options;
        long first = (recovery.highest / Recovery.JUMP + 1) * Recovery.JUMP;
        if (recovery.highest == 0) {
            first = 1;
        }
        JournalPool pool =
                new JournalPool(
                        disk,
                        root.resolve("journal"),
                        storeId,
                        options.journalFileBytes(),
                        recovery.nextFileIndex);
        recovery.oldFiles.forEach(pool::adopt);
        journal = new Journal(pool, options, storeId, first, clock, log);
        SegmentFiles files =
                new SegmentFiles(
                        disk,
                        root,
                        storeId,
                        options.openFiles(),
                        segmentBase(randomness, recovery.segmentIds()));
        KeeperDesk desk = new KeeperDesk(journal, options, 1);
        parts = new StoreParts(options, files, storeId, desk, log);
        int missing = recovery.missingParts();
        recovery.apply(
                (id, inMemory, definition) ->
                        new StreamStore(
                                id, inMemory, definition, parts, inMemory ? null : journal, owner));
        desk.atLeastStateId(recovery.nextStateId);
        streams.putAll(recovery.streams);
        nextStreamId = new AtomicInteger(recovery.nextStreamId);
        keeper = new Keeper(root, parts, journal, clock, streams::values, nextStreamId::get);
        report = recovery.report(clock.nanoTime() - began, missing);
        journal.control(Frame.OPENED, 0, 0, recovery.highest, 0, new byte[0]);
        if (report.foundDamage()) {
            keeper.request();
        } else if (report.replayedRecords() > 0) {
            keeper.requestLater();
        }
    }

    /**
     * Opens the store in {@code directory}, or makes one there when it is empty or missing.
     *
     * @param owner runs the streams found there until {@link StreamStore#owner} says otherwise
     * @throws StoreException LOCKED, FOREIGN, NEWER, DAMAGED, READ_ONLY, NO_SPACE or IO; its
     *     message names the path and what to do, and nothing was changed
     */
    public static Store open(
            Disk disk,
            Path directory,
            StoreOptions options,
            Clock clock,
            Log log,
            Randomness randomness,
            Executor owner)
            throws StoreException {
        Disk.Lock lock = null;
        Store opened = null;
        try {
            disk.createDirectories(directory);
            lock = lock(disk, directory);
            long storeId = StoreFiles.identify(disk, directory, randomness);
            wipeMemory(disk, directory);
            Recovery recovery = new Recovery(disk, directory, storeId, log);
            recovery.read();
            opened =
                    new Store(
                            directory,
                            disk,
                            lock,
                            options,
                            storeId,
                            clock,
                            log,
                            owner,
                            randomness,
                            recovery);
            return opened;
        } catch (DiskException e) {
            throw opening(directory, e);
        } finally {
            if (opened == null && lock != null) {
                lock.close();
            }
        }
    }

    /* Segments are numbered from a random start at each opening, so that none ever gets the name of
     * one that a crash left behind unknown to the checkpoint. */
    private static long segmentBase(Randomness randomness, Set<Long> taken) {
        while (true) {
            long base = randomness.nextLong() >>> 1 & -SEGMENTS_PER_OPENING;
            if (taken.stream().noneMatch(id -> (id & -SEGMENTS_PER_OPENING) == base)) {
                return base;
            }
        }
    }

    private static Disk.Lock lock(Disk disk, Path directory) throws DiskException, StoreException {
        try {
            return disk.lock(directory.resolve(StoreFiles.LOCK));
        } catch (DiskException e) {
            if (e.code() == DiskException.Code.LOCKED) {
                throw new StoreException(
                        StoreException.Code.LOCKED,
                        "another server has the store "
                                + directory
                                + " open; give each server a"
                                + " store_dir of its own",
                        e);
            }
            throw e;
        }
    }

    private static StoreException opening(Path directory, DiskException e) {
        StoreException plain = StoreException.of(e);
        String what =
                switch (plain.code()) {
                    case READ_ONLY -> "cannot be written by this user, or is on a read-only disk";
                    case NO_SPACE -> "is on a full disk";
                    default -> "cannot be opened";
                };
        return new StoreException(
                plain.code(),
                "the store " + directory + " " + what + " (" + e.getMessage() + ")",
                e);
    }

    /** Streams in memory live as long as the process: what an earlier one left is of no use. */
    private static void wipeMemory(Disk disk, Path root) throws DiskException {
        Path memory = root.resolve("memory");
        if (!disk.isDirectory(memory)) {
            return;
        }
        for (String stream : disk.list(memory)) {
            Path below = memory.resolve(stream);
            for (String name : disk.list(below)) {
                if (name.endsWith(SegmentFiles.SUFFIX)) {
                    disk.delete(below.resolve(name));
                }
            }
            disk.delete(below);
        }
    }

    /** What the opening found. */
    public RecoveryReport report() {
        return report;
    }

    public Path directory() {
        return root;
    }

    /** The streams there are, in order of creation. */
    public List<StreamStore> streams() {
        return List.copyOf(streams.values());
    }

    /**
     * Makes a stream. It counts when {@link StreamStore#lastNumber} is committed.
     *
     * @param definition the caller's own bytes, given back at the next opening
     * @param inMemory whether its messages end with the process
     * @param owner whoever runs it
     */
    public StreamStore createStream(byte[] definition, boolean inMemory, Executor owner)
            throws StoreException {
        requireOpen();
        int id = nextStreamId.getAndIncrement();
        StreamStore stream =
                new StreamStore(id, inMemory, definition, parts, inMemory ? null : journal, owner);
        stream.define(definition);
        streams.put(id, stream);
        return stream;
    }

    /** Removes a stream with all that belongs to it. Its owner only. Returns the number. */
    public long dropStream(StreamStore stream) throws StoreException {
        requireOpen();
        long number = journal.twice(Frame.STREAM_DROP, stream.id(), 0, 0, 0, new byte[0]);
        streams.remove(stream.id());
        stream.removeAll();
        stream.close();
        return number;
    }

    /** Registers who hears of commits, on {@code executor}. */
    public void listen(Executor executor, CommitListener listener) {
        journal.listen(executor, listener);
    }

    public void forget(CommitListener listener) {
        journal.forget(listener);
    }

    /** Asks for everything appended so far to be committed; once per turn of a loop is enough. */
    public void requestCommit() {
        journal.request();
    }

    /** The number up to which everything is on disk. */
    public long committed() {
        return journal.committed();
    }

    /** The number of the newest record. */
    public long appended() {
        return journal.appended();
    }

    /** Why new messages are refused at the moment; null when they are not. */
    public @Nullable StoreException refusal() {
        return journal.refusal();
    }

    /** Bytes written to the journal since the opening. */
    public long journalBytes() {
        return journal.writtenBytes();
    }

    /** Syncs of the journal since the opening. */
    public long syncs() {
        return journal.syncs();
    }

    /** Checkpoints since the opening. */
    public long checkpoints() {
        return keeper.checkpoints();
    }

    /** What it has done since the opening. Any thread. */
    public StoreFigures figures() {
        return new StoreFigures(
                journal.writtenBytes(),
                journal.syncs(),
                keeper.checkpoints(),
                keeper.scrub().passes(),
                journal.appended() - journal.committed(),
                journal.syncTimes(),
                journal.batchRecords());
    }

    /** Makes a checkpoint due now. */
    public void requestCheckpoint() {
        keeper.request();
    }

    /** One turn of the committer, for who drives the store by hand. */
    public int commitWork() {
        return journal.doWork();
    }

    /** One turn of the background work, for who drives the store by hand. */
    public int keeperWork() {
        return keeper.doWork();
    }

    /** Lets the scrub look at the next segment at once. */
    public void hurryScrub() {
        keeper.scrub().hurry();
    }

    /** Gives the store its two threads. */
    public void start() {
        startCommitter();
        startKeeper();
    }

    /** The thread without which nothing is confirmed. */
    public void startCommitter() {
        threads.add(Threads.startDaemon("store-commit", this::commitLoop));
    }

    /** The one for what can wait until those who open the store have what they need of it. */
    public void startKeeper() {
        threads.add(Threads.startDaemon("store-keeper", this::keeperLoop));
    }

    private void commitLoop() {
        try {
            while (!closing) {
                if (journal.doWork() == 0) {
                    journal.awaitWork(options.syncIntervalNanos() > 0 ? BUSY_NANOS : IDLE_NANOS);
                }
            }
        } catch (InterruptedException e) {
            parts.log().error("the committer was interrupted");
        }
    }

    private void keeperLoop() {
        try {
            while (!closing) {
                if (keeper.doWork() == 0) {
                    parts.desk().await(keeper.isWaiting() ? BUSY_NANOS : IDLE_NANOS);
                }
            }
        } catch (InterruptedException e) {
            parts.log().error("the store's background work was interrupted");
        }
    }

    /**
     * Commits what is pending, writes a last checkpoint, gives the lock back. The caller has
     * stopped the streams' owners; from here on the streams are run by the closing thread.
     */
    @Override
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        journal.request();
        parts.desk().wake();
        boolean interrupted = false;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        lastCheckpoint();
        journal.close();
        parts.files().open().closeAll();
        lock.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void lastCheckpoint() {
        streams.values().forEach(stream -> stream.owner(Runnable::run));
        for (StreamStore stream : streams.values()) {
            try {
                stream.closeActive();
            } catch (StoreException e) {
                parts.log().error("stream " + stream.id() + ": " + e.getMessage());
            }
        }
        journal.doWork();
        keeper.abandon();
        long before = keeper.checkpoints();
        keeper.request();
        for (int i = 0; i < CLOSING_TURNS && keeper.checkpoints() == before; i++) {
            if (keeper.doWork() == 0) {
                break;
            }
        }
        streams.values().forEach(StreamStore::close);
    }

    private void requireOpen() throws StoreException {
        if (closing) {
            throw new StoreException(
                    StoreException.Code.CLOSED, "the store " + root + " is closed", null);
        }
    }
}
