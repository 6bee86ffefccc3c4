package io.millrace.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.function.Function;
import org.HdrHistogram.Histogram;

/**
 * Requests on a number of connections, each with so many outstanding: the next is sent when an
 * answer came. One thread drives all of them. Every request has a reply subject of its own, as
 * those of real clients have.
 */
final class ClosedLoop implements AutoCloseable {
    private static final int MOST_AT_ONCE = 256;

    private final Line[] lines;
    private final int window;
    private final Selector selector;
    private Histogram latencies = OpenLoop.durations();
    private long refused;
    private String refusal = "";

    private long left;
    private long deadline;
    private long answered;

    /**
     * @param request makes the request of a connection from its inbox; it must be published with
     *     that as its reply subject
     */
    ClosedLoop(Trial trial, int connections, int window, Function<String, Template> request)
            throws IOException {
        this.window = window;
        this.selector = Selector.open();
        lines = new Line[connections];
        for (int i = 0; i < connections; i++) {
            String inbox = trial.inbox();
            Wire wire = trial.dial();
            wire.subscribe(inbox + ".*");
            wire.sync();
            lines[i] = new Line(wire, i, request.apply(inbox + "." + Template.NUMBER));
            if (connections > 1) {
                wire.channel().configureBlocking(false);
                wire.channel().register(selector, SelectionKey.OP_READ, lines[i]);
            }
        }
    }

    /** Runs so long; returns how many answers came. */
    long run(double seconds) throws IOException {
        return run((long) (seconds * 1e9), Long.MAX_VALUE);
    }

    /** Sends so many; returns when all are answered. */
    long send(long count) throws IOException {
        return run(Long.MAX_VALUE / 2, count);
    }

    private long run(long nanos, long count) throws IOException {
        latencies = OpenLoop.durations();
        refused = 0;
        answered = 0;
        left = count;
        deadline = System.nanoTime() + nanos;
        for (Line line : lines) {
            line.begin();
        }
        if (lines.length == 1) {
            while (lines[0].outstanding > 0) {
                lines[0].wire.fill();
                lines[0].turn();
            }
        } else {
            select();
        }
        return answered;
    }

    private void select() throws IOException {
        try {
            while (anyOutstanding()) {
                selector.select(this::ready);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean anyOutstanding() {
        for (Line line : lines) {
            if (line.outstanding > 0) {
                return true;
            }
        }
        return false;
    }

    private void ready(SelectionKey key) {
        Line line = (Line) key.attachment();
        try {
            line.wire.fill();
            line.turn();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Histogram latencies() {
        return latencies;
    }

    /** How many answers came in the last run, also when it failed. */
    long answered() {
        return answered;
    }

    /** How many answers of the last run were errors. */
    long refused() {
        return refused;
    }

    /** Throws if an answer of the last run was an error. */
    void mustBeAccepted() throws IOException {
        if (refused > 0) {
            throw new IOException(refused + " requests were refused, the first with " + refusal);
        }
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }

    /** One connection. */
    private final class Line {
        private final Wire wire;
        private final Template request;
        private final long[] next;
        private final long[] sentAt;
        private final byte[] out;
        private int outLength;
        private int outstanding;

        Line(Wire wire, int index, Template request) {
            this.wire = wire;
            this.request = request;
            next = new long[window];
            sentAt = new long[window];
            for (int slot = 0; slot < window; slot++) {
                next[slot] = (long) index * window + slot;
            }
            out = new byte[request.length() * Math.min(window, MOST_AT_ONCE)];
        }

        void begin() throws IOException {
            long now = System.nanoTime();
            for (int slot = 0; slot < window; slot++) {
                send(slot, now);
            }
            flush();
        }

        /** Takes the answers that have come and sends what follows them. */
        void turn() throws IOException {
            long now = System.nanoTime();
            while (wire.poll()) {
                int slot = (int) (wire.subjectNumber() % window);
                outstanding--;
                answered++;
                OpenLoop.record(latencies, now - sentAt[slot]);
                look();
                if (now < deadline) {
                    send(slot, now);
                }
            }
            flush();
        }

        private void send(int slot, long now) throws IOException {
            if (left == 0) {
                return;
            }
            left--;
            outstanding++;
            long number = next[slot];
            next[slot] += (long) window * lines.length;
            sentAt[slot] = now;
            outLength = request.write(out, outLength, number);
            if (outLength == out.length) {
                flush();
            }
        }

        private void flush() throws IOException {
            if (outLength > 0) {
                wire.write(out, 0, outLength);
                outLength = 0;
            }
        }

        /** An answer is an error if its status says so or its JSON has a member of that name. */
        private void look() {
            boolean error = wire.status() >= 400;
            int end = Math.min(wire.bodyLength(), 120) - 1;
            if (!error && end > 0 && wire.body(0) == '{') {
                for (int i = 1; i < end && !error; i++) {
                    error =
                            wire.body(i) == 'e'
                                    && wire.body(i - 1) == '"'
                                    && wire.body(i + 1) == 'r';
                }
            }
            if (error) {
                refused++;
                if (refused == 1) {
                    refusal = wire.status() + " " + wire.body();
                }
            }
        }
    }
}
