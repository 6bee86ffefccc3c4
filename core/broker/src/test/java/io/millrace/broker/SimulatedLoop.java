package io.millrace.broker;

import io.millrace.net.NetLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.runtime.Timers;
import java.net.BindException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A network in memory and a loop that turns when the test says so, on the test's own thread, by a
 * clock that the test moves.
 */
/* One turn does what a turn of the real loop does: readiness, tasks, timers, end of turn. Nothing
 * is caught: a mistake in the server fails the test. */
final class SimulatedLoop implements NetLoop {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final int PORT = 4222;

    final ManualClock clock = new ManualClock();
    private final Timers timers = new Timers(clock);
    private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
    private final byte[] receiveBuffer = new byte[BUFFER_BYTES];
    private final List<SimulatedPeer> peers = new ArrayList<>();
    private List<Runnable> endOfTurn = new ArrayList<>();
    private List<Runnable> endOfTurnRunning = new ArrayList<>();
    private @Nullable Function<Transport, TransportHandler> onAccept;
    private boolean turning;

    /**
     * A new connection, accepted at once; its first bytes are there after the next {@link #turn}.
     */
    SimulatedPeer connect() {
        Function<Transport, TransportHandler> accept = onAccept;
        if (accept == null) {
            throw new IllegalStateException("nobody listens");
        }
        SimulatedPeer peer = new SimulatedPeer();
        peer.handle(accept.apply(peer));
        peers.add(peer);
        return peer;
    }

    boolean isListening() {
        return onAccept != null;
    }

    /** Whether anything happened. */
    boolean turn() {
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
    void settle() {
        for (int turns = 0; turn(); turns++) {
            if (turns > 1_000_000) {
                throw new IllegalStateException("the loop never comes to rest");
            }
        }
        peers.removeIf(SimulatedPeer::isForgotten);
    }

    /** Moves the clock, stopping at every appointment on the way. */
    void advance(long nanos) {
        long until = clock.nanoTime() + nanos;
        settle();
        while (true) {
            long next = timers.nanosToNext();
            long left = until - clock.nanoTime();
            if (next < 0 || next > left) {
                clock.advance(left);
                settle();
                return;
            }
            clock.advance(next);
            settle();
        }
    }

    @Override
    public Listener listen(String host, int port, Function<Transport, TransportHandler> accept)
            throws BindException {
        if (onAccept != null) {
            throw new BindException("Address already in use");
        }
        onAccept = accept;
        return new Listener() {
            @Override
            public int port() {
                return PORT;
            }

            @Override
            public void close() {
                onAccept = null;
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
