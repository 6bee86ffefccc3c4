package io.millrace.server;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Timers;

/** A loop that is the test's own thread, on a clock that the test moves. */
final class OwnLoop implements Loop, Clock {
    private long now;
    private final Timers timers = new Timers(this);

    OwnLoop(long now) {
        this.now = now;
    }

    /** Lets time pass, and does what is due then. */
    void pass(long nanos) {
        now += nanos;
        timers.fireDue();
    }

    @Override
    public long nanoTime() {
        return now;
    }

    @Override
    public long epochNanos() {
        return now;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public boolean isCurrent() {
        return true;
    }

    @Override
    public Clock clock() {
        return this;
    }
}
