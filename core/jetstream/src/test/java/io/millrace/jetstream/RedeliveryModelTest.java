package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The queue of redeliveries, the deadlines and the map below them beside collections of the JDK.
 * {@code -Dmillrace.seed=S} runs one seed, {@code -Dmillrace.seeds=N} as many.
 */
final class RedeliveryModelTest {
    private static final int STEPS = 5_000;

    static LongStream seeds() {
        Long one = Long.getLong("millrace.seed");
        return one != null
                ? LongStream.of(one)
                : LongStream.rangeClosed(1, Long.getLong("millrace.seeds", 60));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theQueueGivesTheLowestSequenceFirst(long seed) {
        Random random = new Random(seed);
        int range = 1 + random.nextInt(500);
        RedeliveryQueue queue = new RedeliveryQueue();
        TreeSet<Long> model = new TreeSet<>();
        for (int step = 0; step < STEPS; step++) {
            long sequence = 1L + random.nextInt(range);
            int what = random.nextInt(1000);
            if (what < 450) {
                assertThat(queue.add(sequence)).isEqualTo(model.add(sequence));
            } else if (what < 850) {
                assertThat(queue.remove(sequence)).isEqualTo(model.remove(sequence));
            } else if (what < 989) {
                Long first = model.pollFirst();
                assertThat(queue.poll()).isEqualTo(first == null ? 0 : first);
            } else if (what < 999) {
                queue.removeUpTo(sequence / 4);
                model.headSet(sequence / 4, true).clear();
            } else if (random.nextBoolean()) {
                queue.trim();
            } else {
                queue.clear();
                model.clear();
            }
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
            assertThat(queue.contains(sequence)).isEqualTo(model.contains(sequence));
            if (random.nextInt(3) == 0) {
                assertThat(queue.first()).isEqualTo(model.isEmpty() ? 0 : model.first());
            }
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theEarliestDeadlineComesFirst(long seed) {
        Random random = new Random(seed);
        int range = 1 + random.nextInt(500);
        long now = random.nextBoolean() ? 1_795_467_575_829_551_724L : -100_000;
        AckDeadlines deadlines = new AckDeadlines();
        TreeMap<Long, Long> model = new TreeMap<>();
        for (int step = 0; step < STEPS; step++) {
            long sequence = 1L + random.nextInt(range);
            now += random.nextInt(3);
            int what = random.nextInt(100);
            if (what < 50) {
                long deadline = now + (random.nextBoolean() ? 100 : random.nextInt(200));
                deadlines.schedule(sequence, deadline);
                model.put(sequence, deadline);
            } else if (what < 90) {
                assertThat(deadlines.cancel(sequence)).isEqualTo(model.remove(sequence) != null);
            } else {
                drainDue(deadlines, model, now);
            }
            if (random.nextInt(500) == 0) {
                deadlines.trim();
            }
            assertThat(deadlines.size()).isEqualTo(model.size());
            assertThat(deadlines.contains(sequence)).isEqualTo(model.containsKey(sequence));
            assertThat(deadlines.deadline(sequence))
                    .isEqualTo(model.getOrDefault(sequence, AckDeadlines.NEVER));
            if (random.nextInt(3) == 0) {
                assertThat(deadlines.next())
                        .isEqualTo(
                                model.values().stream()
                                        .min(Comparator.naturalOrder())
                                        .orElse(AckDeadlines.NEVER));
            }
        }
    }

    @Test
    void whatABurstTookIsGivenBack() {
        AckDeadlines deadlines = new AckDeadlines();
        for (int sequence = 1; sequence <= 100_000; sequence++) {
            deadlines.schedule(sequence, sequence);
        }
        for (int sequence = 6; sequence <= 100_000; sequence++) {
            deadlines.cancel(sequence);
        }
        deadlines.trim();
        assertThat(deadlines.bytes()).isLessThan(1_000);
        assertThat(deadlines.dueBefore(10)).isEqualTo(1);
        assertThat(deadlines.size()).isEqualTo(4);
        deadlines.clear();
        assertThat(deadlines.bytes()).isZero();
        assertThat(deadlines.next()).isEqualTo(AckDeadlines.NEVER);
    }

    private static void drainDue(AckDeadlines deadlines, Map<Long, Long> model, long now) {
        for (long due = deadlines.dueBefore(now); due > 0; due = deadlines.dueBefore(now)) {
            long expected =
                    model.entrySet().stream()
                            .min(Map.Entry.comparingByValue())
                            .orElseThrow()
                            .getKey();
            assertThat(due).isEqualTo(expected);
            assertThat(model.remove(due)).isLessThanOrEqualTo(now);
        }
        assertThat(model.values()).allMatch(deadline -> deadline > now);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theMapHoldsWhatAHashMapHolds(long seed) {
        Random random = new Random(seed);
        int range = 1 + random.nextInt(300);
        SequenceMap map = new SequenceMap();
        TreeMap<Long, Long> model = new TreeMap<>();
        for (int step = 0; step < STEPS; step++) {
            long sequence = 1 + (long) random.nextInt(range) * (1L << (random.nextInt(4) * 8));
            if (random.nextInt(100) < 52) {
                assertThat(map.put(sequence, step))
                        .isEqualTo(model.put(sequence, (long) step) == null);
            } else {
                assertThat(map.remove(sequence)).isEqualTo(model.remove(sequence) != null);
            }
            if (random.nextInt(500) == 0) {
                map.removeUpTo(sequence);
                model.headMap(sequence, true).clear();
                map.trim();
            }
            assertThat(map.size()).isEqualTo(model.size());
            assertThat(map.get(sequence, -1)).isEqualTo(model.getOrDefault(sequence, -1L));
        }
        assertThat(map.sorted())
                .containsExactly(model.keySet().stream().mapToLong(key -> key).toArray());
        model.forEach((key, value) -> assertThat(map.get(key, -1)).isEqualTo(value));
    }
}
