package io.millrace.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Messages that carry the moment at which they were due, and one subscriber that reads how long ago
 * that was.
 */
final class Stamped {
    private static final int SIZE = 128;

    private final Trial trial;
    private final Template message;
    private final AtomicLong received = new AtomicLong();
    private volatile Histogram latencies = OpenLoop.durations();
    private OpenLoop loop = new OpenLoop();
    private long sent;

    Stamped(Trial trial, String subject) throws IOException {
        this.trial = trial;
        message = Template.publish(subject, "", Template.filler(SIZE));
        Wire wire = trial.dial();
        wire.subscribe(subject);
        wire.sync();
        trial.spawn("subscriber", () -> read(wire));
    }

    private void read(Wire wire) throws IOException {
        while (true) {
            wire.fill();
            long now = System.nanoTime();
            long count = 0;
            Histogram into = latencies;
            while (wire.poll()) {
                OpenLoop.record(into, now - wire.bodyLong());
                count++;
            }
            received.lazySet(received.get() + count);
        }
    }

    /** Where the payload begins in a message. */
    private int payloadAt() {
        return message.length() - SIZE - 2;
    }

    /** Sends at a rate over all connections in turn; one connection gets all of a turn at once. */
    long run(List<Wire> wires, double rate, double seconds) throws IOException {
        OpenLoop.Sender sender =
                wires.size() == 1 ? new Batches(wires.getFirst()) : new Singles(wires);
        long count = loop.run(rate, seconds, sender);
        sent += count;
        trial.await("deliveries", () -> received.get() >= sent);
        return count;
    }

    /** Counts a message that somebody else sent; its stamp must be set with {@link #stamp}. */
    void counts(long more) {
        sent += more;
    }

    byte[] copy() {
        return message.times(1);
    }

    void stamp(byte[] copy, long due) {
        Stamp.write(copy, payloadAt(), due);
    }

    long received() {
        return received.get();
    }

    long sent() {
        return sent;
    }

    /** What was before does not count. */
    void forget() {
        latencies = OpenLoop.durations();
        loop = new OpenLoop();
    }

    void report() {
        trial.figures().latencies("", latencies);
        loop.report(trial.figures());
    }

    /** What is due goes out in one write. */
    private final class Batches implements OpenLoop.Sender {
        private final Wire wire;
        private byte[] out = new byte[64 * 1024];
        private int length;

        Batches(Wire wire) {
            this.wire = wire;
        }

        @Override
        public void add(long due) throws IOException {
            if (length + message.length() > out.length) {
                flush();
            }
            int at = length;
            length = message.write(out, at, 0);
            Stamp.write(out, at + payloadAt(), due);
        }

        @Override
        public void flush() throws IOException {
            wire.write(out, 0, length);
            length = 0;
        }
    }

    /** Every message is a write of the next connection. */
    private final class Singles implements OpenLoop.Sender {
        private final List<Wire> wires;
        private final byte[] copy = copy();
        private int next;

        Singles(List<Wire> wires) {
            this.wires = wires;
        }

        @Override
        public void add(long due) throws IOException {
            stamp(copy, due);
            wires.get(next).write(copy);
            next = (next + 1) % wires.size();
        }

        @Override
        public void flush() {}
    }
}
