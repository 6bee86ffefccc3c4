package io.millrace.jetstream;

import io.millrace.net.NetLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.runtime.Timers;
import io.millrace.testkit.ManualClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A loop without a network that turns on the test's own thread. */
final class LoopByHand implements NetLoop {
    private final ManualClock clock;
    private final Timers timers;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private List<Runnable> endOfTurn = new ArrayList<>();

    LoopByHand(ManualClock clock) {
        this.clock = clock;
        this.timers = new Timers(clock);
    }

    /** Turns once; whether anything happened. */
    boolean turn() {
        boolean busy = false;
        for (int left = tasks.size(); left > 0; left--) {
            tasks.remove().run();
            busy = true;
        }
        busy |= timers.fireDue() > 0;
        while (!endOfTurn.isEmpty()) {
            List<Runnable> running = endOfTurn;
            endOfTurn = new ArrayList<>();
            running.forEach(Runnable::run);
            busy = true;
        }
        return busy;
    }

    /** Lets time pass up to the next appointment, at most {@code limit}; how long it was. */
    Duration pass(Duration limit) {
        long next = timers.nanosToNext();
        Duration step =
                next < 0 || next > limit.toNanos() ? limit : Duration.ofNanos(Math.max(1, next));
        clock.advance(step);
        return step;
    }

    @Override
    public Listener listen(String host, int port, Function<Transport, TransportHandler> accept) {
        throw new UnsupportedOperationException("there is no network");
    }

    @Override
    public void atEndOfTurn(Runnable work) {
        endOfTurn.add(work);
    }

    @Override
    public byte[] receiveBuffer() {
        return new byte[0];
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public boolean isCurrent() {
        return true;
    }
}
