package io.millrace.net;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Threads;
import io.millrace.runtime.Timers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jctools.queues.varhandle.MpscUnboundedVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/** An I/O loop over one NIO selector and one thread. */
/* One turn: wait for readiness or the next timer, handle every ready key, run handed-over tasks,
 * fire timers, then the end-of-turn work (the flushes). Everything produced in a turn is thereby
 * sent with one call per receiver, however many messages it was. */
public final class NioLoop implements NetLoop, AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final int TASK_CHUNK = 1024;

    private final String name;
    private final Log log;
    private final Selector selector;
    private final Timers timers;
    private final MpscUnboundedVarHandleArrayQueue<Runnable> tasks =
            new MpscUnboundedVarHandleArrayQueue<>(TASK_CHUNK);
    private final AtomicBoolean wakeUpPending = new AtomicBoolean();
    private final ReceiveRoom receiveRoom = new ReceiveRoom();
    private List<Runnable> endOfTurn = new ArrayList<>();
    private List<Runnable> endOfTurnRunning = new ArrayList<>();
    private volatile @Nullable Thread thread;
    private volatile boolean ended;

    // Written by the loop; others see what was there a moment ago.
    private boolean waiting;
    private long wokenAtNanos;
    private long busyNanos;
    private long turns;

    public NioLoop(String name, Clock clock, Log log) throws IOException {
        this.name = name;
        this.log = log;
        this.selector = Selector.open();
        this.timers = new Timers(clock);
    }

    /** Starts the loop's thread. */
    public void start() {
        thread = Threads.startLoop(name, this::run);
    }

    @Override
    public void execute(Runnable task) {
        if (ended) {
            return;
        }
        tasks.add(task);
        if (!isCurrent() && wakeUpPending.compareAndSet(false, true)) {
            selector.wakeup();
        }
    }

    @Override
    public Timers timers() {
        return timers;
    }

    @Override
    public boolean isCurrent() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void atEndOfTurn(Runnable work) {
        endOfTurn.add(work);
    }

    @Override
    public byte[] receiveBuffer() {
        return receiveRoom.bytes();
    }

    @Override
    public long busyNanos() {
        return busyNanos;
    }

    @Override
    public long turns() {
        return turns;
    }

    @Override
    public Listener listen(String host, int port, Function<Transport, TransportHandler> onAccept)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            boolean anyAddress = host.isEmpty() || host.equals("0.0.0.0");
            channel.bind(
                    anyAddress ? new InetSocketAddress(port) : new InetSocketAddress(host, port),
                    BACKLOG);
            NioListener listener = new NioListener(this, channel, onAccept);
            execute(listener::register);
            return listener;
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
    }

    /** Ends the loop after the turn that is running and waits for its thread. */
    @Override
    public void close() {
        Thread running = thread;
        execute(() -> ended = true);
        if (running == null) {
            ended = true;
            closeSelector();
        } else if (!isCurrent()) {
            try {
                running.join(TimeUnit.SECONDS.toMillis(5));
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    Selector selector() {
        return selector;
    }

    Log log() {
        return log;
    }

    /** Takes a connection over: called on this loop. */
    void adopt(SocketChannel channel, Function<Transport, TransportHandler> onAccept) {
        try {
            channel.configureBlocking(false);
            channel.setOption(java.net.StandardSocketOptions.TCP_NODELAY, true);
            NioTransport transport = new NioTransport(this, channel);
            TransportHandler handler = onAccept.apply(transport);
            transport.register(handler);
        } catch (IOException | RuntimeException broken) {
            log.debug("Error accepting a connection: " + broken);
            try {
                channel.close();
            } catch (IOException ignored) {
                // it is gone either way
            }
        }
    }

    ReceiveRoom receiveRoom() {
        return receiveRoom;
    }

    private void run() {
        try {
            wokenAtNanos = timers.clock().nanoTime();
            while (!ended) {
                turn();
            }
        } catch (IOException broken) {
            log.error("I/O loop " + name + " ended: " + broken);
        } finally {
            ended = true;
            closeSelector();
        }
    }

    private void turn() throws IOException {
        long wait = tasks.isEmpty() ? timers.nanosToNext() : 0;
        turns++;
        receiveRoom.beginTurn();
        busyNanos += timers.clock().nanoTime() - wokenAtNanos;
        waiting = true;
        if (wait == 0) {
            selector.selectNow(this::ready);
        } else {
            long millis = wait < 0 ? 0 : Math.max(1, (wait + 999_999) / 1_000_000);
            selector.select(this::ready, millis);
        }
        woke();
        wakeUpPending.set(false);
        runTasks();
        guarded(timers::fireDue);
        runEndOfTurn();
    }

    /** The waiting of this turn is over: with the first key that is ready, or without one. */
    private void woke() {
        if (waiting) {
            waiting = false;
            wokenAtNanos = timers.clock().nanoTime();
        }
    }

    private void ready(SelectionKey key) {
        woke();
        try {
            ((Ready) key.attachment()).ready(key);
        } catch (CancelledKeyException closedMeanwhile) {
            // closed by an earlier key of the same turn
        } catch (RuntimeException | StackOverflowError mistake) {
            log.error("internal error on " + name + ": " + describe(mistake));
            ((Ready) key.attachment()).abandon();
        }
    }

    private void runTasks() {
        for (int left = TASK_CHUNK; left > 0; left--) {
            Runnable task = tasks.poll();
            if (task == null) {
                return;
            }
            guarded(task);
        }
    }

    private void runEndOfTurn() {
        while (!endOfTurn.isEmpty()) {
            List<Runnable> running = endOfTurn;
            endOfTurn = endOfTurnRunning;
            endOfTurnRunning = running;
            for (int i = 0; i < running.size(); i++) {
                guarded(running.get(i));
            }
            running.clear();
        }
    }

    /** A mistake in one task must not end the loop and everybody's connections with it. */
    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | StackOverflowError mistake) {
            log.error("internal error on " + name + ": " + describe(mistake));
        }
    }

    private static String describe(Throwable mistake) {
        StackTraceElement[] trace = mistake.getStackTrace();
        return mistake + (trace.length == 0 ? "" : " at " + trace[0]);
    }

    private void closeSelector() {
        try {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException ignored) {
            // the process is ending
        }
    }

    /** What a key of this selector carries. */
    interface Ready {
        void ready(SelectionKey key);

        /** Ends it after an internal error. */
        void abandon();
    }
}
