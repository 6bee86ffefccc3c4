package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What a consumer leaves in the journal and in checkpoints: small, and refused when it is damaged.
 */
final class ConsumerRecordsTest {
    private static final long NOW = 1_795_467_575_829_551_724L;
    private static final int MANY = 1_000_000;

    @Test
    void aRunOfDeliveriesAndAcknowledgementsTakesTwoBytesEach() {
        ConsumerState state = new ConsumerState(true);
        state.reset(70_001);
        state.events().clear();
        for (int i = 1; i <= 100; i++) {
            state.delivered(70_000L + i, i, NOW, 1);
        }
        assertThat(state.events().drain()).hasSizeLessThan(230);
        for (int i = 1; i <= 100; i++) {
            state.acked(70_000L + i);
        }
        assertThat(state.events().drain()).hasSizeLessThan(230);
    }

    @Test
    void aMillionPendingIsSmallInMemoryAndInACheckpoint() throws ConsumerStateException {
        ConsumerState state = new ConsumerState(true);
        Random random = new Random(7);
        long stream = 1L << 40;
        long now = NOW;
        for (int i = 1; i <= MANY; i++) {
            stream += random.nextInt(5) + 1;
            now += random.nextInt(10_000_000);
            state.delivered(stream, i, now, 1);
            state.events().clear();
        }
        state.acked(state.lowestPending());
        state.delivered(state.pendingAfter(stream - 1000), MANY + 1, now, 2);
        assertThat(state.pendingCount()).isEqualTo(MANY - 1);
        assertThat(state.pendingBytes()).isLessThanOrEqualTo(40L * MANY);
        byte[] whole = state.whole();
        assertThat(whole.length).isLessThanOrEqualTo(12 * MANY);
        ConsumerState again = ConsumerState.restore(whole);
        assertThat(Arrays.equals(again.whole(), whole)).isTrue();
        assertThat(again.pendingBytes()).isLessThanOrEqualTo(40L * MANY);
        for (long at = again.lowestPending(); at > 0; at = again.pendingAfter(at)) {
            again.acked(at);
            again.events().clear();
        }
        assertThat(again.ackFloorStreamSequence()).isEqualTo(stream);
        assertThat(again.whole()).hasSizeLessThan(50);
        assertThat(again.pendingBytes()).isZero();
    }

    @Test
    void aMillionAcknowledgedFromTheBackAndAtRandom() {
        ConsumerState state = new ConsumerState(true);
        for (int i = 1; i <= MANY; i++) {
            state.delivered(i, i, NOW, 1);
            state.events().clear();
        }
        for (int i = MANY; i > MANY / 2; i--) {
            state.acked(i);
            state.events().clear();
        }
        Random random = new Random(7);
        for (int i = 0; i < MANY; i++) {
            state.acked(1L + random.nextInt(MANY / 2));
            state.events().clear();
        }
        assertThat(state.pendingCount()).isPositive();
        state.ackedUpTo(MANY, MANY);
        assertThat(state.pendingCount()).isZero();
        assertThat(state.ackFloorStreamSequence()).isEqualTo(MANY);
    }

    @Test
    void oneOldPendingMessageDoesNotKeepTheRoomOfThoseAfterIt() {
        ConsumerState state = new ConsumerState(true);
        state.delivered(1, 1, NOW, 1);
        for (int i = 2; i <= MANY; i++) {
            state.delivered(i, i, NOW, 1);
            if (i > 100) {
                state.acked(i - 50);
            }
            state.events().clear();
        }
        assertThat(state.pendingBytes()).isLessThan(20_000);
    }

    @Test
    void aNewerVersionIsLeftAlone() {
        ConsumerState state = new ConsumerState(true);
        state.reset(1);
        byte[] record = state.events().drain();
        byte[] whole = state.whole();
        record[0] = 2;
        whole[0] = 3;
        assertThatThrownBy(() -> state.apply(record))
                .isInstanceOfSatisfying(
                        ConsumerStateException.class,
                        e -> assertThat(e.code()).isEqualTo(ConsumerStateException.Code.NEWER))
                .hasMessageContaining("version 2");
        assertThatThrownBy(() -> ConsumerState.restore(whole))
                .isInstanceOfSatisfying(
                        ConsumerStateException.class,
                        e -> assertThat(e.code()).isEqualTo(ConsumerStateException.Code.NEWER));
    }

