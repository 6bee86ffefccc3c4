package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.PriorityPolicy;
import io.millrace.jetstream.api.PullRequest;
import io.millrace.protocol.GoTime;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages on request (ADR-13), and who gets the next one (ADR-42). Owned by the loop. */
/* Requests are served in turn, a message each, so that none starves. One that has waited its time,
 * has got what it asked for, or whose inbox nobody listens to any more, leaves. */
final class PullDelivery extends Timer implements Delivery {
    private final Consumer consumer;
    private final StatusMessages status;
    private final PinnedClient pinned;
    private final List<WaitingRequest> requests = new ArrayList<>();
    private long lastActiveNanos;

    PullDelivery(Consumer consumer) {
        this.consumer = consumer;
        this.status = new StatusMessages(consumer.stream().account());
        this.pinned = new PinnedClient(consumer);
        this.lastActiveNanos = consumer.engine().steadyNanos();
    }

    PinnedClient pinned() {
        return pinned;
    }

    int waiting() {
        return requests.size();
    }

    /**
     * The waiting requests, by what keeps them from being served.
     *
     * @param unheard nobody listens to their reply subject
     * @param excluded another client is pinned
     * @param heldBack with the policy overflow, the others are not far enough behind
     * @param stuffed too much waits for their clients
     */
    record Demand(int waiting, int unheard, int excluded, int heldBack, int stuffed) {}

    Demand demand() throws StoreException {
        int unheard = 0;
        int excluded = 0;
        int heldBack = 0;
        int stuffed = 0;
        for (WaitingRequest request : requests) {
            if (!isHeard(request)) {
                unheard++;
            } else if (pinned.isOutdated(request) || pinned.excludes(request)) {
                excluded++;
            } else if (isHeldBack(request)) {
                heldBack++;
            } else if (isStuffed(request)) {
                stuffed++;
            }
        }
        return new Demand(requests.size(), unheard, excluded, heldBack, stuffed);
    }

    /** When somebody last asked. */
    long lastActiveNanos() {
        return lastActiveNanos;
    }

    /**
     * Takes a request. Outside a delivery.
     *
     * @param mayName whether it had a form in which it could name a priority group
     */
    void request(byte[] reply, PullRequest asked, boolean mayName) throws StoreException {
        long now = consumer.engine().steadyNanos();
        String refusal = refusal(asked, mayName);
        if (refusal != null) {
            status.send(reply, refusal);
            return;
        }
        lastActiveNanos = now;
        if (asked.noWait() && answeredAtOnce(reply, asked, now)) {
            return;
        }
        long most = consumer.config().maxWaiting();
        if (most > 0 && requests.size() >= most) {
            clean(now, false);
            if (requests.size() >= most) {
                if (asked.heartbeatNanos() == 0) {
                    status.send(reply, "409 Exceeded MaxWaiting");
                }
                return;
            }
        }
        add(new WaitingRequest(reply, asked, now));
        consumer.wake();
    }

    private void add(WaitingRequest request) {
        int at = requests.size();
        if (consumer.config().priorityPolicy() == PriorityPolicy.PRIORITIZED) {
            at = 0;
            while (at < requests.size()
                    && requests.get(at).asked.priority() <= request.asked.priority()) {
                at++;
            }
        }
        requests.add(at, request);
        plan();
    }

    /** Why a request is refused: code and text; null when it is not. */
    private @Nullable String refusal(PullRequest asked, boolean mayName) {
        ConsumerConfig config = consumer.config();
        if (config.maxRequestBatch() > 0 && asked.batch() > config.maxRequestBatch()) {
            return "409 Exceeded MaxRequestBatch of " + config.maxRequestBatch();
        }
        if (config.maxRequestExpiresNanos() > 0
                && asked.expiresNanos() > config.maxRequestExpiresNanos()) {
            return "409 Exceeded MaxRequestExpires of "
                    + GoTime.duration(config.maxRequestExpiresNanos());
        }
        if (asked.maxBytes() > 0
                && config.maxRequestMaxBytes() > 0
                && asked.maxBytes() > config.maxRequestMaxBytes()) {
            return "409 Exceeded MaxRequestMaxBytes of " + config.maxRequestMaxBytes();
        }
        return mayName ? priorityRefusal(config, asked) : null;
    }

