package io.millrace.jetstream;

import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;

/**
 * How old the oldest message is that a consumer is not through with: not acknowledged, or not
 * delivered. Owned by the loop.
 */
/* Found by reading, so what was found is kept: a consumer that stands still is read for once, one
 * that moves reads near the end of its stream, where the messages are in memory. */
final class OldestUnfinished {
    private static final long NOTHING = 0;

    private final Consumer consumer;
    private long pendingBefore;
    private long deliveredBefore = -1;
    private long removalsBefore;
    private long sequence;
    private long timeNanos;

    OldestUnfinished(Consumer consumer) {
        this.consumer = consumer;
    }

    /** When it was stored, in nanoseconds since 1970; 0 when there is none. */
    long timeNanos() throws StoreException {
        ConsumerState state = consumer.state();
        long pending = state.lowestPending();
        long delivered = state.deliveredStreamSequence();
        if (pending == 0 && consumer.feed().pending() == 0) {
            deliveredBefore = -1;
            return NOTHING;
        }
        if (isStill(pending, delivered)) {
            return timeNanos;
        }
        pendingBefore = pending;
        deliveredBefore = delivered;
        removalsBefore = consumer.stream().removals();
        find(pending, delivered);
        return timeNanos;
    }

    private boolean isStill(long pending, long delivered) {
        Stream stream = consumer.stream();
        boolean removed =
                removalsBefore != stream.removals() && stream.highestRemoved() >= sequence;
        return !removed
                && deliveredBefore >= 0
                && pending == pendingBefore
                && (pending > 0 || delivered == deliveredBefore);
    }

    private void find(long pending, long delivered) throws StoreException {
        // not kept: it would hold on to the message for every consumer that is behind
        StoredMessage message = new StoredMessage();
        boolean found;
        if (pending > 0) {
            found = consumer.stream().store().read(pending, message);
        } else {
            MessageCursor ahead = consumer.stream().store().cursor(consumer.filters());
            found = ahead.next(delivered + 1, message);
        }
        sequence = found ? message.sequence() : Math.max(pending, delivered + 1);
        timeNanos = found ? message.timeNanos() : consumer.state().deliveredAtNanos(pending);
    }
}
