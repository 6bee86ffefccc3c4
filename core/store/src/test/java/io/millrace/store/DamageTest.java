package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** One flipped bit, anywhere: at most what it touched is lost, and the loss shows. */
final class DamageTest {
    private static final Path ROOT = Path.of("/data/store");
    private static final int MESSAGES = 150;
    private static final int FLIPS_PER_FILE = 40;

    private final StoredMessage message = new StoredMessage();

    private static SimulatedDisk filled(boolean clean) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(7);
        ManualClock clock = new ManualClock();
        Store store = StoreRig.open(disk, ROOT, StoreOptions.tiny(), clock);
        StreamStore stream =
                store.createStream(StoreRig.bytes("{\"name\":\"S\"}"), false, Runnable::run);
        StateLog state = stream.createState(StoreRig.bytes("{\"durable\":\"C\"}"));
        for (int i = 1; i <= MESSAGES; i++) {
            StoreRig.append(stream, "s." + i % 7, "payload of message " + i);
            byte[] change = StoreRig.bytes("<" + i + ">");
            state.change(change, 0, change.length);
            StoreRig.commit(store);
            if (i == 40 || i == 110) {
                StoreRig.checkpoint(store);
                disk.kill();
                store = StoreRig.open(disk, ROOT, StoreOptions.tiny(), clock);
                stream = store.streams().getFirst();
                state = stream.states().getFirst();
            }
        }
        if (clean) {
            store.close();
        } else {
            disk.kill();
        }
        return disk;
    }

    private static SimulatedDisk copy(SimulatedDisk from) {
        SimulatedDisk disk = new SimulatedDisk(1);
        from.files().forEach(file -> disk.plant(file, from.content(file)));
        return disk;
    }

    @Test
    void aFlippedBitCostsAtMostWhatItTouched() throws Exception {
        for (boolean clean : List.of(true, false)) {
            SimulatedDisk origin = filled(clean);
            SplittableRandom random = new SplittableRandom(clean ? 11 : 12);
            for (Path file : origin.files()) {
                long bits = origin.length(file) * 8;
                for (int i = 0; bits > 0 && i < FLIPS_PER_FILE; i++) {
                    long bit = random.nextLong(bits);
                    SimulatedDisk disk = copy(origin);
                    disk.flipBit(file, bit);
                    check(disk, file + " bit " + bit + (clean ? " clean" : " unclean"), 1);
                }
            }
        }
    }

    @Test
    void aZeroedSectorCostsAtMostTheRecordsInIt() throws Exception {
        for (boolean clean : List.of(true, false)) {
            SimulatedDisk origin = filled(clean);
            for (Path file : origin.files()) {
                long length = origin.length(file);
                for (long at = 0; at < length; at += Math.max(512, length / 20 / 512 * 512)) {
                    if (file.toString().contains("checkpoint") || file.endsWith("millrace.store")) {
                        continue;
                    }
                    SimulatedDisk disk = copy(origin);
                    disk.zero(file, at, 512);
                    check(disk, file + " zeroed at " + at, 512 / Frame.HEADER_BYTES + 2);
                }
            }
        }
    }

    @Test
    void oneLostCopyOfTheCheckpointCostsNothing() throws Exception {
        SimulatedDisk origin = filled(true);
        for (Path file : origin.files()) {
            if (file.toString().contains("checkpoint")) {
                SimulatedDisk disk = copy(origin);
                disk.lose(file);
                check(disk, file + " lost", 0);
            }
        }
    }

    @Test
    void aLostSegmentCostsItsMessagesOnlyAndShows() throws Exception {
        SimulatedDisk origin = filled(true);
        int segments = 0;
        for (Path file : origin.files()) {
            if (file.toString().endsWith(".segment")) {
                segments++;
                SimulatedDisk disk = copy(origin);
                disk.lose(file);
                check(disk, file + " lost", 40);
            }
        }
        assertThat(segments).isGreaterThan(3);
    }

    private void check(SimulatedDisk disk, String what, int most) throws Exception {
        Store store = StoreRig.open(disk, ROOT, StoreOptions.tiny(), new ManualClock());
        assertThat(store.streams()).as(what).hasSize(1);
        StreamStore stream = store.streams().getFirst();
        assertThat(stream.definition()).as(what).isEqualTo(StoreRig.bytes("{\"name\":\"S\"}"));
        List<Long> missing = new ArrayList<>();
        for (long sequence = 1; sequence <= MESSAGES; sequence++) {
            if (stream.read(sequence, message)) {
                assertThat(StreamModel.text(message.payload()))
                        .as(what)
                        .isEqualTo("payload of message " + sequence);
            } else {
                missing.add(sequence);
            }
        }
        assertThat(missing.size()).as("%s: %s", what, missing).isLessThanOrEqualTo(most);
        /* A whole sector of zeros at the very end of the journal looks like one never written: the
         * only loss that cannot show. */
        boolean unseenEnd =
                what.contains("journal")
                        && what.contains("zeroed")
                        && stream.lastSequence() == MESSAGES - missing.size();
        if (!missing.isEmpty() && !unseenEnd) {
            assertThat(
                            stream.lost()
                                    + store.report().lostRecords()
                                    + store.report().uncertainRecords())
                    .as("visible loss of %s", what)
                    .isPositive();
        }
        assertThat(stream.messages()).as(what).isEqualTo(MESSAGES - missing.size());
        assertThat(stream.states()).as(what).hasSize(1);
        StateLog state = stream.states().getFirst();
        StringBuilder changes = new StringBuilder(StreamModel.text(state.recoveredWhole()));
        state.recoveredChanges().forEach(c -> changes.append(StreamModel.text(c)));
        TreeSet<Integer> gone = new TreeSet<>();
        for (int i = 1; i <= MESSAGES; i++) {
            if (changes.indexOf("<" + i + ">") < 0) {
                gone.add(i);
            }
        }
        assertThat(gone.size() + missing.size())
                .as("%s: changes %s", what, gone)
                .isLessThanOrEqualTo(most);
        StoreRig.append(stream, "s.9", "behind the damage");
        StoreRig.commit(store);
        assertThat(store.committed()).isEqualTo(store.appended());
    }

    @Test
    void theScrubFindsDamageBeforeAReaderDoes() throws Exception {
        SimulatedDisk disk = filled(true);
        ManualClock clock = new ManualClock();
        Store store = StoreRig.open(disk, ROOT, StoreOptions.tiny(), clock);
        Path segment =
                disk.files().stream()
                        .filter(file -> file.toString().endsWith(".segment"))
                        .findFirst()
                        .orElseThrow();
        disk.flipBit(segment, 8L * (FileHeader.BYTES + Frame.HEADER_BYTES + 5));
        for (int i = 0; i < 200; i++) {
            clock.advance(Duration.ofSeconds(2));
            store.keeperWork();
        }
        StreamStore stream = store.streams().getFirst();
        assertThat(stream.lost()).isEqualTo(1);
        assertThat(stream.messages()).isEqualTo(MESSAGES - 1);
        assertThat(stream.lostSequences()).hasSize(1);
    }
}
