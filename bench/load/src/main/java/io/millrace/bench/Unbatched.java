package io.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Many connections that send one message a write, and one subscriber. */
final class Unbatched {
    private static final int WRITERS = 2;

    /* Clients write while their sockets take it. A server on half a core stands still for 50 ms at a
     * time; with fewer on their way the load would measure how long it stands still. */
    private static final int ON_THEIR_WAY = 64;

    private final Trial trial;
    private final Stamped stamped;
    private final List<Wire> wires = new ArrayList<>();

    Unbatched(Trial trial, int connections) throws IOException {
        this.trial = trial;
        stamped = new Stamped(trial, trial.name("unbatched"));
        for (int i = 0; i < connections; i++) {
            wires.add(trial.dial());
        }
    }

    long paced(double rate, double seconds) throws IOException {
        return stamped.run(wires, rate, seconds);
    }

    /** As many as go with no more than 64 messages of each connection on their way. */
    long most(double seconds) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long before = stamped.received();
        AtomicLong sent = new AtomicLong();
        List<Thread> threads = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            int first = writer;
            threads.add(trial.spawn("publisher", () -> write(first, before, sent, end)));
        }
        trial.join(threads);
        stamped.counts(sent.get());
        trial.await("deliveries", () -> stamped.received() >= stamped.sent());
        return sent.get();
    }

    private void write(int first, long before, AtomicLong sent, long end) throws IOException {
        Posix.sleepPrecisely();
        byte[] copy = stamped.copy();
        int at = first;
        while (System.nanoTime() < end) {
            if (before + sent.get() - stamped.received() >= (long) ON_THEIR_WAY * wires.size()) {
                LockSupport.parkNanos(50_000);
                continue;
            }
            sent.incrementAndGet();
            stamped.stamp(copy, System.nanoTime());
            wires.get(at).write(copy);
            at = (at + WRITERS) % wires.size();
        }
    }

    void forget() {
        stamped.forget();
    }

    void report() {
        stamped.report();
    }
}
