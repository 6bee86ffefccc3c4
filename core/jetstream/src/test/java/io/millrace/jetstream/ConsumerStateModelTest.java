package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random lives of consumers of all policies beside the naive model, with checkpoints and restarts
 * in between. {@code -Dmillrace.seed=S} runs one seed, {@code -Dmillrace.seeds=N} as many.
 */
final class ConsumerStateModelTest {
    private static final int STEPS = 1_500;

    private enum Policy {
        NONE,
        ALL,
        EXPLICIT
    }

    static LongStream seeds() {
        Long one = Long.getLong("millrace.seed");
        return one != null
                ? LongStream.of(one)
                : LongStream.rangeClosed(1, Long.getLong("millrace.seeds", 60));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void livesAsTheModelDoesAndSurvivesRestarts(long seed) throws ConsumerStateException {
        for (Policy policy : Policy.values()) {
            new Life(seed, policy).live();
        }
    }

    /** One consumer, its model, and what the journal would hold. */
    private static final class Life {
        private final Random random;
        private final Policy policy;
        private final int gap;
        private final int crowd;
        private final ConsumerModel model;
        private ConsumerState state;
        private byte[] checkpoint;
        private final List<byte[]> records = new ArrayList<>();
        private long now = 1_795_467_575_829_551_724L;

        Life(long seed, Policy policy) {
            random = new Random(seed * 31 + policy.name().hashCode());
            this.policy = policy;
            gap = random.nextBoolean() ? 1 : 1 + random.nextInt(1000);
            crowd = 1 + random.nextInt(200);
            model = new ConsumerModel(policy != Policy.NONE);
            state = new ConsumerState(policy != Policy.NONE);
            checkpoint = state.whole();
        }

        void live() throws ConsumerStateException {
            reset();
            for (int step = 0; step < STEPS; step++) {
                step();
                if (random.nextInt(8) == 0 && !state.events().isEmpty()) {
                    records.add(state.events().drain());
                }
                if (random.nextInt(200) == 0) {
                    restart();
                } else if (random.nextInt(300) == 0) {
                    checkpoint = state.whole();
                    records.clear();
                    state.events().clear();
                }
                compare();
            }
            restart();
            compare();
        }

        private void step() {
            int what = random.nextInt(1000);
            if (what < 450 && model.pending.size() < crowd) {
                deliver(model.deliveredStream + 1 + random.nextInt(gap));
            } else if (what < 550) {
                redeliver();
            } else if (what < 900) {
                ack(some());
            } else if (what < 940) {
                state.dropped(keyed(some()));
                model.left(lastKey);
            } else if (what < 980) {
                state.givenUp(keyed(some()));
                model.givenUp(lastKey);
            } else if (what < 996) {
                state.skipped(keyed(1 + model.floorStream + random.nextInt(3 * gap)));
                model.skipped(lastKey);
            } else {
                reset();
            }
        }

        private long lastKey;

        private long keyed(long key) {
            lastKey = key;
            return key;
        }

        private void deliver(long stream) {
            now += random.nextInt(3) * 1_000L * random.nextInt(100_000);
            int deliveries = deliveriesOf(stream) + 1;
            long consumer = model.deliveredConsumer + 1;
            state.delivered(stream, consumer, now, deliveries);
            model.delivered(stream, consumer, now, deliveries);
        }

        private int deliveriesOf(long stream) {
            ConsumerModel.Entry entry = model.pending.get(stream);
            return entry == null ? 0 : entry.deliveries();
        }

        /** Mostly of what is pending; sometimes of what was given up. */
        private void redeliver() {
            if (!model.givenUp.isEmpty() && random.nextInt(10) == 0) {
                deliver(model.givenUp.first());
            } else if (!model.pending.isEmpty()) {
                deliver(some());
            }
        }

        private void ack(long stream) {
            if (policy == Policy.ALL) {
                long consumer = 1L + random.nextInt((int) model.deliveredConsumer + 2);
                state.ackedUpTo(stream, consumer);
                model.ackedUpTo(stream, consumer);
            } else {
                state.acked(stream);
                model.left(stream);
            }
        }

        /** A pending message as a rule, the lowest ones more often; else any sequence. */
        private long some() {
            if (model.pending.isEmpty() || random.nextInt(20) == 0) {
                return 1 + random.nextLong(model.deliveredStream + 2);
            }
            Long from = model.pending.firstKey();
            if (random.nextBoolean()) {
                from = 1 + from + random.nextLong(model.pending.lastKey() - from + 1);
            }
            Long key = model.pending.ceilingKey(from);
            return key == null ? model.pending.firstKey() : key;
        }

        private void reset() {
            long next = 1L + random.nextInt(5_000);
            state.reset(next);
            model.reset(next);
        }

        private void restart() throws ConsumerStateException {
            if (!state.events().isEmpty()) {
                records.add(state.events().drain());
            }
            ConsumerState again = ConsumerState.restore(checkpoint);
            for (byte[] record : records) {
                again.apply(record);
            }
            assertThat(again.events().isEmpty()).as("a replay is no event").isTrue();
            assertThat(again.whole()).isEqualTo(state.whole());
            state = again;
        }

        private void compare() {
            assertThat(figures())
                    .containsExactly(
                            model.deliveredConsumer,
                            model.deliveredStream,
                            model.floorConsumer,
                            model.floorStream,
                            model.pending.size(),
                            model.redelivered());
            List<String> ascending = new ArrayList<>();
            state.forEachPending((s, c, t, d) -> ascending.add(s + " " + c + " " + t + " " + d));
            assertThat(ascending)
                    .isEqualTo(model.pending.entrySet().stream().map(Life::written).toList());
            List<Long> byTime = new ArrayList<>();
            state.forEachPendingByTime((s, c, t, d) -> byTime.add(s));
            assertThat(byTime).isEqualTo(modelByTime());
            probe(1 + random.nextLong(model.deliveredStream + 3));
            probe(some());
        }

        private long[] figures() {
            return new long[] {
                state.deliveredConsumerSequence(),
                state.deliveredStreamSequence(),
                state.ackFloorConsumerSequence(),
                state.ackFloorStreamSequence(),
                state.pendingCount(),
                state.redeliveredCount()
            };
        }

        private static String written(Map.Entry<Long, ConsumerModel.Entry> entry) {
            ConsumerModel.Entry value = entry.getValue();
            return entry.getKey()
                    + " "
                    + value.consumerSequence()
                    + " "
                    + value.time()
                    + " "
                    + value.deliveries();
        }

        private List<Long> modelByTime() {
            return model.pending.entrySet().stream()
                    .sorted(Comparator.comparingLong(entry -> entry.getValue().time()))
                    .map(Map.Entry::getKey)
                    .toList();
        }

        private void probe(long sequence) {
            ConsumerModel.Entry entry = model.pending.get(sequence);
            assertThat(state.isPending(sequence)).isEqualTo(entry != null);
            assertThat(state.deliveries(sequence)).isEqualTo(deliveriesOf(sequence));
            assertThat(state.consumerSequence(sequence))
                    .isEqualTo(entry == null ? 0 : entry.consumerSequence());
            assertThat(state.deliveredAtNanos(sequence))
                    .isEqualTo(entry == null ? 0 : entry.time());
            Long above = model.pending.higherKey(sequence);
            assertThat(state.pendingAfter(sequence)).isEqualTo(above == null ? 0 : above);
            assertThat(state.lowestPending())
                    .isEqualTo(model.pending.isEmpty() ? 0 : model.pending.firstKey());
        }
    }
}
