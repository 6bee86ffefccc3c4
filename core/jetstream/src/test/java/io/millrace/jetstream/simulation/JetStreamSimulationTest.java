package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random lives of a whole server with JetStream. -Dmillrace.seeds=N for more, -Dmillrace.seed=S for
 * one, -Dmillrace.story=N for the last N lines of what was said and heard.
 */
final class JetStreamSimulationTest {
    private static final int STEPS = 120;

    @Test
    void whatWasConfirmedSurvivesEveryCrashAndEveryConsumerGetsWhatItMay() {
        run(false, 1200);
    }

    @Test
    void theSameHoldsOnADiskThatFailsAndFillsUp() {
        run(true, 800);
    }

    private static void run(boolean faults, int count) {
        Long one = Long.getLong("millrace.seed");
        LongStream seeds =
                one != null
                        ? LongStream.of(one)
                        : LongStream.rangeClosed(1, Long.getLong("millrace.seeds", count));
        long[] seen = new long[3];
        seeds.forEach(
                seed -> {
                    JetStreamSimulation simulation = new JetStreamSimulation(seed, faults);
                    try {
                        simulation.run(STEPS);
                    } catch (Exception | Error wrong) {
                        throw new AssertionError(
                                "-Dmillrace.seed="
                                        + seed
                                        + ", faults "
                                        + faults
                                        + ":\n"
                                        + simulation.world.story(),
                                wrong);
                    }
                    seen[0] += simulation.crashes;
                    seen[1] += simulation.deliveries;
                    seen[2] += simulation.acks;
                });
        assertThat(seen).as("crashes, deliveries, acks").doesNotContain(0);
    }
}
