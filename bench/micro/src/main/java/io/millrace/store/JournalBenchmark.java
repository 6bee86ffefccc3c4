package io.millrace.store;

import io.millrace.micro.MicroBenchmark;
import io.millrace.micro.TemporaryFolder;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Disk;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A store on the real disk: what one message costs until it is synced, when so many publishers wait
 * for theirs at a time. The time is mostly that of the disk.
 */
public class JournalBenchmark extends MicroBenchmark {
    private static final int MESSAGES = 2_000;
    private static final byte[] NONE = new byte[0];
    private static final byte[] SUBJECT = "orders.new".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PAYLOAD = new byte[128];

    /** Publishers that wait. */
    @Param({"1", "64", "1000"})
    public int waiting = 1;

    private @Nullable TemporaryFolder folder;
    private @Nullable Store store;
    private @Nullable StreamStore stream;
    private final Committed committed = new Committed();

    /** Wakes the owner for every commit, as the server's loop is woken. */
    private static final class Committed implements CommitListener {
        private volatile long number;
        private volatile @Nullable Thread owner;

        @Override
        public void committed(long upTo) {
            number = upTo;
            LockSupport.unpark(owner);
        }

        @Override
        public void commitFailed(StoreException reason) {
            throw new IllegalStateException(reason);
        }

        void await(long wanted) {
            while (number < wanted) {
                LockSupport.park(this);
            }
        }
    }

    @Setup
    public void open() throws IOException, StoreException {
        committed.owner = Thread.currentThread();
        folder = TemporaryFolder.make();
        Store opened =
                Store.open(
                        Disk.real(),
                        folder.path(),
                        StoreOptions.defaults(),
                        Clock.system(),
                        Log.none(),
                        Randomness.system(),
                        Runnable::run);
        opened.listen(Runnable::run, committed);
        opened.start();
        stream = opened.createStream(NONE, false, Runnable::run);
        store = opened;
    }

    /** What was written does not fill the disk. */
    @TearDown(Level.Iteration)
    public void purge() throws StoreException {
        StreamStore purged = stream;
        if (purged != null) {
            purged.compactTo(purged.lastSequence() + 1);
        }
    }

    @TearDown
    public void close() throws IOException {
        if (store != null) {
            store.close();
        }
        if (folder != null) {
            folder.delete();
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES)
    public long publish() throws StoreException {
        Store opened = store;
        StreamStore to = stream;
        if (opened == null || to == null) {
            throw new IllegalStateException("not open");
        }
        long number = 0;
        for (int sent = 0; sent < MESSAGES; ) {
            int end = Math.min(MESSAGES, sent + waiting);
            for (; sent < end; sent++) {
                number = to.append(to.lastSequence() + 1, 1, SUBJECT, NONE, PAYLOAD);
            }
            opened.requestCommit();
            committed.await(number);
        }
        return number;
    }
}
