package io.millrace.jetstream;

import io.millrace.runtime.Check;

/**
 * How far one consumer is: what it has delivered, what waits for an acknowledgement, and its
 * floors. Its owner only.
 */
/* Made of events alone. A live call checks, notes the event and applies it; a replay applies it: the
 * same code, so that a state rebuilt from its whole and the records behind it is the state that was.
 *
 * The ack floor is a pair that moves as that of nats-server does. Below it everything is done with;
 * it is kept, not derived, because a message that is given up (too many deliveries) leaves the
 * pending without letting the floor pass:
 *
 *   acked, dropped   nothing pending: the floor is what is delivered; else, when this was the one
 *                    that held the floor, it moves to just below the lowest pending
 *   acked up to      the floor is the acknowledged pair
 *   skipped          as when the lowest pending had held the floor
 *   given up         stays
 *
 * A redelivery takes a new consumer sequence, but what is pending keeps the one of its first
 * delivery: only so do consumer sequences ascend with those of the stream, and the pair just below
 * the lowest pending is a floor in both. */
final class ConsumerState {
    /** No stream gets there; a number above it comes from damage. */
    static final long SEQUENCE_MAX = 1L << 62;

    /* 1 did not know what was given up after a single delivery. */
    private static final int VERSION = 2;

    private final boolean awaitsAcks;
    private final ConsumerEvents events = new ConsumerEvents();
    private final PendingMessages pending = new PendingMessages();
    private final SequenceMap givenUp = new SequenceMap();

    /** Given up after a single delivery: they do not count as delivered again. */
    private final SequenceMap givenUpAtOnce = new SequenceMap();

    private long deliveredConsumerSequence;
    private long deliveredStreamSequence;
    private long floorConsumerSequence;
    private long floorStreamSequence;

    /**
     * A consumer that has delivered nothing, and whose stream starts with sequence 1.
     *
     * @param awaitsAcks whether deliveries wait for an acknowledgement: all policies but none
     */
    ConsumerState(boolean awaitsAcks) {
        this.awaitsAcks = awaitsAcks;
    }

    /** A consumer that is somewhere already; what it awaits is told by {@link #recall}. */
    static ConsumerState at(
            boolean awaitsAcks,
            long deliveredConsumer,
            long deliveredStream,
            long floorConsumer,
            long floorStream)
            throws ConsumerStateException {
        ConsumerState state = new ConsumerState(awaitsAcks);
        state.deliveredConsumerSequence =
                StateReader.require(deliveredConsumer, 0, SEQUENCE_MAX, "a delivered sequence");
        state.deliveredStreamSequence =
                StateReader.require(deliveredStream, 0, SEQUENCE_MAX, "a delivered sequence");
        state.floorConsumerSequence =
                StateReader.require(floorConsumer, 0, deliveredConsumer, "a floor");
        state.floorStreamSequence = StateReader.require(floorStream, 0, deliveredStream, "a floor");
        return state;
    }

    /** A message that was pending when the consumer got to where it is. */
    void recall(long streamSequence, long consumerSequence, long deliveredAtNanos, int deliveries)
            throws ConsumerStateException {
        StateReader.require(streamSequence, 1, deliveredStreamSequence, "a pending sequence");
        StateReader.require(
                consumerSequence, 1, deliveredConsumerSequence, "a pending consumer sequence");
        if (!isPending(streamSequence)) {
            pending.add(streamSequence, consumerSequence, deliveredAtNanos, deliveries);
        }
    }

    /** A message that had been given up by then. */
    void recallGivenUp(long streamSequence) {
        if (streamSequence <= deliveredStreamSequence) {
            givenUp.put(streamSequence, 1);
        }
    }

    /** What happened since they were last drained; whoever journals nothing clears them. */
    ConsumerEvents events() {
        return events;
    }

    boolean awaitsAcks() {
        return awaitsAcks;
    }

    long deliveredConsumerSequence() {
        return deliveredConsumerSequence;
    }

