package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What gives way to a newer message goes only together with its coming. */
final class MakingRoomTest {
    private static final String LARGE = "newer".repeat(300);

    private final ManualClock clock = new ManualClock();
    private final StoredMessage message = new StoredMessage();

    /** The ways in which a message can be taken out. */
    enum Removal {
        ONE {
            @Override
            void of(StreamStore stream) throws StoreException {
                stream.delete(1);
            }
        },
        BY_SUBJECT {
            @Override
            void of(StreamStore stream) throws StoreException {
                stream.purge(SubjectFilter.of("old"), 0, 0);
            }
        },
        ALL_BELOW {
            @Override
            void of(StreamStore stream) throws StoreException {
                stream.compactTo(2);
            }
        };

        abstract void of(StreamStore stream) throws StoreException;
    }

    private static void newer(StreamStore stream, Removal removal) throws StoreException {
        StoreRig.append(stream, "new", LARGE);
        stream.makeRoomFor(stream.lastMessageNumber());
        removal.of(stream);
        stream.makeRoomFor(0);
    }

    private boolean holds(StreamStore stream, long sequence) throws StoreException {
        return stream.read(sequence, message);
    }

    @ParameterizedTest
    @EnumSource
    void aTornBatchNeverKeepsTheRemovalWithoutTheMessage(Removal removal) throws Exception {
        int kept = 0;
        for (int seed = 0; seed < 150; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            Store store = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
            StreamStore stream = store.createStream(StoreRig.bytes("{}"), false, Runnable::run);
            StoreRig.append(stream, "old", "confirmed");
            StoreRig.commit(store);
            newer(stream, removal);
            disk.crashAfter(1 + seed % 2);
            try {
                StoreRig.commit(store);
            } catch (SimulatedCrash crashed) {
                disk.crash();
            }
            disk.crashAfter(Long.MAX_VALUE);
            // a second opening reads the same
            for (int opening = 1; opening <= 2; opening++) {
                Store again = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
                StreamStore found = again.streams().getFirst();
                String what = "seed " + seed + ", opening " + opening;
                assertThat(holds(found, 1) || holds(found, 2)).as(what).isTrue();
                kept += holds(found, 1) && !holds(found, 2) ? 1 : 0;
                StoreRig.append(found, "behind", "x");
                StoreRig.commit(again);
                disk.kill();
            }
        }
        assertThat(kept).isPositive();
    }

    /** That damage takes the newer message does not bring back what was confirmed to be gone. */
    @ParameterizedTest
    @EnumSource
    void aConfirmedRemovalCountsWithoutTheMessageToo(Removal removal) throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        Store store = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        StreamStore stream = store.createStream(StoreRig.bytes("{}"), false, Runnable::run);
        StoreRig.append(stream, "old", "confirmed");
        newer(stream, removal);
        StoreRig.commit(store);
        StoreRig.append(stream, "behind", "x");
        StoreRig.commit(store);
        disk.kill();
        damage(disk);
        Store again = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        StreamStore found = again.streams().getFirst();
        assertThat(holds(found, 1)).isFalse();
        assertThat(holds(found, 2)).isFalse();
        assertThat(holds(found, 3)).isTrue();
    }

    private static void damage(SimulatedDisk disk) {
        for (Path file : List.copyOf(disk.files())) {
            String content = new String(disk.content(file), StandardCharsets.ISO_8859_1);
            int at = content.indexOf(LARGE);
            if (at >= 0) {
                disk.flipBit(file, (at + 7) * 8L);
            }
        }
    }

    @Test
    void aRemovalThatStandsAloneNeedsNobody() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        Store store = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        StreamStore stream = store.createStream(StoreRig.bytes("{}"), false, Runnable::run);
        StoreRig.append(stream, "old", "confirmed");
        StoreRig.append(stream, "new", LARGE);
        stream.delete(1);
        StoreRig.commit(store);
        disk.kill();
        damage(disk);
        Store again = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        assertThat(holds(again.streams().getFirst(), 1)).isFalse();
    }
}
