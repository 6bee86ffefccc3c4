package io.millrace.jetstream;

import io.millrace.jetstream.api.AckPolicy;
import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.util.ArrayList;
import java.util.List;

/**
 * What happens to a consumer's messages between delivery and acknowledgement: waiting, being put
 * off, delivered again, given up. Owned by the loop.
 */
final class Acks extends Timer {
    private final Consumer consumer;
    private final RedeliveryQueue redeliveries = new RedeliveryQueue();
    private final AckDeadlines deadlines = new AckDeadlines();

    Acks(Consumer consumer) {
        this.consumer = consumer;
    }

    RedeliveryQueue redeliveries() {
        return redeliveries;
    }

    /** After a start: what was delivered goes on waiting. */
    void restore() {
        redeliveries.clear();
        deadlines.clear();
        consumer.state()
                .forEachPending(
                        (sequence, consumerSequence, deliveredAt, deliveries) ->
                                deadlines.schedule(
                                        sequence,
                                        consumer.engine().steadyNanos(deliveredAt)
                                                + wait(deliveries)));
        plan();
    }

    /**
     * After a start: of an ack and the removal that it brings with it, a kill may have left the
     * removal only. What has gone is waited for no more.
     */
    void forgetGone() throws StoreException {
        List<Long> waiting = new ArrayList<>();
        consumer.state().forEachPending((sequence, cs, at, times) -> waiting.add(sequence));
        StoredMessage message = new StoredMessage();
        for (long sequence : waiting) {
            if (!consumer.stream().store().read(sequence, message)) {
                gone(sequence);
            }
        }
    }

    /** How long an acknowledgement may take after so many deliveries. */
    private long wait(int deliveries) {
        ConsumerConfig config = consumer.config();
        List<Long> backoff = config.backoffNanos();
        return backoff.isEmpty()
                ? config.ackWaitNanos()
                : backoff.get(Math.min(deliveries, backoff.size()) - 1);
    }

    /** A message was sent. */
    void delivered(long sequence, int deliveries) {
        deadlines.schedule(sequence, consumer.engine().steadyNanos() + wait(deliveries));
        plan();
    }

    private void plan() {
        long next = deadlines.next();
        if (next == Long.MAX_VALUE) {
            stop();
            return;
        }
        consumer.engine().timers().schedule(this, next - consumer.engine().steadyNanos());
    }

    void stop() {
        consumer.engine().timers().cancel(this);
    }

    @Override
    protected void fire() {
        if (consumer.isClosed()) {
            return;
        }
        long now = consumer.engine().steadyNanos();
        for (long sequence = deadlines.dueBefore(now);
                sequence != 0;
                sequence = deadlines.dueBefore(now)) {
            if (consumer.state().isPending(sequence)) {
                redeliveries.add(sequence);
            }
        }
        plan();
        consumer.wake();
    }

    /**
     * A message was acknowledged. The stream lets go of it first: when the disk refuses that,
     * nothing has happened, and whoever waits for a confirmation asks again.
     *
     * @return whether that changed anything
     */
    boolean acknowledge(long sequence, long consumerSequence) throws StoreException {
        ConsumerState state = consumer.state();
        if (consumer.config().ackPolicy() == AckPolicy.ALL) {
            return acknowledgeUpTo(sequence, consumerSequence);
        }
        if (!state.isPending(sequence) && !state.isGivenUp(sequence)) {
            consumer.stream().acknowledgedLate(consumer, sequence);
            return false;
        }
        consumer.stream().acknowledged(consumer, sequence);
        done(sequence);
        return state.acked(sequence);
    }

    private boolean acknowledgeUpTo(long sequence, long consumerSequence) throws StoreException {
        ConsumerState state = consumer.state();
        // as with nats-server, a message that was given up stands for no other
        if (state.isGivenUp(sequence)) {
            return false;
        }
        List<Long> those = new ArrayList<>();
        state.forEachPending(
                (pending, cs, at, times) -> {
                    if (pending <= sequence) {
                        those.add(pending);
                    }
                });
        if (sequence > state.ackFloorStreamSequence()
                && sequence <= state.deliveredStreamSequence()) {
            for (long one : those) {
                consumer.stream().acknowledged(consumer, one);
            }
        }
        if (!state.ackedUpTo(sequence, consumerSequence)) {
            return false;
        }
        those.forEach(this::done);
        return true;
    }

    private void done(long sequence) {
        deadlines.cancel(sequence);
        redeliveries.remove(sequence);
    }

    /**
     * A message was refused for good.
     *
     * @return whether it was pending
     */
    boolean terminate(long sequence, long consumerSequence) throws StoreException {
        if (consumer.config().ackPolicy() == AckPolicy.ALL) {
            return acknowledge(sequence, consumerSequence);
        }
        ConsumerState state = consumer.state();
        if (!state.isPending(sequence) && !state.isGivenUp(sequence)) {
            consumer.stream().acknowledgedLate(consumer, sequence);
            return false;
        }
        consumer.stream().acknowledged(consumer, sequence);
        done(sequence);
        return state.dropped(sequence);
    }

    /** A message was refused for now: it comes again after a while, or at once. */
    void refuse(long sequence, long delayNanos) {
        if (!consumer.state().isPending(sequence)) {
            return;
        }
        if (delayNanos > 0) {
            redeliveries.remove(sequence);
            deadlines.schedule(sequence, consumer.engine().steadyNanos() + delayNanos);
            plan();
        } else {
            deadlines.cancel(sequence);
            redeliveries.add(sequence);
        }
    }

    /** A message is being worked on: the waiting starts anew. */
    void inProgress(long sequence) {
        ConsumerState state = consumer.state();
        if (state.isPending(sequence)) {
            redeliveries.remove(sequence);
            deadlines.schedule(
                    sequence, consumer.engine().steadyNanos() + wait(state.deliveries(sequence)));
            plan();
        }
    }

    /** A message was delivered as often as it may be; it stays in the stream. */
    void giveUp(long sequence) {
        int deliveries = consumer.state().deliveries(sequence);
        deadlines.cancel(sequence);
        if (consumer.state().givenUp(sequence)) {
            consumer.changed();
            consumer.advise(
                    "MAX_DELIVERIES",
                    "max_deliver",
                    page -> page.number("stream_seq", sequence).number("deliveries", deliveries));
        }
    }

    /** A message has left the stream before it was acknowledged. */
    void gone(long sequence) {
        deadlines.cancel(sequence);
        if (consumer.state().dropped(sequence)) {
            consumer.changed();
        }
    }

    /** Nothing waits any more: the consumer was set back. */
    void clear() {
        redeliveries.clear();
        deadlines.clear();
        stop();
    }
}
