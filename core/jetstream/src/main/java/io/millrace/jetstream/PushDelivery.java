package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.ReplayPolicy;
import io.millrace.protocol.PublicationWriter;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/**
 * Messages sent to a subject as long as somebody listens there: heartbeats, flow control, rate and
 * replay at the original speed. Owned by the loop.
 */
/* Flow control as clients know it (ADR-9, ADR-15): what was sent and not confirmed is counted in
 * bytes; past half of the window a request goes out that the client answers when it has worked
 * through what came before it; past the whole window nothing is sent until it has. The window
 * doubles with each answer. */
final class PushDelivery extends Timer implements Delivery {
    private static final long WINDOW_MAX = 32 << 20;
    private static final long WINDOW_FIRST = WINDOW_MAX / 16;
    private static final String LETTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int TOKEN_LENGTH = 4;
    private static final byte[] NONE = new byte[0];

    /** How long a rate-limited or replaying consumer may be late. */
    private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Consumer consumer;
    private final StatusMessages status;
    private final Runnable interestChanged = this::interestChanged;
    private byte[] subject = NONE;
    private String watched = "";
    private boolean active;
    private long window;
    private long unconfirmedBytes;
    private String flowRequest = "";
    private long flowBytes;
    private long lastSentNanos;
    private long notBeforeNanos;
    private long replayedNanos;
    private boolean replaying;

    PushDelivery(Consumer consumer) {
        this.consumer = consumer;
        this.status = new StatusMessages(consumer.stream().account());
    }

    /** Looks whether somebody listens, now and from now on. */
    void open() {
        replaying = consumer.config().replayPolicy() == ReplayPolicy.ORIGINAL;
        lastSentNanos = consumer.engine().steadyNanos();
        configured();
    }

    @Override
    public void configured() {
        ConsumerConfig config = consumer.config();
        if (!watched.equals(config.deliverSubject())) {
            unwatch();
            watched = config.deliverSubject();
            subject = watched.getBytes(StandardCharsets.UTF_8);
            consumer.stream().account().client().watch(watched, interestChanged);
        }
        if (config.flowControl() && window == 0) {
            window = WINDOW_FIRST;
        }
        active = isHeard();
        plan();
    }

    private void unwatch() {
        if (!watched.isEmpty()) {
            consumer.stream().account().client().unwatch(watched, interestChanged);
            watched = "";
        }
    }

    private boolean isHeard() {
        return consumer.stream().account().client().isHeard(subject, 0, subject.length);
    }

    /** During somebody's subscribing or leaving: looks when that is over. */
    private void interestChanged() {
        consumer.engine().turn().soon(this::look);
    }

    private void look() {
        if (consumer.isClosed()) {
            return;
        }
        boolean before = active;
        active = isHeard();
        if (active && !before) {
            flowRequest = "";
            unconfirmedBytes = 0;
            consumer.interestCame();
            consumer.wake();
        } else if (!active && before) {
            consumer.interestWent();
        }
        plan();
    }

    @Override
    public boolean isActive() {
        return active;
    }

    @Override
    public int deliver(int most) throws StoreException {
        int sent = 0;
        Feed feed = consumer.feed();
        while (sent < most && mayDeliver() && feed.isReady()) {
            if (!feed.next()) {
                replaying = false;
                break;
            }
            StoredMessage message = feed.message();
            if (isTooEarly(message)) {
                break;
            }
            consumer.prepare(message);
            long size = consumer.preparedBytes(message);
            consumer.send(subject, message, null);
            sent++;
            lastSentNanos = consumer.engine().steadyNanos();
            sentBytes(size);
        }
        plan();
        if (sent == most) {
            consumer.wake();
        }
        return sent;
    }

    /**
     * What slows it down.
     *
     * @param unconfirmedBytes what was sent and not confirmed by flow control
     * @param window how much of that there may be; 0 without flow control
     * @param request the subject that the client has to answer on; empty for none
     * @param notBeforeNanos since 1970: when rate or replay let the next message go
     */
    record Brake(
            long unconfirmedBytes,
            long window,
            String request,
            long notBeforeNanos,
            boolean stuffed) {}

