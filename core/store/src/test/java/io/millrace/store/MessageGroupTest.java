package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageGroupTest {
    private static final byte[] NONE = new byte[0];

    private final ManualClock clock = new ManualClock();

    private static MessageGroup group(int count, int bytes) {
        MessageGroup group = new MessageGroup();
        for (int i = 0; i < count; i++) {
            byte[] subject = StoreRig.bytes("s." + i);
            byte[] payload = StoreRig.bytes("x".repeat(bytes));
            group.add(subject, 0, subject.length, NONE, 0, 0, payload, 0, payload.length);
        }
        return group;
    }

    private static List<Long> sequences(StreamStore stream) throws StoreException {
        List<Long> found = new ArrayList<>();
        StoredMessage message = new StoredMessage();
        MessageCursor cursor = stream.cursor(List.of());
        for (long from = 0; cursor.next(from, message); from = message.sequence() + 1) {
            found.add(message.sequence());
        }
        return found;
    }

    @Test
    void itsMessagesFollowEachOtherAndAreFoundAgain() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        Store store = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        StreamStore stream = store.createStream(NONE, false, Runnable::run);
        StoreRig.append(stream, "before", "p");
        long number = group(40, 200).appendTo(stream, 7);
        StoreRig.append(stream, "behind", "p");
        assertThat(stream.lastSequence()).isEqualTo(42);
        assertThat(number).isEqualTo(stream.lastNumber() - 1);
        StoreRig.commit(store);
        disk.crash();
        Store again = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        assertThat(again.streams().getFirst().messages()).isEqualTo(42);
        assertThat(again.report().foundDamage()).isFalse();
    }

    /**
     * The disk keeps any part of what was written and not synced: whatever that is, all or none.
     */
    @Test
    void aTornGroupNeverWas() throws Exception {
        int none = 0;
        for (int seed = 0; seed < 60; seed++) {
            SimulatedDisk disk = new SimulatedDisk(seed);
            Store store = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
            StreamStore stream = store.createStream(NONE, false, Runnable::run);
            StoreRig.append(stream, "a", "p");
            StoreRig.commit(store);
            group(12, 300).appendTo(stream, 7);
            disk.crashAfter(1 + seed % 3);
            try {
                StoreRig.commit(store);
            } catch (io.millrace.testkit.SimulatedCrash crashed) {
                disk.crash();
            }
            disk.crashAfter(Long.MAX_VALUE);
            Store again = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
            List<Long> left = sequences(again.streams().getFirst());
            assertThat(left.size()).as("seed %d: %s", seed, left).isIn(1, 13);
            none += left.size() == 1 ? 1 : 0;
        }
        assertThat(none).isGreaterThan(5);
    }

    @Test
    void aGroupThatIsRefusedLeavesNothing() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        Store store = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        StreamStore stream = store.createStream(NONE, false, Runnable::run);
        StoreRig.append(stream, "a", "p");
        MessageGroup huge = group(20, 100_000);
        assertThatThrownBy(() -> huge.appendTo(stream, 7)).isInstanceOf(StoreException.class);
        assertThat(sequences(stream)).containsExactly(1L);
        assertThat(stream.lastSequence()).isEqualTo(1);
    }

    @Test
    void aStreamInMemoryTakesGroupsToo() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        Store store = StoreRig.open(disk, StoreSimulation.ROOT, StoreOptions.tiny(), clock);
        StreamStore stream = store.createStream(NONE, true, Runnable::run);
        assertThat(group(3, 10).appendTo(stream, 7)).isZero();
        assertThat(sequences(stream)).containsExactly(1L, 2L, 3L);
    }
}