    /** The highest stream sequence that was delivered or skipped. */
    long deliveredStreamSequence() {
        return deliveredStreamSequence;
    }

    long ackFloorConsumerSequence() {
        return floorConsumerSequence;
    }

    long ackFloorStreamSequence() {
        return floorStreamSequence;
    }

    int pendingCount() {
        return pending.size();
    }

    /** Pending messages that were delivered again, and those given up after that. */
    int redeliveredCount() {
        return pending.redelivered() + givenUp.size();
    }

    /** What the pending messages take in memory. */
    long pendingBytes() {
        return pending.bytes();
    }

    boolean isPending(long streamSequence) {
        return pending.find(streamSequence) >= 0;
    }

    /** Whether a message was delivered as often as it may be, and not acknowledged since. */
    boolean isGivenUp(long streamSequence) {
        return givenUp.contains(streamSequence) || givenUpAtOnce.contains(streamSequence);
    }

    /** How often a pending message was delivered; 0 when it is not pending. */
    int deliveries(long streamSequence) {
        int slot = pending.find(streamSequence);
        return slot < 0 ? 0 : pending.deliveries(slot);
    }

    /** The consumer sequence of its first delivery; 0 when it is not pending. */
    long consumerSequence(long streamSequence) {
        int slot = pending.find(streamSequence);
        return slot < 0 ? 0 : pending.consumerSequence(slot);
    }

    /** When it was last delivered, in nanoseconds since the epoch; 0 when it is not pending. */
    long deliveredAtNanos(long streamSequence) {
        int slot = pending.find(streamSequence);
        return slot < 0 ? 0 : pending.time(slot);
    }

    /** The lowest pending stream sequence; 0 when nothing is pending. */
    long lowestPending() {
        return pendingAfter(0);
    }

    /** The lowest pending stream sequence above another; 0 when there is none. */
    long pendingAfter(long streamSequence) {
        int slot = pending.above(streamSequence);
        return slot < 0 ? 0 : pending.sequence(slot);
    }

    /** How many messages were delivered as often as they may be, without an ack. */
    int givenUpCount() {
        return givenUp.size() + givenUpAtOnce.size();
    }

    /** What was given up after more than one delivery, ascending. */
    long[] givenUpSequences() {
        return givenUp.sorted();
    }

    /** Shows what is pending in the order of the stream; the visitor changes nothing. */
    void forEachPending(PendingVisitor visitor) {
        pending.forEach(visitor);
    }

    /** Shows what is pending, the oldest delivery first; the visitor changes nothing. */
    void forEachPendingByTime(PendingVisitor visitor) {
        pending.forEachByTime(visitor);
    }

    /**
     * A message was sent, for the first time or again.
     *
     * @param consumerSequence one more than the last
     * @param deliveries how often it was sent by now
     */
    void delivered(
            long streamSequence, long consumerSequence, long deliveredAtNanos, int deliveries) {
        requireSequence(streamSequence);
        requireSequence(consumerSequence);
        Check.state(deliveries > 0, "a delivered message has at least one delivery");
        events.delivered(streamSequence, consumerSequence, deliveredAtNanos, deliveries);
        applyDelivered(streamSequence, consumerSequence, deliveredAtNanos, deliveries);
    }

    /** A message was acknowledged alone. Returns whether that changes anything. */
    boolean acked(long streamSequence) {
        boolean known = isPending(streamSequence) || isGivenUp(streamSequence);
        if (known) {
            events.acked(streamSequence);
            applyAcked(streamSequence);
        }
        return known;
    }

    /**
     * A message and all before it were acknowledged, or terminated: policy all.
     *
     * @param consumerSequence what the acknowledgement says
     * @return whether that changes anything
     */
    boolean ackedUpTo(long streamSequence, long consumerSequence) {
        boolean moves =
                streamSequence > floorStreamSequence
                        && streamSequence <= deliveredStreamSequence
                        && consumerSequence > 0
                        && consumerSequence <= SEQUENCE_MAX;
        if (moves) {
            events.ackedUpTo(streamSequence, consumerSequence);
            applyAckedUpTo(streamSequence, consumerSequence);
        }
        return moves;
    }

