package io.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One sample being taken of one server: the connections and threads that it takes and the figures
 * that it gives. One thread runs it; those it starts may dial, too.
 */
final class Trial implements AutoCloseable {
    /** Sizes of loads are meant for samples of so many seconds; shorter ones take smaller sizes. */
    static final double USUAL_SECONDS = 5;

    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(20);

    private final Aim aim;
    private final Figures figures = new Figures();
    private final List<Wire> wires = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final AtomicInteger inboxes = new AtomicInteger();
    private volatile boolean closing;

    /**
     * What is measured, and how.
     *
     * @param port where the server listens
     * @param pid its process
     * @param seconds how long it is measured
     * @param pace messages a second for loads that are told
     * @param token letters that no other sample of this server has
     */
    record Aim(int port, long pid, double seconds, double pace, String token) {}

    /** What a thread of a load does. */
    interface Body {
        void run() throws Exception;
    }

    /** A condition that other threads bring about. */
    interface Condition {
        boolean holds();
    }

    Trial(Aim aim) {
        this.aim = aim;
    }

    Figures figures() {
        return figures;
    }

    long pid() {
        return aim.pid();
    }

    /** Where it shows itself, if its stage says so. */
    int monitorPort() {
        return ServerProcess.monitorPort(aim.port());
    }

    double seconds() {
        return aim.seconds();
    }

    double pace() {
        return aim.pace();
    }

    /** How long a load runs before it counts, so that both programs are compiled. */
    double warmSeconds() {
        return Math.min(1, aim.seconds() / 2);
    }

    /** A number of things for a sample of the usual length, fewer for a shorter one. */
    int scaled(int usual) {
        return (int) Math.max(10, usual * Math.min(1, aim.seconds() / USUAL_SECONDS));
    }

    /** A name that no other sample has. */
    String name(String prefix) {
        return prefix + aim.token();
    }

    /** The beginning of subjects that no other part of any sample has. */
    String inbox() {
        return "_INBOX." + aim.token() + "i" + inboxes.incrementAndGet();
    }

    Meter meter() {
        return new Meter(aim.pid(), figures);
    }

    Wire dial() throws IOException {
        return dial(Login.NONE);
    }

    Wire dial(Login login) throws IOException {
        Wire wire = Wire.dial(aim.port(), login);
        synchronized (wires) {
            wires.add(wire);
        }
        return wire;
    }

    /** Starts a thread; its failure is the trial's, unless the trial was over. */
    Thread spawn(String name, Body body) {
        Thread thread =
                Thread.ofPlatform()
                        .daemon()
                        .name(name)
                        .start(
                                () -> {
                                    try {
                                        body.run();
                                    } catch (Exception e) {
                                        if (!closing) {
                                            failure.compareAndSet(null, e);
                                        }
                                    }
                                });
        synchronized (threads) {
            threads.add(thread);
        }
        return thread;
    }

    /** Throws what a thread has failed with. */
    void check() throws IOException {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException(String.valueOf(failed.getMessage()), failed);
        }
    }

    /** Waits until a condition holds, looking now and then. */
    void await(String what, Condition condition) throws IOException {
        long start = System.nanoTime();
        while (!condition.holds()) {
            check();
            if (System.nanoTime() - start > PATIENCE) {
                throw new IOException("waited for nothing: " + what);
            }
            LockSupport.parkNanos(20_000);
        }
        check();
    }

    /** Waits for the end of threads that end by themselves. */
    void join(List<Thread> ending) throws IOException {
        try {
            for (Thread thread : ending) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        check();
    }

    /** Lets the server rest. */
    static void rest(double seconds) {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
    }

    @Override
    public void close() throws IOException {
        closing = true;
        List<Wire> open;
        synchronized (wires) {
            open = List.copyOf(wires);
        }
        for (Wire wire : open) {
            wire.close();
        }
    }
}
