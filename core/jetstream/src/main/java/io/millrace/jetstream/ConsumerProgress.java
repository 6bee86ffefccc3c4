package io.millrace.jetstream;

import io.millrace.jetstream.snapshot.ArchivedConsumer.Pending;
import io.millrace.jetstream.snapshot.ArchivedConsumer.Place;
import io.millrace.jetstream.snapshot.ArchivedConsumer.Progress;
import io.millrace.jetstream.snapshot.ArchivedConsumer.Redelivery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How far a consumer is, as an archive says it and as its state does. Stateless. */
final class ConsumerProgress {
    private ConsumerProgress() {}

    static Progress of(ConsumerState state) {
        List<Pending> pending = new ArrayList<>();
        List<Redelivery> redelivered = new ArrayList<>();
        state.forEachPending(
                (stream, consumer, time, deliveries) -> {
                    pending.add(new Pending(stream, consumer, time));
                    if (deliveries > 1) {
                        redelivered.add(new Redelivery(stream, deliveries - 1));
                    }
                });
        for (long sequence : state.givenUpSequences()) {
            redelivered.add(new Redelivery(sequence, 1));
        }
        return new Progress(
                new Place(state.deliveredConsumerSequence(), state.deliveredStreamSequence()),
                new Place(state.ackFloorConsumerSequence(), state.ackFloorStreamSequence()),
                pending,
                redelivered);
    }

    /**
     * The state of a consumer that is so far.
     *
     * @throws ConsumerStateException when nobody can be so far
     */
    static ConsumerState state(Progress progress, boolean awaitsAcks)
            throws ConsumerStateException {
        Place delivered = progress.delivered();
        Place floor = awaitsAcks ? progress.ackFloor() : delivered;
        ConsumerState state =
                ConsumerState.at(
                        awaitsAcks,
                        delivered.consumerSequence(),
                        delivered.streamSequence(),
                        floor.consumerSequence(),
                        floor.streamSequence());
        if (!awaitsAcks) {
            return state;
        }
        Map<Long, Long> times = new HashMap<>();
        progress.redelivered().forEach(one -> times.put(one.streamSequence(), one.times()));
        List<Pending> ordered = new ArrayList<>(progress.pending());
        ordered.sort(Comparator.comparingLong(Pending::streamSequence));
        for (Pending one : ordered) {
            Long again = times.remove(one.streamSequence());
            state.recall(
                    one.streamSequence(),
                    one.consumerSequence(),
                    one.deliveredNanos(),
                    again == null ? 1 : 1 + Math.clamp(again, 0, Integer.MAX_VALUE - 1));
        }
        for (long sequence : times.keySet()) {
            state.recallGivenUp(sequence);
        }
        return state;
    }
}
