package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.DiskException;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class StoreTest {
    private static final Path ROOT = Path.of("/data/store");

    private SimulatedDisk disk = new SimulatedDisk(5);
    private final ManualClock clock = new ManualClock();
    private final StoredMessage message = new StoredMessage();

    private Store open(StoreOptions options) throws StoreException {
        return StoreRig.open(disk, ROOT, options, clock);
    }

    private static StreamStore stream(Store store, boolean inMemory) throws StoreException {
        return store.createStream(StoreRig.bytes("{}"), inMemory, Runnable::run);
    }

    @Test
    void oneSyncConfirmsWhateverAllStreamsHaveAppended() throws Exception {
        Store store = open(StoreOptions.defaults());
        List<Long> heard = new ArrayList<>();
        store.listen(
                Runnable::run,
                new CommitListener() {
                    @Override
                    public void committed(long number) {
                        heard.add(number);
                    }

                    @Override
                    public void commitFailed(StoreException reason) {
                        throw new AssertionError(reason);
                    }
                });
        List<StreamStore> streams = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            streams.add(stream(store, false));
        }
        long last = 0;
        for (StreamStore stream : streams) {
            for (int i = 0; i < 20; i++) {
                last = StoreRig.append(stream, "a.b", "hello");
            }
        }
        assertThat(heard).isEmpty();
        long syncs = store.syncs();
        StoreRig.commit(store);
        assertThat(store.syncs() - syncs).isEqualTo(1);
        assertThat(heard).hasSize(1);
        assertThat(heard.getFirst()).isGreaterThanOrEqualTo(last);
    }

    @Test
    void theCheckpointAfterAnOpeningLetsTheStreamsComeBackFirst() throws Exception {
        Store store = open(StoreOptions.defaults());
        StoreRig.append(stream(store, false), "a", "x");
        StoreRig.commit(store);
        disk.kill();
        store = open(StoreOptions.defaults());
        StoreRig.settle(store);
        assertThat(store.checkpoints()).isZero();
        clock.advance(Duration.ofSeconds(2));
        StoreRig.settle(store);
        assertThat(store.checkpoints()).isEqualTo(1);
        assertThat(store.streams().getFirst().read(1, message)).isTrue();
    }

    @Test
    void aSyncIntervalIsHonoured() throws Exception {
        Store store = open(StoreOptions.defaults().withSyncInterval(Duration.ofSeconds(2)));
        StreamStore stream = stream(store, false);
        StoreRig.append(stream, "a", "x");
        StoreRig.commit(store);
        assertThat(store.committed()).isEqualTo(store.appended());
        assertThat(store.syncs()).isZero();
        clock.advance(Duration.ofSeconds(2));
        StoreRig.commit(store);
        assertThat(store.syncs()).isEqualTo(1);
    }

    @Test
    void aStreamInMemoryNeverReachesTheJournalAndEndsWithTheProcess() throws Exception {
        Store store = open(StoreOptions.tiny());
        StreamStore stream = stream(store, true);
        StoreRig.commit(store);
        long written = store.journalBytes();
        for (int i = 0; i < 500; i++) {
            StoreRig.append(stream, "a." + i % 5, "payload " + i);
        }
        StoreRig.commit(store);
        StoreRig.settle(store);
        assertThat(store.journalBytes()).isEqualTo(written);
        for (int i = 1; i <= 500; i++) {
            assertThat(stream.read(i, message)).isTrue();
        }
        assertThat(stream.bytes()).isEqualTo(500 * (3 + 16) + payloads());
        long files = disk.files().stream().filter(f -> f.toString().contains("memory")).count();
        assertThat(files).as("bytes live in files that the kernel can write out").isPositive();
        stream.purge(null, 0, 0);
        StoreRig.settle(store);
        assertThat(disk.files().stream().filter(f -> f.toString().contains("memory"))).isEmpty();
        StoreRig.append(stream, "a", "x");
        stream.unload();
        disk.kill();
        Store again = open(StoreOptions.tiny());
        assertThat(again.streams()).hasSize(1);
        assertThat(again.streams().getFirst().messages()).isZero();
        assertThat(disk.files().stream().filter(f -> f.toString().contains("memory"))).isEmpty();
    }

    private static long payloads() {
        long bytes = 0;
        for (int i = 0; i < 500; i++) {
            bytes += ("payload " + i).length();
        }
        return bytes;
    }

    @Test
    void deletedMessagesGiveTheirRoomBack() throws Exception {
        Store store = open(StoreOptions.tiny());
        StreamStore stream = stream(store, false);
        for (int i = 0; i < 400; i++) {
            StoreRig.append(stream, "a." + i % 10, "x".repeat(60));
        }
        StoreRig.commit(store);
        StoreRig.checkpoint(store);
        long before = streamBytes();
        stream.purge(SubjectFilter.of("a.1"), 0, 0);
        for (int i = 2; i < 10; i++) {
            stream.purge(SubjectFilter.of("a." + i), 0, 1);
        }
        StoreRig.commit(store);
        StoreRig.checkpoint(store);
        StoreRig.checkpoint(store);
        assertThat(stream.messages()).isEqualTo(48);
        assertThat(streamBytes()).isLessThan(before / 4);
        disk.crash();
        StreamStore again = open(StoreOptions.tiny()).streams().getFirst();
        assertThat(again.messages()).isEqualTo(48);
        assertThat(again.subjectState(SubjectFilter.of("a.*")).messages()).isEqualTo(48);
    }

    private long streamBytes() {
        return disk.files().stream()
                .filter(f -> f.toString().contains("streams"))
                .mapToLong(disk::length)
                .sum();
    }

    @Test
    void whatIsErasedSecurelyIsOnNoFileAfterTheNextCheckpoint() throws Exception {
        Store store = open(StoreOptions.tiny());
        StreamStore stream = stream(store, false);
        StoreRig.append(stream, "a", "before");
        StoreRig.append(stream, "a", "SECRETSECRET");
        StoreRig.append(stream, "a", "after");
        StoreRig.commit(store);
        StoreRig.checkpoint(store);
        assertThat(onDisk("SECRETSECRET")).isTrue();
        stream.secureErase(2);
        StoreRig.commit(store);
        StoreRig.checkpoint(store);
        StoreRig.checkpoint(store);
        assertThat(onDisk("SECRETSECRET")).isFalse();
        assertThat(stream.read(1, message)).isTrue();
        assertThat(stream.read(2, message)).isFalse();
        assertThat(stream.read(3, message)).isTrue();
    }

    /** It is not in what the keeper is just making of its segment, and would stay there. */
    @Test
    void whatIsErasedDuringACompactionIsOnNoFileAfterTheNextCheckpoint() throws Exception {
        Store store = open(StoreOptions.tiny());
        ArrayDeque<Runnable> owner = new ArrayDeque<>();
        StreamStore stream = store.createStream(StoreRig.bytes("{}"), false, owner::add);
        StoreRig.append(stream, "a", "x".repeat(400));
        StoreRig.append(stream, "a", "SECRETSECRET");
        StoreRig.append(stream, "a", "another");
        stream.secureErase(3);
        StoreRig.commit(store);
        store.keeperWork();
        run(owner);
        store.keeperWork();
        assertThatTheSecretLeavesTheDisk(store, stream, owner);
    }

    /** Message 2, erased now; what stands beside it stays. */
    private void assertThatTheSecretLeavesTheDisk(
            Store store, StreamStore stream, ArrayDeque<Runnable> owner) throws Exception {
        stream.secureErase(2);
        StoreRig.commit(store);
        for (int i = 0; i < 20; i++) {
            run(owner);
            store.keeperWork();
            StoreRig.commit(store);
        }
        assertThat(onDisk("SECRETSECRET")).isFalse();
        assertThat(stream.read(1, message)).isTrue();
    }

    /** It holds what was in memory only, and the journal has nothing of that. */
    @Test
    void aCheckpointThatAKillInterruptedOutlastsAPowerLossOnceItWasReadAgain() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            disk = new SimulatedDisk(seed);
            Store store = open(StoreOptions.tiny());
            StreamStore stream = stream(store, false);
            StoreRig.commit(store);
            StoreRig.append(stream, "a", "1");
            disk.fault(
                    (call, path) ->
                            call == SimulatedDisk.Call.SYNC_DIRECTORY && path.endsWith("checkpoint")
                                    ? DiskException.Code.IO
                                    : null);
            store.requestCheckpoint();
            for (int i = 0; i < 5; i++) {
                store.keeperWork();
            }
            disk.heal();
            disk.kill();
            Store again = open(StoreOptions.tiny());
            assertThat(again.streams().getFirst().read(1, message)).isTrue();
            StoreRig.append(again.streams().getFirst(), "a", "2");
            StoreRig.commit(again);
            disk.crash();
            StreamStore last = open(StoreOptions.tiny()).streams().getFirst();
            assertThat(last.read(1, message)).as("seed %d", seed).isTrue();
            assertThat(last.read(2, message)).as("seed %d", seed).isTrue();
        }
    }

    /** Its own checkpoint is the next one, not the one that had begun before. */
    @Test
    void whatIsErasedDuringACheckpointIsOnNoFileAfterTheNextOne() throws Exception {
        Store store = open(StoreOptions.tiny());
        ArrayDeque<Runnable> owner = new ArrayDeque<>();
        StreamStore stream = store.createStream(StoreRig.bytes("{}"), false, owner::add);
        StoreRig.append(stream, "a", "before");
        StoreRig.append(stream, "a", "SECRETSECRET");
        StoreRig.commit(store);
        store.requestCheckpoint();
        store.keeperWork();
        assertThatTheSecretLeavesTheDisk(store, stream, owner);
    }

    /**
     * The checkpoint that follows meets a stream all of whose bytes are synced. It must be able to
     * rely on their names, too, that of the stream's directory included.
     */
    @Test
    void aSegmentThatIsWrittenAnewBeforeTheFirstCheckpointOutlastsAPowerLoss() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            disk = new SimulatedDisk(seed);
            Store store = open(StoreOptions.tiny());
            ArrayDeque<Runnable> owner = new ArrayDeque<>();
            StreamStore stream = store.createStream(StoreRig.bytes("{}"), false, owner::add);
            store.requestCheckpoint();
            store.keeperWork();
            run(owner);
            StoreRig.append(stream, "a", "1");
            StoreRig.append(stream, "a", "2");
            StoreRig.append(stream, "a", "3");
            stream.secureErase(2);
            StoreRig.commit(store);
            for (int i = 0; i < 10; i++) {
                store.keeperWork();
                run(owner);
                StoreRig.commit(store);
            }
            store.requestCheckpoint();
            for (int i = 0; i < 10; i++) {
                store.keeperWork();
                run(owner);
            }
            disk.crash();
            StreamStore again = open(StoreOptions.tiny()).streams().getFirst();
            assertThat(again.read(1, message)).as("seed %d", seed).isTrue();
            assertThat(again.read(3, message)).as("seed %d", seed).isTrue();
        }
    }

    private static void run(ArrayDeque<Runnable> tasks) {
        while (!tasks.isEmpty()) {
            tasks.remove().run();
        }
    }

    private boolean onDisk(String text) {
        return disk.files().stream()
                .anyMatch(
                        f ->
                                new String(disk.content(f), StandardCharsets.ISO_8859_1)
                                        .contains(text));
    }

    @Test
    void theJournalDoesNotGrowForEver() throws Exception {
        Store store = open(StoreOptions.tiny());
        StreamStore stream = stream(store, false);
        for (int i = 0; i < 2000; i++) {
            StoreRig.append(stream, "a", "x".repeat(50));
            StoreRig.commit(store);
            store.keeperWork();
        }
        StoreRig.settle(store);
        long journal =
                disk.files().stream()
                        .filter(f -> f.toString().contains("journal"))
                        .mapToLong(disk::length)
                        .sum();
        assertThat(store.journalBytes()).isGreaterThan(200_000);
        assertThat(journal).isLessThan(8L * 4096);
    }

    @Test
    void manyStreamsKeepFewFilesOpen() throws Exception {
        Store store = open(StoreOptions.tiny());
        for (int i = 0; i < 100; i++) {
            StoreRig.append(stream(store, false), "a", "x");
        }
        StoreRig.commit(store);
        StoreRig.checkpoint(store);
        for (StreamStore stream : store.streams()) {
            assertThat(stream.read(1, message)).isTrue();
        }
        store.close();
        Store again = open(StoreOptions.tiny());
        assertThat(again.report().replayedRecords()).isZero();
        assertThat(again.streams()).hasSize(100);
    }

    @Test
    void randomBytesNeverStopAnOpeningWithAnythingButAStoreException() throws Exception {
        long first = Long.getLong("millrace.seed", 0);
        for (long seed = first; seed < first + 400; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            SimulatedDisk victim = new SimulatedDisk(seed);
            Store store = StoreRig.open(victim, ROOT, StoreOptions.tiny(), clock);
            StreamStore stream = stream(store, false);
            for (int i = 0; i < 40; i++) {
                StoreRig.append(stream, "a." + i % 3, "x".repeat(random.nextInt(150)));
                if (random.nextInt(15) == 0) {
                    StoreRig.checkpoint(store);
                }
            }
            StoreRig.commit(store);
            victim.kill();
            for (int i = 0; i < 3; i++) {
                List<Path> files = victim.files();
                Path file = files.get(random.nextInt(files.size()));
                byte[] content = victim.content(file);
                int from = random.nextInt(content.length + 1);
                int to = Math.min(content.length, from + random.nextInt(600));
                for (int at = from; at < to; at++) {
                    content[at] = (byte) random.nextInt(256);
                }
                int length = random.nextInt(4) == 0 ? from : content.length;
                victim.plant(file, java.util.Arrays.copyOf(content, length));
            }
            readEverything(victim, seed);
        }
    }

    private void readEverything(SimulatedDisk victim, long seed) {
        try {
            Store store = StoreRig.open(victim, ROOT, StoreOptions.tiny(), clock);
            for (StreamStore stream : store.streams()) {
                for (long sequence = 1; sequence <= stream.lastSequence(); sequence++) {
                    if (stream.read(sequence, message)) {
                        assertThat(message.sequence()).isEqualTo(sequence);
                    }
                }
                assertThat(stream.state().messages()).as("seed %d", seed).isNotNegative();
            }
            store.close();
        } catch (StoreException e) {
            assertThat(e.code()).as("seed %d: %s", seed, e.getMessage()).isNotNull();
        }
    }

    @Test
    void aReaderThatGoesOnInOrderAsksTheDiskSeldom() throws Exception {
        Store store = open(StoreOptions.defaults());
        StreamStore stream = stream(store, false);
        int messages = 5_000;
        for (int i = 0; i < messages; i++) {
            StoreRig.append(stream, "a.b", "payload " + i);
        }
        int[] reads = {0};
        disk.fault(
                (call, path) -> {
                    if (call == SimulatedDisk.Call.READ) {
                        reads[0]++;
                    }
                    return null;
                });
        MessageCursor cursor = stream.cursor(List.of());
        int seen = 0;
        for (long at = 1; cursor.next(at, message); at = message.sequence() + 1) {
            assertThat(new String(message.payload(), StandardCharsets.UTF_8))
                    .isEqualTo("payload " + seen++);
        }
        assertThat(seen).isEqualTo(messages);
        assertThat(reads[0]).isLessThan(messages / 100);
    }

    @Test
    void aJournalFileMadeAheadIsNotUsedBehindALaterOne() throws Exception {
        Store store = open(StoreOptions.tiny());
        StreamStore stream = stream(store, false);
        StoreRig.append(stream, "a", "1");
        StoreRig.commit(store);
        StoreRig.settle(store);
        // larger than the file that lies ready, so another one is made for it
        StoreRig.append(stream, "a", "x".repeat(3 * StoreOptions.tiny().journalFileBytes()));
        StoreRig.commit(store);
        for (int i = 3; i <= 20; i++) {
            StoreRig.append(stream, "a", "y".repeat(400));
            StoreRig.commit(store);
        }
        disk.kill();

        StreamStore again = open(StoreOptions.tiny()).streams().getFirst();
        assertThat(again.lastSequence()).isEqualTo(20);
        assertThat(again.messages()).isEqualTo(20);
    }

    @Test
    void aCursorReadsSingleMessagesAsItsStreamDoes() throws Exception {
        Store store = open(StoreOptions.tiny());
        StreamStore stream = stream(store, false);
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 400; i++) {
            StoreRig.append(stream, "a." + i % 7, "payload " + i);
            if (random.nextInt(3) == 0) {
                stream.delete(1 + random.nextLong(stream.lastSequence()));
            }
        }
        stream.compactTo(20);
        MessageCursor cursor = stream.cursor(List.of());
        StoredMessage other = new StoredMessage();
        for (long sequence = 1; sequence <= 401; sequence += 1 + random.nextInt(3)) {
            boolean there = stream.read(sequence, message);
            assertThat(cursor.read(sequence, other)).as("sequence %d", sequence).isEqualTo(there);
            if (there) {
                assertThat(other.payload()).isEqualTo(message.payload());
            }
        }
    }
}
