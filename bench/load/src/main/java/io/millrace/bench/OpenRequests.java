package io.millrace.bench;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Requests on one connection at a fixed rate, and how long after it was due each was answered. */
final class OpenRequests {
    /** Moments are kept for so many requests; more are never on their way. */
    private static final int KEPT = 1 << 16;

    private final Trial trial;
    private final Wire wire;
    private final Template request;
    private final long[] dues = new long[KEPT];
    private final AtomicLong answered = new AtomicLong();
    private volatile Histogram latencies = OpenLoop.durations();
    private OpenLoop loop = new OpenLoop();
    private volatile long sent;

    OpenRequests(Trial trial, String subject) throws IOException {
        this.trial = trial;
        String inbox = trial.inbox();
        wire = trial.dial();
        wire.subscribe(inbox + ".*");
        wire.sync();
        request = Template.publish(subject, inbox + "." + Template.NUMBER, Template.filler(64));
        trial.spawn("answers", this::read);
    }

    private void read() throws IOException {
        while (true) {
            wire.fill();
            long now = System.nanoTime();
            // Reading it makes the moments visible that were written before it.
            long known = sent;
            long count = 0;
            while (wire.poll()) {
                long number = wire.subjectNumber();
                if (wire.status() != 0 || number > known) {
                    throw new IOException("answer " + number + ": " + wire.status());
                }
                OpenLoop.record(latencies, now - dues[(int) (number % KEPT)]);
                count++;
            }
            answered.lazySet(answered.get() + count);
        }
    }

    long run(double rate, double seconds) throws IOException {
        long count =
                loop.run(
                        rate,
                        seconds,
                        new OpenLoop.Sender() {
                            private final byte[] out = new byte[64 * 1024];
                            private int length;

                            @Override
                            public void add(long due) throws IOException {
                                if (length + request.length() > out.length) {
                                    flush();
                                }
                                long number = sent;
                                dues[(int) (number % KEPT)] = due;
                                length = request.write(out, length, number);
                                sent = number + 1;
                            }

                            @Override
                            public void flush() throws IOException {
                                wire.write(out, 0, length);
                                length = 0;
                            }
                        });
        trial.await("answers", () -> answered.get() >= sent);
        return count;
    }

    void forget() {
        latencies = OpenLoop.durations();
        loop = new OpenLoop();
    }

    void report() {
        trial.figures().latencies("", latencies);
        loop.report(trial.figures());
    }
}
