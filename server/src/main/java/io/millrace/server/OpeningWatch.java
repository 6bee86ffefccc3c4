package io.millrace.server;

import io.millrace.broker.Server;
import io.millrace.runtime.Log;
import io.millrace.runtime.Timer;

/** Says in the log that the store is still being read, once a second. Owned by the loop. */
final class OpeningWatch extends Timer {
    static final long PERIOD_NANOS = 1_000_000_000;

    private final Server server;
    private final Log log;
    private final Supervisor supervisor;
    private int seconds;

    OpeningWatch(Server server, Log log, Supervisor supervisor) {
        this.server = server;
        this.log = log;
        this.supervisor = supervisor;
    }

    /** Any thread. */
    void begin() {
        server.loop().execute(() -> server.loop().timers().schedule(this, PERIOD_NANOS));
    }

    /** Any thread. */
    void end() {
        server.loop().execute(() -> server.loop().timers().cancel(this));
    }

    @Override
    protected void fire() {
        seconds++;
        log.info("  Reading the store's journal: " + seconds + " s so far");
        supervisor.starting("Reading the store's journal");
        server.loop().timers().schedule(this, PERIOD_NANOS);
    }
}
