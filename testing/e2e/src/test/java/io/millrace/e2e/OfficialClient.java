package io.millrace.e2e;

import java.util.Map;

/** An official client that can play a {@link Scenario}. */
sealed interface OfficialClient permits JavaClient, ScriptClient {
    /** Skips the test when the client is not installed. */
    void assumeInstalled();

    /** Starts a scenario against the server at {@code url}. */
    Play start(Scenario scenario, String url, Map<String, String> options);

    /** Plays a scenario which needs nothing done meanwhile, to its end. */
    default void play(Scenario scenario, String url, Map<String, String> options) {
        start(scenario, url, options).finish();
    }

    /** One scenario that is being played. */
    interface Play {
        /** Waits until the client has come to this step. */
        void awaitStep(String name);

        /** Lets the client go on after a step. */
        void proceed();

        /** Waits for the end; throws what went wrong. */
        void finish();
    }
}
