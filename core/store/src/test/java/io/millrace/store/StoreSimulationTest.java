package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/**
 * Random lives of a store on a disk that loses what was not synced. -Dmillrace.seeds=N for more,
 * -Dmillrace.seed=S for one.
 */
final class StoreSimulationTest {
    private static final int STEPS = 150;

    @Test
    void whatWasConfirmedSurvivesEveryCrashAndNothingRemovedComesBack() throws Exception {
        run(false, Integer.getInteger("millrace.seeds", 2500));
    }

    @Test
    void theSameHoldsOnADiskThatFailsAndFillsUp() throws Exception {
        run(true, Integer.getInteger("millrace.seeds", 1500));
    }

    private static void run(boolean faults, int seeds) throws Exception {
        Long only = Long.getLong("millrace.seed");
        long crashes = 0;
        long refused = 0;
        for (long seed = only == null ? 0 : only;
                seed < (only == null ? seeds : only + 1);
                seed++) {
            StoreSimulation simulation = new StoreSimulation(seed, faults);
            try {
                simulation.run(STEPS);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + ", faults " + faults, e);
            }
            crashes += simulation.crashes();
            refused += simulation.refused();
        }
        System.out.println("crashes " + crashes + ", refused " + refused);
        assertThat(crashes).isPositive();
    }
}
