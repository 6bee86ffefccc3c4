package io.millrace.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Messages at a fixed rate whatever the server does: a message has a moment at which it is due, and
 * its latency counts from then, so that a server that stalls is charged for all that waited. One
 * thread.
 */
final class OpenLoop {
    private static final int MOST_AT_ONCE = 512;
    private static final long HEAD_START = TimeUnit.MILLISECONDS.toNanos(5);

    /** Who sends. */
    interface Sender {
        /** Adds a message that was due at that moment ({@link System#nanoTime}). */
        void add(long due) throws IOException;

        /** Sends what was added. */
        void flush() throws IOException;
    }

    /** How late the generator itself was: what is in here is in the latencies, too. */
    private final Histogram lag = durations();

    /** Room for what takes up to a minute. */
    static Histogram durations() {
        return new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    }

    static void record(Histogram histogram, long nanos) {
        histogram.recordValue(Math.clamp(nanos, 0, TimeUnit.MINUTES.toNanos(1)));
    }

    /** Sends at {@code rate} for so long; returns how many. */
    long run(double rate, double seconds, Sender sender) throws IOException {
        Posix.sleepPrecisely();
        long count = (long) (rate * seconds);
        double interval = 1e9 / rate;
        long start = System.nanoTime() + HEAD_START;
        long sent = 0;
        while (sent < count) {
            long due = start + (long) (sent * interval);
            long now = System.nanoTime();
            if (due > now) {
                LockSupport.parkNanos(due - now);
                continue;
            }
            for (int n = 0; n < MOST_AT_ONCE && sent < count && due <= now; n++) {
                sender.add(due);
                record(lag, now - due);
                sent++;
                due = start + (long) (sent * interval);
            }
            sender.flush();
        }
        return sent;
    }

    /** Adds how late the generator was. */
    void report(Figures figures) {
        figures.add("generator late, p99", Unit.NANOS, lag.getValueAtPercentile(99));
        figures.add("generator late, p99.9", Unit.NANOS, lag.getValueAtPercentile(99.9));
    }
}
