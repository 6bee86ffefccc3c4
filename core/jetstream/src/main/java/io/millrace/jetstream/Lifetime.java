package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import java.util.concurrent.TimeUnit;

/**
 * When a consumer pauses, when it goes because nobody uses it, and when it has to wait for a slow
 * reader. Owned by the loop.
 */
final class Lifetime {
    static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** Part of what may wait for a client that a consumer fills. */
    private static final int STUFFED_SHARE = 4;

    private static final long READ_AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final long STUFFED_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Consumer consumer;
    private final Timer pauseEnd = new PauseEnd();
    private final Timer idleEnd = new IdleEnd();
    private final Timer unstuffed = new Unstuffed();
    private final Timer retry = new Retry();
    private long idleSinceNanos;

    Lifetime(Consumer consumer) {
        this.consumer = consumer;
    }

    /** At the start, and when the configuration has changed. */
    void start() {
        idleSinceNanos = consumer.engine().steadyNanos();
        ConsumerConfig config = consumer.config();
        if (isPaused()) {
            consumer.engine().timers().schedule(pauseEnd, config.pauseUntilNanos() - now());
        } else {
            consumer.engine().timers().cancel(pauseEnd);
        }
        if (config.inactiveThresholdNanos() > 0) {
            consumer.engine().timers().schedule(idleEnd, config.inactiveThresholdNanos());
        } else {
            consumer.engine().timers().cancel(idleEnd);
        }
    }

    void stop() {
        consumer.engine().timers().cancel(pauseEnd);
        consumer.engine().timers().cancel(idleEnd);
        consumer.engine().timers().cancel(unstuffed);
        consumer.engine().timers().cancel(retry);
    }

    private long now() {
        return consumer.engine().epochNanos();
    }

    boolean isPaused() {
        return consumer.config().pauseUntilNanos() > now();
    }

    void acknowledged() {
        idleSinceNanos = consumer.engine().steadyNanos();
    }

    void interestCame() {
        idleSinceNanos = consumer.engine().steadyNanos();
    }

    void interestWent() {
        idleSinceNanos = consumer.engine().steadyNanos();
        long threshold = consumer.config().inactiveThresholdNanos();
        if (threshold > 0) {
            consumer.engine().timers().schedule(idleEnd, threshold);
        }
    }

    /** Whether too much waits for who listens to a subject; looks again a little later. */
    boolean isStuffed(byte[] subject) {
        JetStream engine = consumer.engine();
        long most = engine.server().options().limits().maxPending() / STUFFED_SHARE;
        boolean stuffed =
                consumer.stream().account().client().backlogBytes(subject, 0, subject.length)
                        > most;
        if (stuffed && !unstuffed.isScheduled()) {
            engine.timers().schedule(unstuffed, STUFFED_NANOS);
        }
        return stuffed;
    }

    /** The disk could not read what comes next: it is asked again a little later. */
    void lookAgain() {
        if (!unstuffed.isScheduled()) {
            consumer.engine().timers().schedule(unstuffed, READ_AGAIN_NANOS);
        }
    }

    /** For a state that could not be journalled: tries it again. */
    Timer retry() {
        return retry;
    }

    private final class PauseEnd extends Timer {
        @Override
        protected void fire() {
            if (isPaused()) {
                // somebody has set the clock back
                long left = consumer.config().pauseUntilNanos() - now();
                consumer.engine().timers().schedule(this, left);
                return;
            }
            consumer.advise("PAUSE", "consumer_pause", ConsumerInfo::notPaused);
            consumer.wake();
        }
    }

    private final class IdleEnd extends Timer {
        @Override
        protected void fire() {
            if (consumer.isClosed()) {
                return;
            }
            long threshold = consumer.config().inactiveThresholdNanos();
            long since = idleSinceNanos;
            if (consumer.delivery() instanceof PullDelivery pull) {
                since = Math.max(since, pull.lastActiveNanos());
            }
            since = Math.max(since, consumer.engine().steadyNanos(consumer.lastDeliveredNanos()));
            long left = since + threshold - consumer.engine().steadyNanos();
            if (consumer.delivery().isActive() || left > 0) {
                consumer.engine().timers().schedule(this, left > 0 ? left : threshold);
                return;
            }
            try {
                consumer.delete();
            } catch (StoreException failed) {
                consumer.engine().storeFailed(consumer.stream(), failed);
                consumer.engine().timers().schedule(this, threshold);
            }
        }
    }

    private final class Unstuffed extends Timer {
        @Override
        protected void fire() {
            consumer.wake();
        }
    }

    private final class Retry extends Timer {
        @Override
        protected void fire() {
            consumer.changed();
        }
    }
}