    @Test
    void everyShorterRecordIsRefusedOrIsAShorterHistory() {
        byte[] record = busy().events().drain();
        for (int length = 0; length < record.length; length++) {
            replayed(Arrays.copyOf(record, length));
        }
        byte[] whole = busy().whole();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> ConsumerState.restore(cut))
                    .isInstanceOf(ConsumerStateException.class);
        }
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        assertThatThrownBy(() -> ConsumerState.restore(longer))
                .isInstanceOf(ConsumerStateException.class);
    }

    @Test
    void changedBytesAreRefusedOrGiveAStateThatHolds() {
        byte[] record = busy().events().drain();
        byte[] whole = busy().whole();
        Random random = new Random(11);
        for (int i = 0; i < 20_000; i++) {
            replayed(changed(record, random));
            restored(changed(whole, random));
        }
    }

    @Test
    void aDamagedRecordChangesNothing() {
        ConsumerState state = busy();
        byte[] before = state.whole();
        byte[] record = busy().events().drain();
        byte[] damaged = Arrays.copyOf(record, record.length + 1);
        damaged[record.length] = 99;
        assertThatThrownBy(() -> state.apply(damaged))
                .isInstanceOf(ConsumerStateException.class)
                .hasMessageContaining("type 99");
        assertThat(state.whole()).isEqualTo(before);
    }

    private static byte[] changed(byte[] bytes, Random random) {
        byte[] changed = bytes.clone();
        int times = 1 + random.nextInt(4);
        for (int i = 0; i < times; i++) {
            changed[1 + random.nextInt(changed.length - 1)] = (byte) random.nextInt(256);
        }
        return changed;
    }

    private static void replayed(byte[] record) {
        ConsumerState state = new ConsumerState(true);
        try {
            state.apply(record);
        } catch (ConsumerStateException e) {
            assertThat(e.code()).isEqualTo(ConsumerStateException.Code.DAMAGED);
            return;
        }
        assertHolds(state);
    }

    private static void restored(byte[] whole) {
        ConsumerState state;
        try {
            state = ConsumerState.restore(whole);
        } catch (ConsumerStateException e) {
            assertThat(e.code()).isEqualTo(ConsumerStateException.Code.DAMAGED);
            return;
        }
        assertHolds(state);
    }

    /** Whatever was accepted is a state: its figures fit together, and it can be stored again. */
    private static void assertHolds(ConsumerState state) {
        assertThat(state.ackFloorConsumerSequence())
                .isBetween(0L, state.deliveredConsumerSequence());
        assertThat(state.ackFloorStreamSequence()).isBetween(0L, state.deliveredStreamSequence());
        int[] seen = new int[1];
        long[] last = new long[1];
        state.forEachPending(
                (stream, consumer, time, deliveries) -> {
                    assertThat(stream).isGreaterThan(last[0]);
                    assertThat(state.isPending(stream)).isTrue();
                    last[0] = stream;
                    seen[0]++;
                });
        assertThat(state.pendingCount()).isEqualTo(seen[0]);
        assertThat(last[0]).isLessThanOrEqualTo(state.deliveredStreamSequence());
        byte[] whole = state.whole();
        try {
            assertThat(ConsumerState.restore(whole).whole()).isEqualTo(whole);
        } catch (ConsumerStateException e) {
            throw new AssertionError("what was accepted cannot be stored", e);
        }
    }

    private static ConsumerState busy() {
        ConsumerState state = new ConsumerState(true);
        state.reset(1_000);
        for (int i = 0; i < 20; i++) {
            state.delivered(1_000L + 3L * i, i + 1, NOW + 1_000L * i, 1);
        }
        state.acked(1_003);
        state.delivered(1_000, 21, NOW + 50_000, 2);
        state.delivered(1_006, 22, NOW + 50_000, 2);
        state.givenUp(1_006);
        state.dropped(1_009);
        state.skipped(1_001);
        state.ackedUpTo(1_012, 5);
        return state;
    }
}
