package io.millrace.testkit;

/** The power went: nothing of what runs on the simulated disk goes on after it. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash() {
        super("power lost", null, false, false);
    }
}
