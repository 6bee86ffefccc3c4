package io.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Publishers as fast as their subscribers read. What is on its way is bounded, so that no
 * subscriber falls behind so far that the server would cut it off, and every delivery is awaited.
 */
final class Fan {
    private static final int WRITE = 16 * 1024;
    private static final int MOST_BYTES_UNREAD = 4 * 1024 * 1024;
    private static final int MOST_MESSAGES_UNREAD = 32 * 1024;

    private final Trial trial;
    private final byte[] chunk;
    private final int perChunk;
    private final long window;
    private final Wire[] publishers;
    private final AtomicLong[] received;
    private final AtomicLong sent = new AtomicLong();

    Fan(Trial trial, String subject, Login login, int publishers, int subscribers, int size)
            throws IOException {
        this.trial = trial;
        Template message = Template.publish(subject, "", Template.filler(size));
        perChunk = Math.max(1, WRITE / message.length());
        chunk = message.times(perChunk);
        window =
                Math.max(
                        4L * perChunk * publishers,
                        Math.min(MOST_MESSAGES_UNREAD, MOST_BYTES_UNREAD / size));
        received = new AtomicLong[subscribers];
        for (int i = 0; i < subscribers; i++) {
            AtomicLong count = new AtomicLong();
            received[i] = count;
            Wire wire = trial.dial(login);
            wire.subscribe(subject);
            wire.sync();
            trial.spawn(
                    "subscriber",
                    () -> {
                        while (true) {
                            count.lazySet(count.get() + wire.drain());
                        }
                    });
        }
        this.publishers = new Wire[publishers];
        for (int i = 0; i < publishers; i++) {
            this.publishers[i] = trial.dial(login);
        }
    }

    /** Runs so long; returns how many messages were delivered, which is all. */
    long run(double seconds) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long before = sent.get();
        List<Thread> threads = new ArrayList<>();
        for (Wire wire : publishers) {
            threads.add(trial.spawn("publisher", () -> publish(wire, end)));
        }
        trial.join(threads);
        trial.await("deliveries", () -> slowest() >= sent.get());
        return (sent.get() - before) * received.length;
    }

    private void publish(Wire wire, long end) throws IOException {
        do {
            if (sent.get() - slowest() < window) {
                sent.addAndGet(perChunk);
                wire.write(chunk);
            } else {
                LockSupport.parkNanos(20_000);
            }
        } while (System.nanoTime() < end);
    }

    private long slowest() {
        long least = Long.MAX_VALUE;
        for (AtomicLong count : received) {
            least = Math.min(least, count.get());
        }
        return least;
    }
}