    private @Nullable String priorityRefusal(ConsumerConfig config, PullRequest asked) {
        PriorityPolicy policy = config.priorityPolicy();
        if ((asked.minPending() != 0 || asked.minAckPending() != 0)
                && policy != PriorityPolicy.OVERFLOW) {
            return "400 Bad Request - Not a Overflow Priority consumer";
        }
        if (!asked.pinId().isEmpty() && policy != PriorityPolicy.PINNED_CLIENT) {
            return "400 Bad Request - Not a Pinned Client Priority consumer";
        }
        if (policy == PriorityPolicy.NONE) {
            return null;
        }
        if (asked.group().isEmpty()) {
            return "400 Bad Request - Priority Group missing";
        }
        if (!config.priorityGroups().contains(asked.group())) {
            return "400 Bad Request - Invalid Priority Group";
        }
        return pinned.isOther(asked) ? "423 Nats-Pin-Id mismatch" : null;
    }

    /** A request that does not want to wait may be answered without being kept. */
    private boolean answeredAtOnce(byte[] reply, PullRequest asked, long now)
            throws StoreException {
        long there = consumer.feed().pending() + consumer.acks().redeliveries().size();
        if (there == 0 && asked.expiresNanos() == 0) {
            status.send(reply, "404 No Messages");
            return true;
        }
        if (there > 0) {
            clean(now, false);
            long promised = 0;
            for (WaitingRequest other : requests) {
                promised += other.messagesLeft;
            }
            if (there < promised) {
                status.send(reply, "408 Requests Pending");
                return true;
            }
        }
        return false;
    }

    @Override
    public int deliver(int most) throws StoreException {
        int sent = 0;
        Feed feed = consumer.feed();
        boolean empty = false;
        while (sent < most && !requests.isEmpty() && !consumer.isPaused() && feed.isReady()) {
            if (!feed.next()) {
                empty = !isAtMaxAckPending();
                break;
            }
            if (!sendToNext(feed.message())) {
                break;
            }
            sent++;
        }
        if (!requests.isEmpty()) {
            clean(consumer.engine().steadyNanos(), empty);
            plan();
            if (sent == most) {
                consumer.wake();
            }
        }
        return sent;
    }

    private boolean isAtMaxAckPending() {
        long most = consumer.config().maxAckPending();
        return consumer.state().awaitsAcks() && most > 0 && consumer.state().pendingCount() >= most;
    }

    /** Sends a message to the request whose turn it is; false when none can take it now. */
    private boolean sendToNext(StoredMessage message) throws StoreException {
        long now = consumer.engine().steadyNanos();
        int passed = 0;
        while (passed < requests.size()) {
            WaitingRequest request = requests.getFirst();
            if (request.expiresNanos <= now) {
                requests.removeFirst();
                timedOut(request);
            } else if (!isHeard(request)) {
                requests.removeFirst();
            } else if (pinned.isOutdated(request)) {
                requests.removeFirst();
                status.send(request.reply, pending("423 Nats-Wrong-Pin-Id", request));
            } else if (pinned.excludes(request) || isHeldBack(request)) {
                requests.add(requests.removeFirst());
                passed++;
            } else if (isStuffed(request)) {
                return false;
            } else if (serve(request, message, now)) {
                return true;
            }
        }
        return false;
    }

    private boolean isHeard(WaitingRequest request) {
        return consumer.stream().account().client().isHeard(request.reply, 0, request.reply.length);
    }

    /** Whether so much waits for the client already that more would end its connection. */
    private boolean isStuffed(WaitingRequest request) {
        return consumer.isStuffed(request.reply);
    }