    Brake brake() {
        return new Brake(
                unconfirmedBytes, window, flowRequest, notBeforeNanos, consumer.isStuffed(subject));
    }

    private boolean mayDeliver() {
        return active
                && !consumer.isPaused()
                && (window == 0 || unconfirmedBytes <= window)
                && notBeforeNanos <= consumer.engine().steadyNanos()
                && !consumer.isStuffed(subject);
    }

    /** With the original speed, the pauses between messages are those in which they came. */
    private boolean isTooEarly(StoredMessage message) {
        if (!replaying) {
            return false;
        }
        long now = consumer.engine().steadyNanos();
        long pause = replayedNanos == 0 ? 0 : message.timeNanos() - replayedNanos;
        long due = lastSentNanos + pause;
        if (pause > LATE_NANOS && due > now) {
            notBeforeNanos = due;
            return true;
        }
        replayedNanos = message.timeNanos();
        return false;
    }

    private void sentBytes(long size) {
        long rate = consumer.config().rateLimitBitsPerSecond();
        if (rate > 0) {
            long now = consumer.engine().steadyNanos();
            long costs = (long) (size * 8.0 / rate * TimeUnit.SECONDS.toNanos(1));
            notBeforeNanos = Math.max(notBeforeNanos, now) + costs;
        }
        if (window == 0) {
            return;
        }
        unconfirmedBytes += size;
        if (flowRequest.isEmpty() && unconfirmedBytes > window / 2) {
            requestFlow();
        } else if (!flowRequest.isEmpty() && unconfirmedBytes - flowBytes >= window) {
            flowBytes += size;
        }
    }

    private void requestFlow() {
        StringBuilder reply = new StringBuilder("$JS.FC.").append(consumer.path()).append('.');
        for (int i = 0; i < TOKEN_LENGTH; i++) {
            reply.append(LETTERS.charAt(consumer.engine().chance().nextInt(LETTERS.length())));
        }
        flowRequest = reply.toString();
        flowBytes = unconfirmedBytes;
        byte[] headers =
                "NATS/1.0 100 FlowControl Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] to = flowRequest.getBytes(StandardCharsets.UTF_8);
        PublicationWriter writer = consumer.stream().account().writer();
        consumer.stream()
                .account()
                .client()
                .publish(
                        writer.write(
                                subject,
                                0,
                                subject.length,
                                to,
                                0,
                                to.length,
                                headers,
                                0,
                                headers.length,
                                NONE,
                                0,
                                0));
    }

    /** The client has worked through what came before a request. Returns whether it is ours. */
    boolean flowConfirmed(String answered) {
        if (!answered.equals(flowRequest)) {
            return false;
        }
        window = Math.min(WINDOW_MAX, window * 2);
        unconfirmedBytes = Math.max(0, unconfirmedBytes - flowBytes);
        flowRequest = "";
        flowBytes = 0;
        consumer.wake();
        return true;
    }

    /** Appoints the next heartbeat, or the moment from which more may be sent. */
    private void plan() {
        long now = consumer.engine().steadyNanos();
        long next = Long.MAX_VALUE;
        long interval = consumer.config().heartbeatNanos();
        if (interval > 0) {
            next = Math.max(lastSentNanos + interval, now);
        }
        if (notBeforeNanos > now) {
            next = Math.min(next, notBeforeNanos);
        }
        if (next == Long.MAX_VALUE) {
            consumer.engine().timers().cancel(this);
        } else {
            consumer.engine().timers().schedule(this, next - now);
        }
    }

    @Override
    protected void fire() {
        if (consumer.isClosed()) {
            return;
        }
        long now = consumer.engine().steadyNanos();
        long interval = consumer.config().heartbeatNanos();
        if (interval > 0 && lastSentNanos + interval <= now) {
            lastSentNanos = now;
            if (active) {
                String beat = consumer.heartbeat();
                status.send(
                        subject,
                        flowRequest.isEmpty()
                                ? beat
                                : beat + "\r\nNats-Consumer-Stalled: " + flowRequest);
            }
        }
        consumer.wake();
        plan();
    }

    @Override
    public void close(ClosedBy why) {
        unwatch();
        active = false;
        consumer.engine().timers().cancel(this);
    }
}
