package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** Delivering, acknowledging and their timers leave no garbage once everything has its size. */
final class ConsumerAllocationTest {
    private static final int MESSAGES = 20_000;
    private static final int TURN = 100;
    private static final int ROUNDS = 5;
    private static final long NOW = 1_795_467_575_829_551_724L;

    private final ConsumerState state = new ConsumerState(true);
    private final RedeliveryQueue again = new RedeliveryQueue();
    private final AckDeadlines deadlines = new AckDeadlines();
    private long consumerSequence;

    @Test
    void deliveringAndAcknowledgingInOrderAllocatesNothing() throws ReflectiveOperationException {
        assertNoGarbage(
                sequence -> {
                    deliver(sequence, 1);
                    if (sequence > TURN) {
                        state.acked(sequence - TURN);
                    }
                });
    }

    @Test
    void acknowledgingAllAllocatesNothing() throws ReflectiveOperationException {
        assertNoGarbage(
                sequence -> {
                    deliver(sequence, 1);
                    if (sequence % 64 == 0) {
                        state.ackedUpTo(sequence, consumerSequence);
                    }
                });
    }

    @Test
    void redeliveriesOutOfOrderAllocateNothing() throws ReflectiveOperationException {
        assertNoGarbage(
                sequence -> {
                    deliver(sequence, 1);
                    deadlines.schedule(sequence, sequence + 500);
                    again.add(sequence ^ 31);
                    long late = deadlines.dueBefore(sequence);
                    if (late > 0) {
                        deliver(late, 2);
                        deadlines.schedule(late, sequence + 300);
                    }
                    long old = (sequence - 700) ^ 63;
                    if (state.acked(old)) {
                        deadlines.cancel(old);
                    }
                    again.poll();
                });
    }

    @Test
    void aDeadlineTakenBackAndSetAgainLeavesNothingBehind() throws ReflectiveOperationException {
        deadlines.schedule(1, 700);
        deadlines.schedule(2, 500);
        assertNoGarbage(
                sequence -> {
                    deliver(sequence, 1);
                    state.acked(sequence);
                    deadlines.cancel(2);
                    deadlines.schedule(2, 500);
                });
        assertThat(deadlines.next()).isEqualTo(500);
        assertThat(deadlines.bytes()).isLessThan(2_000);
    }

    private void deliver(long sequence, int deliveries) {
        consumerSequence++;
        state.delivered(sequence, consumerSequence, NOW + sequence, deliveries);
    }

    private void assertNoGarbage(LongConsumer message) throws ReflectiveOperationException {
        long least = Long.MAX_VALUE;
        long sequence = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long before = allocated();
            for (int i = 0; i < MESSAGES; i++) {
                sequence++;
                message.accept(sequence);
                if (sequence % TURN == 0) {
                    state.events().clear();
                }
            }
            least = Math.min(least, allocated() - before);
        }
        // Less than one byte for each message: what is measured includes the measuring.
        assertThat(least).isLessThan(MESSAGES);
        assertThat(state.deliveredStreamSequence()).isEqualTo((long) ROUNDS * MESSAGES);
    }

    /** Asked by reflection: this module does not read java.management. */
    private static long allocated() throws ReflectiveOperationException {
        Object threads =
                Class.forName("java.lang.management.ManagementFactory")
                        .getMethod("getThreadMXBean")
                        .invoke(null);
        Method bytes =
                Class.forName("com.sun.management.ThreadMXBean")
                        .getMethod("getCurrentThreadAllocatedBytes");
        return (long) bytes.invoke(threads);
    }
}
