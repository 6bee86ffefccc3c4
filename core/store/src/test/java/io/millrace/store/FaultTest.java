package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.DiskException;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A disk that is full, fails or hangs refuses appends; everything else goes on, and it passes. */
final class FaultTest {
    private static final Path ROOT = Path.of("/data/store");

    private final SimulatedDisk disk = new SimulatedDisk(3);
    private final ManualClock clock = new ManualClock();
    private final StoredMessage message = new StoredMessage();
    private final List<StoreException> failures = new ArrayList<>();

    private Store open() throws StoreException {
        Store store = StoreRig.open(disk, ROOT, StoreOptions.tiny(), clock);
        store.listen(
                Runnable::run,
                new CommitListener() {
                    @Override
                    public void committed(long number) {}

                    @Override
                    public void commitFailed(StoreException reason) {
                        failures.add(reason);
                    }
                });
        return store;
    }

    private static StreamStore stream(Store store) throws StoreException {
        return store.createStream(StoreRig.bytes("{}"), false, Runnable::run);
    }

    /** No new file could be made for the journal, but then a checkpoint has freed an old one. */
    @Test
    void roomThatACheckpointFreesEndsARefusal() throws Exception {
        Store store = open();
        StreamStore stream = stream(store);
        for (int i = 0; i < 60; i++) {
            StoreRig.append(stream, "a", "x".repeat(100));
            StoreRig.commit(store);
        }
        disk.fault(
                (call, path) ->
                        call == SimulatedDisk.Call.CREATE && path.toString().endsWith(".journal")
                                ? DiskException.Code.NO_SPACE
                                : null);
        store.requestCheckpoint();
        for (int i = 0; i < 8; i++) {
            clock.advance(Duration.ofSeconds(2));
            store.keeperWork();
        }
        disk.heal();
        clock.advance(Duration.ofSeconds(2));
        StoreRig.settle(store);
        // more at once than one file takes
        for (int i = 0; i < 12; i++) {
            StoreRig.append(stream, "a", "x".repeat(600));
        }
        StoreRig.commit(store);
        assertThat(store.committed()).isEqualTo(store.appended());
    }

    @Test
    void aFullDiskRefusesPublishesReadsGoOnAndRoomEndsIt() throws Exception {
        Store store = open();
        StreamStore stream = stream(store);
        StoreRig.append(stream, "a", "first");
        StoreRig.commit(store);
        StoreRig.settle(store);
        disk.capacity(disk.usedBytes());
        int taken = 0;
        StoreException refusal = null;
        for (int i = 0; i < 500 && refusal == null; i++) {
            try {
                StoreRig.append(stream, "a", "x".repeat(100));
                StoreRig.commit(store);
                store.keeperWork();
                clock.advance(Duration.ofSeconds(2));
                taken++;
            } catch (StoreException e) {
                refusal = e;
            }
        }
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(StoreException.Code.NO_SPACE);
        assertThat(failures).as("nothing that was taken failed").isEmpty();
        assertThat(store.committed()).isEqualTo(store.appended());
        assertThat(stream.messages()).isEqualTo(taken + 1);
        assertThat(stream.read(1, message)).isTrue();
        assertThat(stream.delete(1)).as("removing goes on").isPositive();
        StoreRig.commit(store);
        disk.capacity(Long.MAX_VALUE);
        clock.advance(Duration.ofSeconds(2));
        StoreRig.settle(store);
        StoreRig.append(stream, "a", "room again");
        StoreRig.commit(store);
        assertThat(store.committed()).isEqualTo(store.appended());
        disk.crash();
        StreamStore again = open().streams().getFirst();
        assertThat(again.messages()).isEqualTo(taken + 1);
        assertThat(again.read(1, message)).isFalse();
    }

    @Test
    void aFailedSyncIsWrittenAnewToAnotherFileAndNobodyNotices() throws Exception {
        Store store = open();
        StreamStore stream = stream(store);
        StoreRig.commit(store);
        AtomicInteger once = new AtomicInteger();
        disk.fault(
                (call, path) ->
                        call == SimulatedDisk.Call.SYNC && once.getAndIncrement() == 0
                                ? DiskException.Code.IO
                                : null);
        StoreRig.append(stream, "a", "must last");
        StoreRig.commit(store);
        assertThat(once.get()).isGreaterThan(1);
        assertThat(failures).isEmpty();
        assertThat(store.committed()).isEqualTo(store.appended());
        disk.crash();
        assertThat(open().streams().getFirst().read(1, message)).isTrue();
    }

