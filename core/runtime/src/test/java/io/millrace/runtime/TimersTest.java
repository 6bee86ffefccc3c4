package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TimersTest {
    /** Near the end of the range, so that deadlines run over it. */
    private static final long START_NANOS = Long.MAX_VALUE - 5_000;

    private final MovedClock clock = new MovedClock();
    private final Timers timers = new Timers(clock);
    private final List<String> fired = new ArrayList<>();

    private static final class MovedClock implements Clock {
        private long nanos = START_NANOS;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long epochNanos() {
            return 0;
        }
    }

    private final class Named extends Timer {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        protected void fire() {
            fired.add(name);
        }
    }

    @Test
    void nothingIsDueWithoutAppointments() {
        assertThat(timers.nanosToNext()).isEqualTo(-1);
        assertThat(timers.fireDue()).isZero();
        timers.cancel(new Named("never"));
        assertThat(timers.size()).isZero();
    }

    @Test
    void timersFireInTheOrderOfTheirDeadlines() {
        timers.schedule(new Named("c"), 30);
        timers.schedule(new Named("a"), 10);
        timers.schedule(new Named("b"), 20);
        assertThat(timers.nanosToNext()).isEqualTo(10);
        clock.nanos += 9;
        assertThat(timers.fireDue()).isZero();
        clock.nanos += 21;
        assertThat(timers.nanosToNext()).isZero();
        assertThat(timers.fireDue()).isEqualTo(3);
        assertThat(fired).containsExactly("a", "b", "c");
        assertThat(timers.nanosToNext()).isEqualTo(-1);
    }

    @Test
    void anAppointmentMovesAndIsTakenBack() {
        Named moved = new Named("moved");
        Named cancelled = new Named("cancelled");
        timers.schedule(moved, 10);
        timers.schedule(cancelled, 20);
        timers.schedule(moved, 100);
        assertThat(timers.size()).isEqualTo(2);
        timers.cancel(cancelled);
        timers.cancel(cancelled);
        assertThat(cancelled.isScheduled()).isFalse();
        assertThat(timers.nanosToNext()).isEqualTo(100);
        timers.schedule(moved, -5);
        assertThat(timers.nanosToNext()).isZero();
        timers.fireDue();
        assertThat(fired).containsExactly("moved");
        assertThat(moved.isScheduled()).isFalse();
    }

    @Test
    void aTimerThatAppointsItselfAgainWaitsForTheNextCall() {
        Timer again =
                new Timer() {
                    @Override
                    protected void fire() {
                        fired.add("again");
                        timers.schedule(this, 0);
                    }
                };
        timers.schedule(again, 0);
        assertThat(timers.fireDue()).isEqualTo(1);
        assertThat(timers.fireDue()).isEqualTo(1);
        assertThat(fired).containsExactly("again", "again");
    }

    @Test
    void aTimerMayTakeAnotherOneBackThatIsDue() {
        Named other = new Named("other");
        timers.schedule(
                new Timer() {
                    @Override
                    protected void fire() {
                        timers.cancel(other);
                    }
                },
                1);
        timers.schedule(other, 2);
        clock.nanos += 5;
        assertThat(timers.fireDue()).isEqualTo(1);
        assertThat(fired).isEmpty();
    }

    @Test
    void randomAppointmentsAgreeWithAList() {
        Long one = Long.getLong("millrace.seed");
        long first = one == null ? 1 : one;
        long last = one == null ? Long.getLong("millrace.seeds", 100) : one;
        for (long seed = first; seed <= last; seed++) {
            new Model(seed).run();
        }
    }

    /** Deadlines in a map, searched from end to end. */
    private static final class Model {
        private final long seed;
        private final Random random;
        private final MovedClock clock = new MovedClock();
        private final Timers timers = new Timers(clock);
        private final Map<Timer, Long> deadlines = new HashMap<>();
        private final List<Timer> fired = new ArrayList<>();
        private final List<Timer> all = new ArrayList<>();

        Model(long seed) {
            this.seed = seed;
            this.random = new Random(seed);
            for (int i = 1 + random.nextInt(200); i > 0; i--) {
                all.add(
                        new Timer() {
                            @Override
                            protected void fire() {
                                fired.add(this);
                            }
                        });
            }
        }

        void run() {
            for (int step = 0; step < 1_000; step++) {
                Timer timer = all.get(random.nextInt(all.size()));
                switch (random.nextInt(6)) {
                    case 0, 1, 2 -> {
                        long delay = random.nextInt(1_000) - 100L;
                        timers.schedule(timer, delay);
                        deadlines.put(timer, clock.nanos + Math.max(0, delay));
                    }
                    case 3 -> {
                        timers.cancel(timer);
                        deadlines.remove(timer);
                    }
                    default -> {
                        clock.nanos += random.nextInt(120);
                        fire(step);
                    }
                }
                assertThat(timers.size()).isEqualTo(deadlines.size());
                assertThat(timer.isScheduled()).isEqualTo(deadlines.containsKey(timer));
                long next =
                        deadlines.values().stream()
                                .mapToLong(deadline -> Math.max(0, deadline - clock.nanos))
                                .min()
                                .orElse(-1);
                assertThat(timers.nanosToNext())
                        .as("-Dmillrace.seed=%d step %d", seed, step)
                        .isEqualTo(next);
            }
        }

        private void fire(int step) {
            List<Timer> due =
                    deadlines.keySet().stream()
                            .filter(timer -> deadlines.get(timer) - clock.nanos <= 0)
                            .toList();
            fired.clear();
            assertThat(timers.fireDue()).isEqualTo(due.size());
            assertThat(fired)
                    .as("-Dmillrace.seed=%d step %d", seed, step)
                    .containsExactlyInAnyOrderElementsOf(due)
                    .isSortedAccordingTo(
                            Comparator.comparingLong(timer -> deadlines.get(timer) - START_NANOS));
            due.forEach(deadlines::remove);
        }
    }
}
