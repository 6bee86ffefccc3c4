package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ExpiryQueueTest {
    private final ExpiryQueue queue = new ExpiryQueue();

    @Test
    void whatIsDueComesInOrderOfDeadlineAndSequence() {
        queue.add(30, 1);
        queue.add(10, 3);
        queue.add(10, 2);
        queue.add(MessageTtl.NO_DEADLINE, 4);
        assertThat(queue.nextDeadline()).isEqualTo(10);
        assertThat(queue.popDue(9)).isZero();
        assertThat(queue.popDue(10)).isEqualTo(2);
        assertThat(queue.popDue(10)).isEqualTo(3);
        assertThat(queue.popDue(10)).isZero();
        assertThat(queue.popDue(99)).isEqualTo(1);
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.nextDeadline()).isEqualTo(MessageTtl.NO_DEADLINE);
    }

    @Test
    void theDeadAreSweptInSlicesAndTheLivingStay() {
        int total = 20_000;
        for (int sequence = 1; sequence <= total; sequence++) {
            queue.add(1000 + sequence % 777, sequence);
            queue.removed(sequence % 10 == 0 ? 0 : 1);
        }
        assertThat(queue.needsSweep()).isTrue();
        int slices = 0;
        while (queue.needsSweep()) {
            queue.sweep(sequence -> sequence % 10 == 0, 100);
            slices++;
        }
        assertThat(slices).isBetween(total / 100, total / 50);
        assertThat(queue.size()).isEqualTo(total / 10);
        long last = 0;
        Set<Long> left = new HashSet<>();
        while (!queue.isEmpty()) {
            long deadline = queue.nextDeadline();
            assertThat(deadline).isGreaterThanOrEqualTo(last);
            last = deadline;
            left.add(queue.popDue(deadline));
        }
        assertThat(left).hasSize(total / 10).allMatch(sequence -> sequence % 10 == 0);
    }

    @Test
    void anOverwrittenKeyWithALongTtlDoesNotFillMemory() {
        for (long sequence = 1; sequence <= 200_000; sequence++) {
            long newest = sequence;
            queue.add(1_000_000_000L + sequence, sequence);
            queue.removed(1);
            if (queue.needsSweep()) {
                queue.sweep(kept -> kept == newest, 64);
            }
        }
        assertThat(queue.size()).isLessThan(3 * 1024);
    }

    @Test
    void memoryIsSixteenBytesForEachAndGoesBack() {
        long idle = queue.memoryBytes();
        assertThat(idle).isLessThanOrEqualTo(256);
        for (int i = 0; i < 1_000_000; i++) {
            queue.add(i, i + 1);
        }
        assertThat(queue.memoryBytes()).isLessThan(16_100_000);
        for (int i = 0; i < 1_000_000; i++) {
            assertThat(queue.popDue(Long.MAX_VALUE - 1)).isEqualTo(i + 1);
        }
        assertThat(queue.memoryBytes()).isLessThanOrEqualTo(2 * 4096 * 16);
        queue.clear();
        assertThat(queue.memoryBytes()).isEqualTo(idle);
    }

    private record Entry(long deadline, long sequence) {}

    @Test
    void itAgreesWithAPriorityQueueWhateverHappens() {
        for (long seed = 0; seed < 100; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            ExpiryQueue tested = new ExpiryQueue();
            PriorityQueue<Entry> model =
                    new PriorityQueue<>(
                            Comparator.comparingLong(Entry::deadline)
                                    .thenComparingLong(Entry::sequence));
            long now = 0;
            for (int step = 1; step < 4000; step++) {
                if (random.nextInt(100) < 40 + seed % 50) {
                    long deadline = now + random.nextInt(1 + (int) (seed * 40));
                    tested.add(deadline, step);
                    model.add(new Entry(deadline, step));
                } else if (random.nextInt(20) == 0) {
                    long gone = 1L + random.nextInt(step);
                    model.removeIf(entry -> entry.sequence() == gone);
                    tested.sweep(sequence -> sequence != gone, tested.size());
                    tested.sweep(sequence -> sequence != gone, tested.size());
                } else {
                    now += random.nextInt(5);
                    Entry first = model.peek();
                    boolean due = first != null && first.deadline() <= now;
                    long expected = due ? model.remove().sequence() : 0;
                    assertThat(tested.popDue(now)).as("seed %d", seed).isEqualTo(expected);
                }
                Entry first = model.peek();
                assertThat(tested.nextDeadline())
                        .as("seed %d", seed)
                        .isEqualTo(first == null ? MessageTtl.NO_DEADLINE : first.deadline());
                assertThat(tested.size()).as("seed %d", seed).isEqualTo(model.size());
            }
        }
    }
}
