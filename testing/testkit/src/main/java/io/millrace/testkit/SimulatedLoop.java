package io.millrace.testkit;

import io.millrace.net.NetLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.runtime.Timers;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A network in memory and a loop that turns when the test says so, on the test's own thread, by a
 * clock that the test moves.
 */
/* One turn does what a turn of the real loop does: readiness, tasks, timers, end of turn. Nothing
 * is caught: a mistake in the server fails the test. */
public final class SimulatedLoop implements NetLoop {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int PORT = 4222;

    private final ManualClock clock;
    private final Timers timers;
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final byte[] receiveBuffer = new byte[BUFFER_BYTES];
    private final List<SimulatedPeer> peers = new ArrayList<>();
    private List<Runnable> endOfTurn = new ArrayList<>();
    private List<Runnable> endOfTurnRunning = new ArrayList<>();
    private final Map<Integer, Function<Transport, TransportHandler>> listeners = new HashMap<>();
    private boolean turning;

    public SimulatedLoop() {
        this(new ManualClock());
    }

    /** A loop of another server that lives by the same time. */
    public SimulatedLoop(ManualClock clock) {
        this.clock = clock;
        this.timers = new Timers(clock);
    }

    /** What its time is; whoever moves it lets the loop turn afterwards. */
    public ManualClock time() {
        return clock;
    }

    /**
     * A new connection, accepted at once; its first bytes are there after the next {@link #turn}.
     */
    public SimulatedPeer connect() {
        return connect(PORT);
    }

    /** The same on another port than that of clients. */
    public SimulatedPeer connect(int port) {
        Function<Transport, TransportHandler> accept = listeners.get(port);
        if (accept == null) {
            throw new IllegalStateException("nobody listens on port " + port);
        }
        SimulatedPeer peer = new SimulatedPeer();
        peer.handle(accept.apply(peer));
        peers.add(peer);
        return peer;
    }

    public boolean isListening() {
        return !listeners.isEmpty();
    }

    /** Whether anything happened. */
    public boolean turn() {
        turning = true;
        boolean busy = false;
        for (int i = 0; i < peers.size(); i++) {
            busy |= peers.get(i).callReady();
        }
        for (int left = tasks.size(); left > 0; left--) {
            tasks.remove().run();
            busy = true;
        }
        busy |= timers.fireDue() > 0;
        while (!endOfTurn.isEmpty()) {
            List<Runnable> running = endOfTurn;
            endOfTurn = endOfTurnRunning;
            endOfTurnRunning = running;
            for (int i = 0; i < running.size(); i++) {
                running.get(i).run();
            }
            running.clear();
            busy = true;
        }
        turning = false;
        return busy;
    }

    /** Turns until nothing more happens at this time. */
    public void settle() {
        for (int turns = 0; turn(); turns++) {
            if (turns > 1_000_000) {
                throw new IllegalStateException("the loop never comes to rest");
            }
        }
        peers.removeIf(SimulatedPeer::isForgotten);
    }

    /** Moves the clock, stopping at every appointment on the way. */
    public void advance(long nanos) {
        long until = clock.nanoTime() + nanos;
        settle();
        while (true) {
            long next = timers.nanosToNext();
            long left = until - clock.nanoTime();
            if (next < 0 || next > left) {
                clock.advance(Duration.ofNanos(left));
                settle();
                return;
            }
            clock.advance(Duration.ofNanos(next));
            settle();
        }
    }

    /**
     * Does what another thread would do: what it hands to the loop waits for the loop's next turn.
     */
    public void elsewhere(Runnable work) {
        boolean before = turning;
        turning = true;
        try {
            work.run();
        } finally {
            turning = before;
        }
    }

    @Override
    public Listener listen(String host, int port, Function<Transport, TransportHandler> accept)
            throws BindException {
        int used = port == 0 ? PORT : port;
        if (listeners.putIfAbsent(used, accept) != null) {
            throw new BindException("Address already in use");
        }
        return new Listener() {
            @Override
            public int port() {
                return used;
            }

            @Override
            public void close() {
                listeners.remove(used);
            }
        };
    }

    @Override
    public void atEndOfTurn(Runnable work) {
        endOfTurn.add(work);
    }

    @Override
    public byte[] receiveBuffer() {
        return receiveBuffer;
    }

    @Override
    public void execute(Runnable task) {
        if (turning) {
            tasks.add(task);
        } else {
            task.run();
        }
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