    /**
     * A message is done with for another reason: terminated alone, or no longer in the stream.
     * Returns whether that changes anything.
     */
    boolean dropped(long streamSequence) {
        boolean known = isPending(streamSequence) || isGivenUp(streamSequence);
        if (known) {
            events.dropped(streamSequence);
            applyDropped(streamSequence);
        }
        return known;
    }

    /**
     * A message was delivered as often as it may be, and stays unacknowledged: it is not pending
     * any more, and the floor does not pass it. Returns whether it was pending.
     */
    boolean givenUp(long streamSequence) {
        boolean known = isPending(streamSequence);
        if (known) {
            events.givenUp(streamSequence);
            applyGivenUp(streamSequence);
        }
        return known;
    }

    /**
     * Everything up to a sequence has left the stream in a purge, delivered or not. Returns whether
     * that changes anything.
     */
    boolean skipped(long streamSequence) {
        boolean moves =
                streamSequence > floorStreamSequence || streamSequence > deliveredStreamSequence;
        if (moves) {
            requireSequence(streamSequence);
            events.skipped(streamSequence);
            applySkipped(streamSequence);
        }
        return moves;
    }

    /**
     * The consumer starts anew: where it first starts, or was told to by a request.
     *
     * @param nextStreamSequence the first that it may deliver
     */
    void reset(long nextStreamSequence) {
        requireSequence(nextStreamSequence);
        events.reset(nextStreamSequence);
        applyReset(nextStreamSequence);
    }

    /** Has this state live through a record of the journal; when it is damaged, nothing happens. */
    void apply(byte[] record) throws ConsumerStateException {
        ConsumerEvents.replay(record, this);
    }

    void applyDelivered(
            long streamSequence, long consumerSequence, long deliveredAtNanos, int deliveries) {
        deliveredConsumerSequence = Math.max(deliveredConsumerSequence, consumerSequence);
        deliveredStreamSequence = Math.max(deliveredStreamSequence, streamSequence);
        if (!awaitsAcks) {
            floorAtDelivered();
            return;
        }
        forgive(streamSequence);
        int slot = pending.find(streamSequence);
        if (slot < 0) {
            pending.add(streamSequence, consumerSequence, deliveredAtNanos, deliveries);
        } else {
            pending.deliverAgain(slot, deliveredAtNanos, deliveries);
        }
    }

    void applyAcked(long streamSequence) {
        leave(streamSequence);
    }

    void applyDropped(long streamSequence) {
        leave(streamSequence);
    }

    private void leave(long streamSequence) {
        forgive(streamSequence);
        int slot = pending.find(streamSequence);
        if (slot < 0) {
            return;
        }
        boolean holdsFloor = pending.consumerSequence(slot) == floorConsumerSequence + 1;
        pending.remove(slot);
        if (holdsFloor || pending.size() == 0) {
            floorBelowPending();
        }
    }

    private void forgive(long streamSequence) {
        givenUp.remove(streamSequence);
        givenUpAtOnce.remove(streamSequence);
    }

    void applyAckedUpTo(long streamSequence, long consumerSequence) {
        pending.removeUpTo(streamSequence);
        long consumer = Math.min(consumerSequence, deliveredConsumerSequence);
        long stream = Math.min(streamSequence, deliveredStreamSequence);
        floorConsumerSequence = Math.max(floorConsumerSequence, consumer);
        floorStreamSequence = Math.max(floorStreamSequence, stream);
    }

    void applyGivenUp(long streamSequence) {
        int slot = pending.find(streamSequence);
        if (slot < 0) {
            return;
        }
        (pending.deliveries(slot) > 1 ? givenUp : givenUpAtOnce).put(streamSequence, 1);
        pending.remove(slot);
    }

