package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.DeliverPolicy;
import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;
import java.util.Arrays;
import java.util.List;

/**
 * Finds what a consumer delivers next: what has to be delivered again before what is new. Owned by
 * the loop.
 */
/* The count of what is still to come is kept, not asked: a new message adds one, a first delivery
 * takes one away. When something was removed that had not been delivered, it is counted anew the
 * next time it is needed. */
final class Feed {
    /** Subjects whose newest messages a consumer begins with, at most. */
    private static final int SUBJECTS_MAX = 16 << 20;

    private static final long[] NONE = new long[0];

    private final Consumer consumer;
    private final StoredMessage message = new StoredMessage();
    private MessageCursor cursor;
    private long[] newest = NONE;
    private int newestAt;
    private int deliveries;
    private long pending;
    private long countedAtRemovals = -1;

    Feed(Consumer consumer) {
        this.consumer = consumer;
        this.cursor = consumer.stream().store().cursor(consumer.filters());
    }

    /** After the start, and when filters have changed or the consumer was set back. */
    void restart() throws StoreException {
        StreamStore store = consumer.stream().store();
        cursor = store.cursor(consumer.filters());
        newest = NONE;
        newestAt = 0;
        countedAtRemovals = -1;
        long end = consumer.definition().streamEnd();
        long delivered = consumer.state().deliveredStreamSequence();
        if (consumer.config().deliverPolicy() == DeliverPolicy.LAST_PER_SUBJECT
                && delivered < end) {
            newest = store.lastPerSubject(filtersOrAll(), end, SUBJECTS_MAX);
            newestAt = Arrays.binarySearch(newest, delivered + 1);
            if (newestAt < 0) {
                newestAt = -newestAt - 1;
            }
        }
    }

    private List<SubjectFilter> filtersOrAll() {
        List<SubjectFilter> filters = consumer.filters();
        return filters.isEmpty() ? List.of(SubjectFilter.of(">")) : filters;
    }

    /** The message that {@link #next} found. */
    StoredMessage message() {
        return message;
    }

    /** How often that message is delivered with this delivery. */
    int deliveries() {
        return deliveries;
    }

    /**
     * Finds the next message; it counts as delivered only when the caller says so.
     *
     * @return false when there is nothing to deliver now
     */
    boolean next() throws StoreException {
        if (again()) {
            return true;
        }
        ConsumerConfig config = consumer.config();
        ConsumerState state = consumer.state();
        if (state.awaitsAcks()
                && config.maxAckPending() > 0
                && state.pendingCount() >= config.maxAckPending()) {
            return false;
        }
        deliveries = 1;
        long from = state.deliveredStreamSequence() + 1;
        while (newestAt < newest.length) {
            long sequence = newest[newestAt];
            if (sequence >= from && cursor.read(sequence, message)) {
                return true;
            }
            newestAt++;
        }
        if (newest.length > 0) {
            from = Math.max(from, consumer.definition().streamEnd() + 1);
        }
        return from <= consumer.stream().shown()
                && cursor.next(from, message)
                && message.sequence() <= consumer.stream().shown();
    }

    /** The first of those that have to be delivered again. */
    private boolean again() throws StoreException {
        RedeliveryQueue queue = consumer.acks().redeliveries();
        ConsumerState state = consumer.state();
        while (!queue.isEmpty()) {
            long sequence = queue.first();
            int times = state.deliveries(sequence) + 1;
            long most = consumer.config().maxDeliver();
            if (!state.isPending(sequence)) {
                queue.remove(sequence);
            } else if (most > 0 && times > most) {
                queue.remove(sequence);
                consumer.acks().giveUp(sequence);
            } else if (!consumer.stream().store().read(sequence, message)) {
                queue.remove(sequence);
                consumer.acks().gone(sequence);
            } else {
                deliveries = times;
                return true;
            }
        }
        return false;
    }

    /** The message found is about to be delivered. */
    void taken() {
        if (deliveries > 1) {
            consumer.acks().redeliveries().remove(message.sequence());
            return;
        }
        if (newestAt < newest.length && newest[newestAt] == message.sequence()) {
            newestAt++;
        }
        if (pending > 0) {
            pending--;
        }
    }

    /** A message that matches was appended. */
    void appended() {
        pending++;
    }

    /** Messages were passed that had not been delivered. */
    void passed() {
        countedAtRemovals = -1;
    }

    /** How many messages are still to be delivered for the first time. */
    long pending() throws StoreException {
        Stream stream = consumer.stream();
        if (countedAtRemovals != stream.removals()) {
            boolean first = countedAtRemovals < 0;
            countedAtRemovals = stream.removals();
            long delivered = consumer.state().deliveredStreamSequence();
            if (first || stream.highestRemoved() > delivered) {
                pending = count(delivered);
            }
        }
        return pending;
    }

    private long count(long delivered) throws StoreException {
        StreamStore store = consumer.stream().store();
        if (newest.length == 0) {
            return store.numPending(delivered + 1, consumer.filters());
        }
        long behind =
                store.numPending(
                        Math.max(delivered, consumer.definition().streamEnd()) + 1,
                        consumer.filters());
        return newest.length - newestAt + behind;
    }
}
