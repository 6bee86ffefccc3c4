package io.millrace.jetstream;

/** How pending messages are written into a checkpoint and read from it. */
/* A count, then for each message four numbers of variable length: stream sequence, consumer sequence
 * and time as differences from the message before, and deliveries. */
final class PendingCoding implements PendingVisitor {
    private static final int SHORTEST_ENTRY = 4;

    private final PendingMessages pending;
    private StateWriter out = new StateWriter();
    private long stream;
    private long consumer;
    private long time;

    PendingCoding(PendingMessages pending) {
        this.pending = pending;
    }

    void write(StateWriter to) {
        out = to;
        out.number(pending.size());
        pending.forEach(this);
    }

    @Override
    public void pending(
            long streamSequence, long consumerSequence, long deliveredAtNanos, int deliveries) {
        out.number(streamSequence - stream);
        out.difference(consumerSequence - consumer);
        out.difference(deliveredAtNanos - time);
        out.number(deliveries);
        stream = streamSequence;
        consumer = consumerSequence;
        time = deliveredAtNanos;
    }

    void read(StateReader in, long streamMost, long consumerMost) throws ConsumerStateException {
        long count = in.within(0, in.remaining() / SHORTEST_ENTRY, "the number of messages");
        for (long i = 0; i < count; i++) {
            long step = in.within(1, streamMost, "a step between messages");
            stream = StateReader.require(stream + step, 1, streamMost, "a pending sequence");
            consumer += in.difference();
            StateReader.require(consumer, 1, consumerMost, "a pending consumer sequence");
            time += in.difference();
            int deliveries = (int) in.within(1, Integer.MAX_VALUE, "a number of deliveries");
            pending.add(stream, consumer, time, deliveries);
        }
    }
}
