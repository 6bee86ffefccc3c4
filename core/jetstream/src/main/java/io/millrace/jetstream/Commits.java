package io.millrace.jetstream;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Histogram;
import io.millrace.store.CommitListener;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What may only be said when it is on disk (contract D1): answers, acks, messages to be shown to
 * consumers. Owned by the loop.
 */
final class Commits implements CommitListener {
    private final Store store;
    private final Clock clock;
    private final TurnTimes turns = new TurnTimes();
    private final Histogram publishTimes = Histogram.ofDurations();
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final PendingReplies<Stream> acks = new PendingReplies<>();
    private final PendingReplies.Visitor<Stream> confirm;
    private final Refusal refuse;

    /** Tells a publisher that its message could not be written. */
    interface Refusal {
        void refuse(Stream stream, byte[] reply, int offset, int length, StoreException why);
    }

    /** Something to be done once a number is on disk, or the writing has failed. */
    private record Waiting(long number, Runnable done, @Nullable Consumer<StoreException> failed) {}

    Commits(Store store, Clock clock, PendingReplies.Visitor<Stream> confirm, Refusal refuse) {
        this.store = store;
        this.clock = clock;
        this.confirm = confirm;
        this.refuse = refuse;
    }

    /**
     * Runs {@code done} when everything up to {@code number} is on disk; at once when it is.
     *
     * @param failed what to do when writing fails first; null to go on waiting until it succeeds
     */
    void after(long number, Runnable done, @Nullable Consumer<StoreException> failed) {
        if (number <= store.committed()) {
            done.run();
        } else {
            waiting.add(new Waiting(number, done, failed));
        }
    }

    /** A publisher that waits for its ack. */
    PendingReplies<Stream> acks() {
        return acks;
    }

    /** A turn that began then has written up to {@code number}. */
    void written(long number, long beganNanos) {
        turns.add(number, beganNanos);
    }

    /** From the turn that took a message in until its ack was on its way. */
    Histogram.Picture publishTimes() {
        return publishTimes.picture();
    }

    @Override
    public void committed(long number) {
        while (!waiting.isEmpty() && waiting.getFirst().number <= number) {
            waiting.removeFirst().done.run();
        }
        while (turns.hasUpTo(number)) {
            long upTo = turns.firstNumber();
            long began = turns.takeFirst();
            int acknowledged = acks.drainCommitted(upTo, confirm);
            if (acknowledged > 0) {
                publishTimes.record(clock.nanoTime() - began, acknowledged);
            }
        }
        acks.drainCommitted(number, confirm);
    }

    @Override
    public void commitFailed(StoreException reason) {
        acks.drainAll(
                (stream, sequence, duplicate, buffer, offset, length) ->
                        refuse.refuse(stream, buffer, offset, length, reason));
        int count = waiting.size();
        for (int i = 0; i < count; i++) {
            Waiting next = waiting.removeFirst();
            if (next.failed == null) {
                waiting.add(next);
            } else {
                next.failed.accept(reason);
            }
        }
    }
}