    /** With the policy overflow, a request may wait until the others are behind. */
    private boolean isHeldBack(WaitingRequest request) throws StoreException {
        PullRequest asked = request.asked;
        if (consumer.config().priorityPolicy() != PriorityPolicy.OVERFLOW
                || (asked.minPending() <= 0 && asked.minAckPending() <= 0)) {
            return false;
        }
        boolean enoughPending =
                asked.minPending() > 0 && asked.minPending() <= consumer.feed().pending();
        boolean enoughUnacknowledged =
                asked.minAckPending() > 0
                        && asked.minAckPending() <= consumer.state().pendingCount();
        return !enoughPending && !enoughUnacknowledged;
    }

    /** Sends the message, unless it is too large for what the request has left. */
    private boolean serve(WaitingRequest request, StoredMessage message, long now)
            throws StoreException {
        // it stays in its place until the message is sent: the disk may refuse that
        boolean newlyPinned = pinned.claim(request);
        consumer.prepare(message);
        long size = consumer.preparedBytes(message);
        if (request.isBoundByBytes()) {
            if (size > request.bytesLeft) {
                if (newlyPinned) {
                    pinned.release();
                }
                requests.removeFirst();
                status.send(request.reply, pending("409 Message Size Exceeds MaxBytes", request));
                return false;
            }
        }
        consumer.send(request.reply, message, newlyPinned || pinned.isSet() ? pinned.id() : null);
        requests.removeFirst();
        request.took(size);
        if (request.messagesLeft > 0) {
            request.beat(now);
            requeue(request);
        } else if (request.isBoundByBytes() && request.bytesLeft > 0) {
            status.send(request.reply, pending("409 Batch Completed", request));
        }
        return true;
    }

    private void requeue(WaitingRequest request) {
        if (consumer.config().priorityPolicy() == PriorityPolicy.PRIORITIZED) {
            add(request);
        } else {
            requests.add(request);
        }
    }

    /** Takes out who has waited long enough, or has nothing to wait for. */
    private void clean(long now, boolean nothingThere) {
        for (int i = 0; i < requests.size(); ) {
            WaitingRequest request = requests.get(i);
            if (request.expiresNanos <= now) {
                requests.remove(i);
                timedOut(request);
            } else if (nothingThere
                    && request.asked.noWait()
                    && (!request.hasExpiry() || request.served)) {
                requests.remove(i);
                status.send(request.reply, "404 No Messages");
            } else if (!isHeard(request)) {
                requests.remove(i);
            } else {
                i++;
            }
        }
    }

    private void timedOut(WaitingRequest request) {
        lastActiveNanos = Math.max(lastActiveNanos, request.expiresNanos);
        status.send(request.reply, pending("408 Request Timeout", request));
    }

    private static String pending(String first, WaitingRequest request) {
        return first
                + "\r\nNats-Pending-Messages: "
                + request.messagesLeft
                + "\r\nNats-Pending-Bytes: "
                + request.bytesLeft;
    }

    /** Appoints the next expiry or sign of life. */
    private void plan() {
        long next = Long.MAX_VALUE;
        for (WaitingRequest request : requests) {
            next = Math.min(next, Math.min(request.expiresNanos, request.heartbeatNanos));
        }
        if (next == Long.MAX_VALUE) {
            consumer.engine().timers().cancel(this);
        } else {
            consumer.engine().timers().schedule(this, next - consumer.engine().steadyNanos());
        }
    }

    @Override
    protected void fire() {
        if (consumer.isClosed()) {
            return;
        }
        long now = consumer.engine().steadyNanos();
        clean(now, false);
        for (WaitingRequest request : requests) {
            if (request.heartbeatNanos <= now) {
                request.beat(now);
                status.send(request.reply, consumer.heartbeat());
            }
        }
        plan();
    }

    @Override
    public void configured() {
        pinned.configured();
    }

    @Override
    public boolean isActive() {
        for (WaitingRequest request : requests) {
            if (isHeard(request)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close(ClosedBy why) {
        consumer.engine().timers().cancel(this);
        pinned.stop();
        for (WaitingRequest request : requests) {
            switch (why) {
                case SHUTDOWN ->
                        status.send(request.reply, pending("409 Server Shutdown", request));
                case CONSUMER_DELETED, STREAM_DELETED ->
                        status.send(request.reply, "409 Consumer Deleted");
            }
        }
        requests.clear();
    }
}
