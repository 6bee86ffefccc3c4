package io.millrace.jetstream;

import org.jspecify.annotations.Nullable;

/**
 * What has happened to a consumer since its last record in the journal. Filled by {@link
 * ConsumerState}, drained once per turn. Its owner only.
 */
/* A record is a version byte and events: a type byte and numbers of variable length.
 *
 *   1 delivered next  time'                            stream and consumer sequence one more, first
 *   2 delivered       stream' consumer' time' deliveries                                  delivery
 *   3 acked           stream"
 *   4 acked up to     stream" consumer
 *   5 dropped         stream"
 *   6 given up        stream"
 *   7 skipped         stream
 *   8 reset           stream
 *
 * Those with ' are differences from the delivery before, those with " from the sequence that the
 * last event of types 3 to 6 named, all within the record: it can be read alone. A run of messages
 * delivered or acknowledged in one turn takes two bytes each. */
final class ConsumerEvents {
    private static final int VERSION = 1;

    private static final int DELIVERED_NEXT = 1;
    private static final int DELIVERED = 2;
    private static final int ACKED = 3;
    private static final int ACKED_UP_TO = 4;
    private static final int DROPPED = 5;
    private static final int GIVEN_UP = 6;
    private static final int SKIPPED = 7;
    private static final int RESET = 8;

    private final StateWriter out = new StateWriter();
    private long stream;
    private long consumer;
    private long time;
    private long named;

    boolean isEmpty() {
        return out.length() == 0;
    }

    /** The record so far: the first {@link #length} bytes, until something else happens. */
    byte[] bytes() {
        return out.bytes();
    }

    int length() {
        return out.length();
    }

    void clear() {
        out.clear();
        stream = 0;
        consumer = 0;
        time = 0;
        named = 0;
    }

    void trim() {
        out.trim();
    }

    /** The record as an array of its own; the next one starts empty. */
    byte[] drain() {
        byte[] record = out.copy();
        clear();
        return record;
    }

    void delivered(
            long streamSequence, long consumerSequence, long deliveredAtNanos, int deliveries) {
        long streamStep = streamSequence - stream;
        long consumerStep = consumerSequence - consumer;
        if (streamStep == 1 && consumerStep == 1 && deliveries == 1) {
            begin(DELIVERED_NEXT);
            out.difference(deliveredAtNanos - time);
        } else {
            begin(DELIVERED);
            out.difference(streamStep);
            out.difference(consumerStep);
            out.difference(deliveredAtNanos - time);
            out.number(deliveries);
        }
        stream = streamSequence;
        consumer = consumerSequence;
        time = deliveredAtNanos;
    }

    void acked(long streamSequence) {
        named(ACKED, streamSequence);
    }

    void ackedUpTo(long streamSequence, long consumerSequence) {
        named(ACKED_UP_TO, streamSequence);
        out.number(consumerSequence);
    }

    void dropped(long streamSequence) {
        named(DROPPED, streamSequence);
    }

    void givenUp(long streamSequence) {
        named(GIVEN_UP, streamSequence);
    }

    void skipped(long streamSequence) {
        begin(SKIPPED);
        out.number(streamSequence);
    }

    void reset(long nextStreamSequence) {
        begin(RESET);
        out.number(nextStreamSequence);
    }

    private void named(int type, long streamSequence) {
        begin(type);
        out.difference(streamSequence - named);
        named = streamSequence;
    }

    private void begin(int type) {
        if (isEmpty()) {
            out.octet(VERSION);
        }
        out.octet(type);
    }

    /** Has {@code state} live through a record; when it is damaged, nothing has happened. */
    static void replay(byte[] record, ConsumerState state) throws ConsumerStateException {
        new Replay(record, null).run();
        new Replay(record, state).run();
    }

    /** One pass over a record; without a state it only finds out whether the record is sound. */
    private static final class Replay {
        private final StateReader in;
        private final @Nullable ConsumerState state;
        private long stream;
        private long consumer;
        private long time;
        private long named;

        Replay(byte[] record, @Nullable ConsumerState state) {
            in = new StateReader(record);
            this.state = state;
        }

        void run() throws ConsumerStateException {
            in.version(VERSION);
            while (in.remaining() > 0) {
                int type = in.octet();
                switch (type) {
                    case DELIVERED_NEXT -> delivered(1, 1, in.difference(), 1);
                    case DELIVERED ->
                            delivered(
                                    in.difference(),
                                    in.difference(),
                                    in.difference(),
                                    (int)
                                            in.within(
                                                    1,
                                                    Integer.MAX_VALUE,
                                                    "a number of deliveries"));
                    case ACKED, ACKED_UP_TO, DROPPED, GIVEN_UP -> left(type);
                    case SKIPPED -> skipped(sequence(in.number()));
                    case RESET -> reset(sequence(in.number()));
                    default -> throw ConsumerStateException.damaged("an event is of type " + type);
                }
            }
        }

        private void delivered(long streamStep, long consumerStep, long timeStep, int deliveries)
                throws ConsumerStateException {
            stream = sequence(stream + streamStep);
            consumer = sequence(consumer + consumerStep);
            time += timeStep;
            if (state != null) {
                state.applyDelivered(stream, consumer, time, deliveries);
            }
        }

        private void left(int type) throws ConsumerStateException {
            named = sequence(named + in.difference());
            long upToConsumer = type == ACKED_UP_TO ? sequence(in.number()) : 0;
            if (state == null) {
                return;
            }
            switch (type) {
                case ACKED -> state.applyAcked(named);
                case ACKED_UP_TO -> state.applyAckedUpTo(named, upToConsumer);
                case DROPPED -> state.applyDropped(named);
                default -> state.applyGivenUp(named);
            }
        }

        private void skipped(long upTo) {
            if (state != null) {
                state.applySkipped(upTo);
            }
        }

        private void reset(long next) {
            if (state != null) {
                state.applyReset(next);
            }
        }

        private static long sequence(long value) throws ConsumerStateException {
            return StateReader.require(value, 1, ConsumerState.SEQUENCE_MAX, "a sequence");
        }
    }
}
