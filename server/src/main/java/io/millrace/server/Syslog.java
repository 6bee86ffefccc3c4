package io.millrace.server;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Log lines on their way to a syslog daemon. Any thread may hand one over; nobody waits. */
/* A thread of its own sends, because a daemon may be slow or away. Lines wait in a queue that is
 * bounded in lines and in bytes; what does not fit is dropped and counted, and the daemon is told
 * how many it misses as soon as it takes lines again. A way that breaks is opened again, at most
 * once a second; lines that come up meanwhile count as dropped, so that none is ever old. */
final class Syslog implements AutoCloseable {
    private static final int LINES_MAX = 8192;
    private static final long BYTES_MAX = 4L << 20;
    private static final long RETRY_NANOS = 1_000_000_000L;
    private static final long FLUSH_MILLIS = 2_000;
    private static final int WARNING = 4;
    private static final byte[] LAST = {};

    private final SyslogTarget target;
    private final Clock clock;
    private final LinkedBlockingQueue<byte[]> queue = new LinkedBlockingQueue<>(LINES_MAX);
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final Thread sender;
    private volatile boolean closed;

    // the sender's
    private SyslogTarget.@Nullable Way way;
    private long retryNanos;

    private Syslog(SyslogTarget target, SyslogTarget.Way way, Clock clock) {
        this.target = target;
        this.way = way;
        this.clock = clock;
        this.sender = Threads.startDaemon("syslog", this::sendAll);
    }

    /**
     * Opens the way to the daemon. Blocking.
     *
     * @throws IOException with the text for the operator when there is none
     */
    static Syslog open(SyslogTarget target, Clock clock) throws IOException {
        return new Syslog(target, target.open(), clock);
    }

    /** Hands a line over. */
    void log(int severity, String line) {
        byte[] message = target.spelled(severity, line);
        if (queuedBytes.addAndGet(message.length) > BYTES_MAX || !queue.offer(message)) {
            queuedBytes.addAndGet(-message.length);
            dropped.incrementAndGet();
        }
    }

    /** Lines that the daemon has missed and was not told of yet. */
    long dropped() {
        return dropped.get();
    }

    private void sendAll() {
        try {
            while (!closed || !queue.isEmpty()) {
                byte[] message = queue.take();
                queuedBytes.addAndGet(-message.length);
                if (message != LAST) {
                    send(message);
                }
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        closeWay();
    }

    private void send(byte[] message) {
        boolean arrived = sent(message);
        if (!arrived) {
            // the way may have broken long ago, which is only noticed now
            arrived = sent(message);
        }
        if (!arrived) {
            dropped.incrementAndGet();
            return;
        }
        long missed = dropped.getAndSet(0);
        if (missed > 0 && !sent(target.spelled(WARNING, missed + " log lines were dropped"))) {
            dropped.addAndGet(missed);
        }
    }

    private boolean sent(byte[] message) {
        try {
            SyslogTarget.Way open = way;
            if (open == null) {
                if (clock.nanoTime() - retryNanos < 0) {
                    return false;
                }
                retryNanos = clock.nanoTime() + RETRY_NANOS;
                open = target.open();
                way = open;
            }
            open.send(message);
            return true;
        } catch (IOException broken) {
            closeWay();
            return false;
        }
    }

    private void closeWay() {
        SyslogTarget.Way open = way;
        way = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException gone) {
                // nothing can be done about it, and nobody to tell
            }
        }
    }

    /** Sends what waits, as far as the daemon takes it within a moment. */
    @Override
    public void close() {
        closed = true;
        queue.offer(LAST);
        try {
            sender.join(FLUSH_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