    void applySkipped(long streamSequence) {
        deliveredStreamSequence = Math.max(deliveredStreamSequence, streamSequence);
        pending.removeUpTo(streamSequence);
        givenUp.removeUpTo(streamSequence);
        givenUpAtOnce.removeUpTo(streamSequence);
        floorBelowPending();
    }

    void applyReset(long nextStreamSequence) {
        pending.clear();
        givenUp.clear();
        givenUpAtOnce.clear();
        deliveredConsumerSequence = 0;
        floorConsumerSequence = 0;
        deliveredStreamSequence = nextStreamSequence - 1;
        floorStreamSequence = nextStreamSequence - 1;
    }

    private void floorBelowPending() {
        int lowest = pending.first();
        if (lowest < 0) {
            floorAtDelivered();
        } else {
            floorConsumerSequence =
                    Math.max(floorConsumerSequence, pending.consumerSequence(lowest) - 1);
            floorStreamSequence = Math.max(floorStreamSequence, pending.sequence(lowest) - 1);
        }
    }

    private void floorAtDelivered() {
        floorConsumerSequence = deliveredConsumerSequence;
        floorStreamSequence = deliveredStreamSequence;
    }

    private static void requireSequence(long sequence) {
        Check.state(sequence > 0 && sequence <= SEQUENCE_MAX, "a sequence is in its range");
    }

    /**
     * Everything, for a checkpoint; also gives memory back that a burst has left behind. Restored
     * by {@link #restore}.
     */
    byte[] whole() {
        pending.trim();
        givenUp.trim();
        givenUpAtOnce.trim();
        events.trim();
        StateWriter out = new StateWriter();
        out.octet(VERSION);
        out.octet(awaitsAcks ? 1 : 0);
        out.number(deliveredConsumerSequence);
        out.number(deliveredStreamSequence);
        out.number(floorConsumerSequence);
        out.number(floorStreamSequence);
        new PendingCoding(pending).write(out);
        write(givenUp, out);
        write(givenUpAtOnce, out);
        return out.copy();
    }

    private static void write(SequenceMap sequences, StateWriter out) {
        out.number(sequences.size());
        long before = 0;
        for (long sequence : sequences.sorted()) {
            out.number(sequence - before);
            before = sequence;
        }
    }

    private void read(SequenceMap sequences, StateReader in) throws ConsumerStateException {
        long count = in.within(0, in.remaining(), "the number of messages given up");
        long sequence = 0;
        for (long i = 0; i < count; i++) {
            sequence += in.within(1, deliveredStreamSequence, "a step between messages");
            StateReader.require(sequence, 1, deliveredStreamSequence, "a sequence given up");
            sequences.put(sequence, 1);
        }
    }

    /** The state whose {@link #whole} it was. */
    static ConsumerState restore(byte[] whole) throws ConsumerStateException {
        StateReader in = new StateReader(whole);
        int version = in.version(VERSION);
        ConsumerState state = new ConsumerState(in.octet() != 0);
        state.deliveredConsumerSequence = in.within(0, SEQUENCE_MAX, "a delivered sequence");
        state.deliveredStreamSequence = in.within(0, SEQUENCE_MAX, "a delivered sequence");
        state.floorConsumerSequence = in.within(0, state.deliveredConsumerSequence, "a floor");
        state.floorStreamSequence = in.within(0, state.deliveredStreamSequence, "a floor");
        new PendingCoding(state.pending)
                .read(in, state.deliveredStreamSequence, state.deliveredConsumerSequence);
        state.read(state.givenUp, in);
        if (version > 1) {
            state.read(state.givenUpAtOnce, in);
        }
        boolean idle = state.pendingCount() == 0 && state.redeliveredCount() == 0;
        if (in.remaining() > 0 || !(state.awaitsAcks || idle)) {
            throw ConsumerStateException.damaged("there is more of it than there may be");
        }
        return state;
    }
}
