package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.DeliverPolicy;
import io.millrace.store.MessageCursor;
import io.millrace.store.NewestRun;
import io.millrace.store.PendingRun;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a consumer delivers next: what has to be delivered again before what is new. Owned by
 * the loop.
 */
/* The count of what is still to come is found out once, piece by piece, and kept from then on: a new
 * message adds one, a first delivery or a removal takes one away. Until it is known, and with it the
 * newest messages of the subjects where a consumer begins with those, nothing is delivered. */
final class Feed {
    /** Subjects whose newest messages a consumer begins with, at most. */
    private static final int SUBJECTS_MAX = 16 << 20;

    private static final long[] NONE = new long[0];

    private final Consumer consumer;
    private final StoredMessage message = new StoredMessage();
    private final List<Runnable> waiting = new ArrayList<>();
    private MessageCursor cursor;
    private boolean awaitsNewest;
    private @Nullable NewestRun seeking;
    private long[] newest = NONE;
    private int newestAt;

    /** How many of those from {@code newestAt} on are still there. */
    private long newestLeft;

    private @Nullable PendingRun counting;
    private boolean counted;
    private boolean preparing;
    private int deliveries;
    private long pending;

    /** A message that goes while it is delivered: with its delivery it is not pending any more. */
    private long leaving;

    Feed(Consumer consumer) {
        this.consumer = consumer;
        this.cursor = consumer.stream().store().cursor(consumer.filters());
    }

    /** After the start, and when filters have changed or the consumer was set back. */
    void restart() {
        cursor = consumer.stream().store().cursor(consumer.filters());
        newest = NONE;
        newestAt = 0;
        newestLeft = 0;
        seeking = null;
        awaitsNewest =
                consumer.config().deliverPolicy() == DeliverPolicy.LAST_PER_SUBJECT
                        && consumer.state().deliveredStreamSequence()
                                < consumer.definition().streamEnd();
        recount();
    }

    /** The newest message of each subject is known already. */
    void begin(long[] found) {
        newest = found;
        newestAt = Arrays.binarySearch(found, consumer.state().deliveredStreamSequence() + 1);
        if (newestAt < 0) {
            newestAt = -newestAt - 1;
        }
        newestLeft = (long) found.length - newestAt;
        awaitsNewest = false;
        seeking = null;
    }

    /** What is pending has to be counted anew: damage has taken something, for example. */
    void recount() {
        counted = false;
        PendingRun run = counting;
        counting = null;
        if (run != null) {
            run.end();
        }
    }

    /** It is not asked any more. */
    void close() {
        recount();
    }

    /**
     * Whether it is known what comes. If not, that is found out from now on, and the consumer is
     * woken when it is.
     */
    boolean isReady() {
        if (!counted && !preparing && !consumer.isClosed()) {
            preparing = true;
            consumer.stream()
                    .longWork()
                    .begin(new Reading(this::prepareSome, this::prepared, this::notPrepared));
        }
        return counted;
    }

    /** Does something when it is known what comes, or cannot be found out. */
    void whenReady(Runnable then) {
        if (isReady() || !preparing) {
            then.run();
        } else {
            waiting.add(then);
        }
    }

    private void prepared() {
        notPrepared(null);
        consumer.wake();
    }

    private void notPrepared(@Nullable StoreException failed) {
        preparing = false;
        if (failed != null && !consumer.isClosed()) {
            consumer.engine().storeFailed(consumer.stream(), failed);
            consumer.lookAgain();
        }
        List<Runnable> these = List.copyOf(waiting);
        waiting.clear();
        these.forEach(Runnable::run);
    }

    /** Finds a piece of it out. Returns whether there is more. */
    private boolean prepareSome() throws StoreException {
        if (counted || consumer.isClosed()) {
            return false;
        }
        StreamStore store = consumer.stream().store();
        long end = consumer.definition().streamEnd();
        if (awaitsNewest) {
            NewestRun seeks = seeking;
            if (seeks == null) {
                seeks = store.newest(consumer.filters(), end, SUBJECTS_MAX);
                seeking = seeks;
            }
            if (!seeks.goOn(Reading.SUBJECTS)) {
                begin(seeks.found());
            }
            return true;
        }
        PendingRun counts = counting;
        if (counts == null) {
            long delivered = consumer.state().deliveredStreamSequence();
            long from = newest.length == 0 ? delivered : Math.max(delivered, end);
            counts = store.counting(from + 1, consumer.filters());
            counting = counts;
        }
        if (counts.goOn(Reading.SUBJECTS)) {
            return true;
        }
        counting = null;
        pending = newestLeft + counts.end();
        counted = true;
        return false;
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
     * Finds the next message; it counts as delivered only when the caller says so. It is ready.
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

    /** The message found is about to be delivered, and may be removed with that. */
    void taking() {
        leaving = message.sequence();
    }

    /** It could not be delivered. */
    void notTaken() {
        leaving = 0;
    }

    /** The message found is delivered. */
    void taken() {
        leaving = 0;
        if (deliveries > 1) {
            consumer.acks().redeliveries().remove(message.sequence());
            return;
        }
        if (newestAt < newest.length && newest[newestAt] == message.sequence()) {
            newestAt++;
            newestLeft--;
        }
        if (pending > 0) {
            pending--;
        }
    }

    /** A message that matches was appended. */
    void appended() {
        if (counted) {
            pending++;
        } // else it is counted yet
    }

    /** Whether what is removed up to a sequence changes what is pending. */
    boolean caresFor(long last) {
        return (counted || newest.length > 0) && last > consumer.state().deliveredStreamSequence();
    }

    /** Messages of a subject that matches are gone. */
    void removed(long first, long last, int count) {
        long low = consumer.state().deliveredStreamSequence();
        if (newest.length > 0) {
            long end = consumer.definition().streamEnd();
            if (last <= end) {
                if (last != leaving && Arrays.binarySearch(newest, last) >= newestAt) {
                    newestLeft--;
                    pending--;
                }
                return;
            }
            low = Math.max(low, end);
        }
        if (!counted || last <= low || last == leaving) {
            return;
        }
        if (first <= low) {
            recount();
        } else {
            pending -= count;
        }
    }

    /** Nothing is left in the stream. */
    void removedAll() {
        newestLeft = 0;
        pending = 0;
    }

    /** How many messages are still to be delivered for the first time. */
    long pending() throws StoreException {
        while (!counted && prepareSome()) {
            // who asks cannot wait
        }
        return Math.max(0, pending);
    }
}
