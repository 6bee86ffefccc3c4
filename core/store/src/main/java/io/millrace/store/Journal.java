package io.millrace.store;

import io.millrace.runtime.Clock;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.Histogram;
import io.millrace.runtime.Log;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The one journal of a store. Any thread appends; one thread, the committer, calls {@link #doWork}.
 */
/* Appending copies a finished record into the pending buffers under a short lock, which also gives
 * it its number: the journal is totally ordered, whatever the number of loops. The committer takes
 * all pending buffers, ends them with a BATCH_END, writes them gathering, syncs once, and says how
 * far it came. While it syncs, the next batch gathers: the batch size follows the disk.
 *
 * A batch that could not be written or synced is written whole to another file; the file that failed
 * is never written again. The numbers tell recovery which copy counts. */
final class Journal {
    private static final int MOST_CHUNK_BYTES = 1 << 18;
    private static final int FREE_CHUNKS = 16;
    private static final int MARK_BYTES = Frame.padded(Frame.HEADER_BYTES);
    private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long CONTROL_RESERVE_FRACTION = 4;

    private final JournalPool pool;
    private final StoreOptions options;
    private final int chunkBytes;
    private final Clock clock;
    private final Log log;

    // Guarded by lock.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final Checksum check;
    private ArrayDeque<ByteBuffer> pending = new ArrayDeque<>();
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private long pendingBytes;
    private long nextNumber;
    private boolean waiting;
    private boolean wanted;
    private @Nullable StoreException refusal;
    private long currentRemaining;
    private final byte[] mark = new byte[MARK_BYTES];

    /**
     * Room for a record made here, used again: one comes with each message that a limit removes.
     */
    private byte[] controls = new byte[4 * Frame.HEADER_BYTES];

    // Owned by the committer.
    private ArrayDeque<ByteBuffer> writing = new ArrayDeque<>();
    private ByteBuffer[] gather = new ByteBuffer[16];
    private long writingUpTo;
    private @Nullable JournalFile current;
    private boolean first = true;
    private boolean unsynced;
    private long syncedAtNanos;
    private long retryAtNanos;
    private boolean failing;
    private final Histogram syncTimes = Histogram.ofDurations();
    private final Histogram batchRecords = Histogram.ofCounts();

    private volatile boolean rolling;
    private volatile long committed;
    private final AtomicLong writtenBytes = new AtomicLong();
    private final AtomicLong syncs = new AtomicLong();
    private volatile List<Listener> listeners = List.of();

    Journal(
            JournalPool pool,
            StoreOptions options,
            long storeId,
            long nextNumber,
            Clock clock,
            Log log) {
        this.pool = pool;
        this.options = options;
        this.chunkBytes = Math.min(MOST_CHUNK_BYTES, options.journalFileBytes() / 4);
        this.check = new Checksum(storeId);
        this.nextNumber = nextNumber;
        this.committed = nextNumber - 1;
        this.writingUpTo = nextNumber - 1;
        this.clock = clock;
        this.log = log;
        this.currentRemaining = 0;
        this.syncedAtNanos = clock.nanoTime();
    }

    /**
     * Numbers, seals and takes the record at {@code at}.
     *
     * @param message whether it is one that a full disk refuses; the other kinds may use the
     *     reserve
     * @return its number
     */
    long append(byte[] record, int at, boolean message) throws StoreException {
        int length = Frame.padded(Frame.length(record, at));
        lock.lock();
        try {
            admit(length, message);
            long number = nextNumber++;
            Frame.seal(record, at, number, check);
            put(record, at, length);
            return number;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends messages that count all or none: they get numbers in a row and go into one batch.
     *
     * @param places where each of the first {@code count} records stands
     * @return the number of the last one
     */
    long appendGroup(byte[] records, int[] places, int count) throws StoreException {
        lock.lock();
        try {
            int end = places[count - 1];
            admit(end + Frame.padded(Frame.length(records, end)) - places[0], true);
            for (int i = 0; i < count; i++) {
                Frame.seal(records, places[i], nextNumber++, check);
                put(records, places[i], Frame.padded(Frame.length(records, places[i])));
            }
            return nextNumber - 1;
        } finally {
            lock.unlock();
        }
    }

    /** Appends a record made here: for what is not a message. */
    long control(byte type, int owner, int aux, long sequence, long time, byte[] body)
            throws StoreException {
        return control(type, owner, aux, sequence, time, body, 0, body.length);
    }

    /** The same with a part of an array as its body. */
    long control(
            byte type,
            int owner,
            int aux,
            long sequence,
            long time,
            byte[] body,
            int offset,
            int length)
            throws StoreException {
        lock.lock();
        try {
            int total = Frame.padded(Frame.HEADER_BYTES + length);
            if (controls.length < total) {
                controls = new byte[total * 2];
            }
            Frame.header(controls, 0, type, owner, sequence, time, aux);
            System.arraycopy(body, offset, controls, Frame.HEADER_BYTES, length);
            Frame.body(controls, 0, 0, 0, length, check);
            return append(controls, 0, false);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Appends a removal.
     *
     * @param roomFor the number of what it makes room for; 0 when it stands alone
     */
    long removal(byte type, int owner, long roomFor, long sequence, long time, byte[] body)
            throws StoreException {
        lock.lock();
        try {
            long back = roomFor == 0 ? 0 : nextNumber - roomFor;
            int aux = back > Integer.MAX_VALUE ? 0 : (int) back;
            return control(type, owner, aux, sequence, time, body);
        } finally {
            lock.unlock();
        }
    }

    /** The same two times: for what a whole stream hangs on, so that no damaged byte takes it. */
    long twice(byte type, int owner, int aux, long sequence, long time, byte[] body)
            throws StoreException {
        lock.lock();
        try {
            // Both or none.
            admit(2 * Frame.padded(Frame.HEADER_BYTES + body.length), false);
            control(type, owner, aux, sequence, time, body);
            return control(type, owner, aux, sequence, time, body);
        } finally {
            lock.unlock();
        }
    }

    /** Lets the next batch begin a new file, so that the present one can be freed. */
    void roll() {
        rolling = true;
    }

    private void admit(int length, boolean message) throws StoreException {
        if (pendingBytes + length > options.maxPendingBytes() && pendingBytes > 0) {
            throw new StoreException(
                    StoreException.Code.BUSY,
                    "more than " + options.maxPendingBytes() + " bytes wait for the disk",
                    null);
        }
        StoreException trouble = refusal;
        if (trouble != null) {
            long reserve = message ? options.journalFileBytes() / CONTROL_RESERVE_FRACTION : 0;
            long room = Math.max(currentRemaining, pool.spareBytes() - FileHeader.BYTES);
            if (pendingBytes + length + 2L * MARK_BYTES + reserve > room) {
                throw trouble;
            }
        }
    }

    private void put(byte[] record, int at, int length) {
        ByteBuffer last = pending.peekLast();
        if (last == null || last.remaining() < length + MARK_BYTES) {
            last = chunk(length + MARK_BYTES);
            pending.add(last);
        }
        last.put(record, at, length);
        pendingBytes += length;
    }

    private ByteBuffer chunk(int atLeast) {
        if (atLeast <= chunkBytes) {
            ByteBuffer reused = free.poll();
            return reused == null ? ByteBuffer.allocateDirect(chunkBytes) : reused;
        }
        return ByteBuffer.allocateDirect(atLeast);
    }

    /** Asks the committer to take what was appended. Cheap; once per loop turn. */
    void request() {
        lock.lock();
        try {
            wanted = true;
            if (waiting) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until somebody requests a commit, at most {@code nanos}. The committer's thread only.
     */
    void awaitWork(long nanos) throws InterruptedException {
        lock.lock();
        try {
            long left = nanos;
            waiting = true;
            while (!wanted && left > 0) {
                left = work.awaitNanos(left);
            }
            wanted = false;
        } finally {
            waiting = false;
            lock.unlock();
        }
    }

    /** One batch; 0 when there was nothing to do. The committer only. */
    int doWork() {
        long now = clock.nanoTime();
        if (failing && now - retryAtNanos < 0) {
            return 0;
        }
        boolean interval = options.syncIntervalNanos() > 0;
        if (!writing.isEmpty() || take()) {
            try {
                writeBatch();
                if (!interval) {
                    sync();
                } else {
                    unsynced = true;
                }
                succeeded();
            } catch (DiskException e) {
                failed(e, now);
            }
            return 1;
        }
        if (unsynced && now - syncedAtNanos >= options.syncIntervalNanos()) {
            try {
                sync();
            } catch (DiskException e) {
                failed(e, now);
            }
            return 1;
        }
        return 0;
    }

    private boolean take() {
        lock.lock();
        try {
            if (pendingBytes == 0) {
                return false;
            }
            Frame.header(
                    mark, 0, Frame.BATCH_END, 0, writingUpTo + 1, interval() ? 0 : committed, 0);
            Frame.body(mark, 0, 0, 0, 0, check);
            long number = nextNumber++;
            Frame.seal(mark, 0, number, check);
            ByteBuffer last = pending.getLast();
            last.put(mark, 0, MARK_BYTES);
            ArrayDeque<ByteBuffer> taken = pending;
            pending = writing;
            writing = taken;
            writing.forEach(ByteBuffer::flip);
            batchRecords.record(number - writingUpTo - 1);
            writingUpTo = number;
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean interval() {
        return options.syncIntervalNanos() > 0;
    }

    /** Writes the batch, over several files when it has to; each file left behind is synced. */
    private void writeBatch() throws DiskException {
        int count = 0;
        long bytes = 0;
        if (rolling) {
            leave(current);
            rolling = false;
        }
        for (ByteBuffer chunk : writing) {
            chunk.rewind();
            JournalFile file = current;
            if (file == null || file.remaining() < bytes + chunk.remaining()) {
                flush(file, count, bytes);
                count = 0;
                bytes = 0;
                leave(file);
                current = pool.next(chunk.remaining(), first);
                first = false;
            }
            if (count == gather.length) {
                gather = java.util.Arrays.copyOf(gather, count * 2);
            }
            gather[count++] = chunk;
            bytes += chunk.remaining();
        }
        flush(current, count, bytes);
    }

    private void flush(@Nullable JournalFile file, int count, long bytes) throws DiskException {
        if (file != null && count > 0) {
            file.file.write(file.position, gather, count);
            file.position += bytes;
            writtenBytes.addAndGet(bytes);
        }
    }

    private void leave(@Nullable JournalFile file) throws DiskException {
        if (file != null) {
            syncData(file);
            pool.retire(file, writingUpTo);
            current = null;
        }
    }

    private void sync() throws DiskException {
        JournalFile file = current;
        if (file != null) {
            syncData(file);
        }
        unsynced = false;
        syncedAtNanos = clock.nanoTime();
    }

    private void syncData(JournalFile file) throws DiskException {
        long began = clock.nanoTime();
        file.file.syncData();
        syncTimes.record(clock.nanoTime() - began);
        syncs.incrementAndGet();
    }

    private void succeeded() {
        lock.lock();
        try {
            JournalFile file = current;
            currentRemaining = file == null ? 0 : file.remaining();
            long bytes = 0;
            while (!writing.isEmpty()) {
                ByteBuffer chunk = writing.removeFirst();
                bytes += chunk.limit();
                if (chunk.capacity() == chunkBytes && free.size() < FREE_CHUNKS) {
                    free.add(chunk.clear());
                }
            }
            pendingBytes -= bytes - MARK_BYTES;
            if (failing) {
                failing = false;
                refusal = null;
                log.info("the store writes again");
            }
        } finally {
            lock.unlock();
        }
        committed = writingUpTo;
        for (Listener listener : listeners) {
            listener.committed();
        }
    }

    private void failed(DiskException cause, long now) {
        JournalFile file = current;
        if (file != null) {
            pool.retire(file, Math.max(writingUpTo, committed));
            current = null;
        }
        StoreException reason = StoreException.of(cause);
        if (!failing) {
            log.error("the store cannot write its journal, appends wait: " + cause.getMessage());
        }
        // The first retry is at once, in a new file: one bad file need not hurt anybody.
        retryAtNanos = failing ? now + RETRY_NANOS : now;
        boolean again = failing;
        failing = true;
        lock.lock();
        try {
            if (again) {
                refusal = reason;
                currentRemaining = 0;
            }
        } finally {
            lock.unlock();
        }
        if (again) {
            for (Listener listener : listeners) {
                listener.failed(reason);
            }
        }
    }

    /** Makes a spare file when one is missing. The keeper only; false when the disk refuses. */
    boolean prepareSpare() {
        StoreException trouble = null;
        // there may be one again without our doing: a checkpoint has freed it
        if (pool.wantsSpare()) {
            try {
                pool.prepareSpare();
            } catch (DiskException e) {
                trouble = StoreException.of(e);
            }
        }
        boolean changed;
        lock.lock();
        try {
            changed = trouble == null ? refusal != null && !failing : refusal == null;
            if (trouble != null || !failing) {
                refusal = trouble;
            }
        } finally {
            lock.unlock();
        }
        if (changed && trouble != null) {
            log.error("no room for the journal, new messages are refused: " + trouble.getMessage());
        } else if (changed) {
            log.info("room for the journal again");
        }
        return trouble == null;
    }

    /** Why new messages are refused at the moment; null when they are not. */
    @Nullable StoreException refusal() {
        lock.lock();
        try {
            return refusal;
        } finally {
            lock.unlock();
        }
    }

    /** The number of the newest record that was appended. */
    long appended() {
        lock.lock();
        try {
            return nextNumber - 1;
        } finally {
            lock.unlock();
        }
    }

    long committed() {
        return committed;
    }

    long writtenBytes() {
        return writtenBytes.get();
    }

    long syncs() {
        return syncs.get();
    }

    /** How long each sync took, in nanoseconds. */
    Histogram.Picture syncTimes() {
        return syncTimes.picture();
    }

    /** How many records each batch had. */
    Histogram.Picture batchRecords() {
        return batchRecords.picture();
    }

    JournalPool pool() {
        return pool;
    }

    synchronized void listen(Executor executor, CommitListener listener) {
        List<Listener> more = new ArrayList<>(listeners);
        more.add(new Listener(executor, listener));
        listeners = List.copyOf(more);
    }

    synchronized void forget(CommitListener listener) {
        List<Listener> fewer = new ArrayList<>(listeners);
        fewer.removeIf(each -> each.target == listener);
        listeners = List.copyOf(fewer);
    }

    /** Writes what is pending, as far as the disk lets it, and closes the files. */
    void close() {
        for (int i = 0; i < 3 && doWork() > 0; i++) {
            // A failed batch is tried once more in a new file.
        }
        JournalFile file = current;
        if (file != null) {
            if (unsynced) {
                try {
                    sync();
                } catch (DiskException e) {
                    log.error("the journal's last sync failed: " + e.getMessage());
                }
            }
            file.file.close();
        }
        pool.close();
    }

    /** At most one note under way to each listener, whatever the number of commits. */
    private final class Listener implements Runnable {
        private final Executor executor;
        private final CommitListener target;
        private final AtomicBoolean posted = new AtomicBoolean();
        private volatile @Nullable StoreException trouble;

        Listener(Executor executor, CommitListener target) {
            this.executor = executor;
            this.target = target;
        }

        void committed() {
            if (posted.compareAndSet(false, true)) {
                executor.execute(this);
            }
        }

        void failed(StoreException reason) {
            trouble = reason;
            committed();
        }

        @Override
        public void run() {
            posted.set(false);
            StoreException reason = trouble;
            if (reason != null) {
                trouble = null;
                target.commitFailed(reason);
            }
            target.committed(Journal.this.committed);
        }
    }
}