    @Test
    void aDiskThatKeepsFailingIsToldRefusedAndRecoversByItself() throws Exception {
        Store store = open();
        StreamStore stream = stream(store);
        StoreRig.commit(store);
        disk.fault((call, path) -> call == SimulatedDisk.Call.SYNC ? DiskException.Code.IO : null);
        StoreRig.append(stream, "a", "waits");
        for (int i = 0; i < 5; i++) {
            store.commitWork();
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(failures).isNotEmpty();
        assertThat(failures.getFirst().code()).isEqualTo(StoreException.Code.IO);
        assertThatThrownBy(() -> StoreRig.append(stream, "a", "refused"))
                .isInstanceOf(StoreException.class);
        assertThat(stream.read(1, message)).isTrue();
        disk.heal();
        clock.advance(Duration.ofSeconds(1));
        StoreRig.commit(store);
        assertThat(store.committed()).isEqualTo(store.appended());
        StoreRig.append(stream, "a", "goes on");
        StoreRig.commit(store);
        disk.crash();
        assertThat(open().streams().getFirst().messages()).isEqualTo(2);
    }

    @Test
    void aSyncThatNeverReturnsHoldsNothingButTheAcks() throws Exception {
        Store store = open();
        StreamStore stream = stream(store);
        StoreRig.commit(store);
        CountDownLatch stalled = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        disk.fault(
                (call, path) -> {
                    if (call == SimulatedDisk.Call.SYNC) {
                        stalled.countDown();
                        awaitQuietly(release);
                    }
                    return null;
                });
        StoreRig.append(stream, "a", "waits");
        Thread committer = Thread.ofPlatform().start(store::commitWork);
        stalled.await();
        long before = store.committed();
        int taken = 0;
        StoreException refusal = null;
        while (refusal == null) {
            try {
                StoreRig.append(stream, "a", "x".repeat(1000));
                taken++;
            } catch (StoreException e) {
                refusal = e;
            }
        }
        assertThat(refusal.code()).isEqualTo(StoreException.Code.BUSY);
        assertThat(taken).isBetween(500, 1100);
        assertThat(store.committed()).isEqualTo(before);
        assertThat(stream.read(1, message)).isTrue();
        release.countDown();
        committer.join();
        StoreRig.commit(store);
        assertThat(store.committed()).isEqualTo(store.appended());
        StoreRig.append(stream, "a", "goes on");
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aSegmentWhoseSyncFailedIsWrittenAnewBeforeTheJournalIsFreed() throws Exception {
        Store store = open();
        StreamStore stream = stream(store);
        for (int i = 1; i <= 30; i++) {
            StoreRig.append(stream, "a", "message " + i);
            StoreRig.commit(store);
        }
        AtomicInteger once = new AtomicInteger();
        disk.fault(
                (call, path) ->
                        call == SimulatedDisk.Call.SYNC
                                        && path.toString().endsWith(".segment")
                                        && once.getAndIncrement() == 0
                                ? DiskException.Code.IO
                                : null);
        store.requestCheckpoint();
        for (int i = 0; i < 20; i++) {
            StoreRig.settle(store);
            clock.advance(Duration.ofSeconds(2));
        }
        assertThat(once.get()).isGreaterThan(1);
        assertThat(store.checkpoints()).isPositive();
        disk.crash();
        StreamStore again = open().streams().getFirst();
        for (int i = 1; i <= 30; i++) {
            assertThat(again.read(i, message)).as("message %d", i).isTrue();
        }
        assertThat(again.lost()).isZero();
    }

    @Test
    void aClockThatJumpsBackHurtsNobody() throws Exception {
        Store store = open();
        StreamStore stream = stream(store);
        for (int i = 1; i <= 40; i++) {
            clock.setEpochNanos(i < 20 ? 2_000L + i : 1_000L + i);
            stream.append(i, clock.epochNanos(), StoreRig.bytes("a"), new byte[0], new byte[i]);
        }
        StoreRig.commit(store);
        StoreRig.checkpoint(store);
        disk.crash();
        StreamStore again = open().streams().getFirst();
        assertThat(again.messages()).isEqualTo(40);
        assertThat(again.firstSequenceAt(0)).isEqualTo(1);
        assertThat(again.firstSequenceAt(5_000)).isEqualTo(41);
        assertThat(again.state().firstTimeNanos()).isEqualTo(2_001);
    }
}
