package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a consumer may deliver, and what it must say of itself. Owned by one simulation. */
final class ConsumerModel {
    private static final int UNKNOWN_MANY = 1_000;

    final StreamModel stream;
    final ConsumerShape shape;

    /** Delivered and not acknowledged, by stream sequence. */
    final TreeMap<Long, Waiting> waiting = new TreeMap<>();

    /** Acknowledged, and whoever did so was told that it is on disk. */
    final Set<Long> settled = new HashSet<>();

    private final TreeMap<Long, Waiting> waitingOnDisk = new TreeMap<>();
    long delivered;
    long deliveredLast;
    private long deliveredOnDisk;
    private long deliveredLastOnDisk;
    boolean created;
    boolean deleting;
    boolean bound;
    private boolean hasGivenUp;

    /** A message between delivery and acknowledgement. */
    static final class Waiting {
        int deliveries;
        int fewestDeliveries;
        long sinceNanos;

        /** Before this it may not come again. */
        long againNanos;

        /** From this on it is due. */
        long dueNanos;

        /** Not known for certain: from before a crash. */
        boolean maybe;

        Waiting copy() {
            Waiting copy = new Waiting();
            copy.deliveries = deliveries;
            copy.fewestDeliveries = fewestDeliveries;
            copy.sinceNanos = sinceNanos;
            copy.againNanos = againNanos;
            copy.dueNanos = dueNanos;
            copy.maybe = maybe;
            return copy;
        }
    }

    /** A delivery as its reply subject tells of it. */
    record Delivery(int deliveries, long sequence, long number, long timeNanos, long pending) {
        static Delivery of(String reply) {
            String[] tokens = reply.split("\\.", -1);
            assertThat(tokens).as(reply).hasSize(9);
            return new Delivery(
                    Integer.parseInt(tokens[4]),
                    Long.parseLong(tokens[5]),
                    Long.parseLong(tokens[6]),
                    Long.parseLong(tokens[7]),
                    Long.parseLong(tokens[8]));
        }
    }

    ConsumerModel(StreamModel stream, ConsumerShape shape) {
        this.stream = stream;
        this.shape = shape;
        long first = Math.max(1, stream.firstSequence());
        long end = stream.lastSequence + 1;
        deliveredLast =
                switch (shape.deliverPolicy()) {
                            case "new" -> end;
                            case "last" -> last(end);
                            case "by_start_sequence" -> Math.max(first, shape.start());
                            default -> first;
                        }
                        - 1;
    }

    private long last(long end) {
        if (shape.filters().isEmpty()) {
            return stream.live.isEmpty() ? end : stream.lastSequence;
        }
        long last = 0;
        for (Published message : stream.live.values()) {
            last = shape.wants(message.subject) ? message.sequence : last;
        }
        return last == 0 ? end : last;
    }

    /** How many messages are still to come for the first time. */
    long pending() {
        return stream.live.tailMap(deliveredLast + 1).values().stream()
                .filter(m -> shape.wants(m.subject))
                .count();
    }

    boolean mayNeed(long sequence) {
        return sequence > deliveredLast || (shape.awaitsAcks() && waiting.containsKey(sequence));
    }

    /** Whether it is not known if it waits for a message that it has delivered. */
    boolean isDoubtful(long sequence) {
        Waiting one = waiting.get(sequence);
        return one != null && one.maybe;
    }

    void purged(long first) {
        deliveredLast = Math.max(deliveredLast, first - 1);
        waiting.headMap(first).clear();
    }

    /** A message has come: is that right, and what follows from it? */
    void deliver(WireClient.Message message, long nowNanos) {
        Delivery it = Delivery.of(message.reply());
        Described what =
                new Described(
                        () ->
                                shape
                                        + " delivers "
                                        + it
                                        + " of "
                                        + message
                                        + " behind "
                                        + deliveredLast);
        giveUp(nowNanos);
        Published stored = stored(it, message);
        if (stored == null) {
            delivered = it.number();
            return;
        }
        assertThat(message.subject()).as("%s", what).isEqualTo(stored.subject);
        String body = shape.headersOnly() ? "" : stored.body;
        assertThat(message.body()).as("%s", what).isEqualTo(body);
        if (!shape.headersOnly()) {
            assertThat(message.headers()).as("%s", what).isEqualTo(stored.headers());
        }
        assertThat(shape.wants(stored.subject)).as("%s", what).isTrue();
        assertThat(settled).as("%s", what).doesNotContain(it.sequence());
        stored.certain |= !stored.gone;
        if (!stream.doubtful) {
            assertThat(stored.gone).as("%s: it is gone", what).isFalse();
            assertThat(it.timeNanos()).as("%s", what).isEqualTo(stored.timeNanos);
            assertThat(it.number()).as("%s", what).isEqualTo(delivered + 1);
        }
        delivered = it.number();
        if (it.deliveries() == 1) {
            first(it, nowNanos, what);
        } else {
            again(it, nowNanos, what);
        }
        if (!stream.doubtful) {
            assertThat(it.pending()).as("pending of %s", what).isEqualTo(pending());
        }
    }

    /** The message that was meant; null when it cannot be told. */
    private Published stored(Delivery it, WireClient.Message message) {
        if (!stream.doubtful) {
            Published stored = stream.everStored.get(it.sequence());
            assertThat(stored).as("%s delivers %s", shape, message).isNotNull();
            return stored;
        }
        if (shape.headersOnly()) {
            return stream.everStored.get(it.sequence());
        }
        Published stored = stream.known.get(message.body());
        assertThat(stored).as("%s: %s", shape, message).isNotNull();
        if (stored.sequence != it.sequence()) {
            stream.seat(stored, it.sequence());
        }
        return stored;
    }

    private void first(Delivery it, long nowNanos, Described what) {
        if (!stream.doubtful) {
            assertThat(it.sequence()).as("%s", what).isGreaterThan(deliveredLast);
            for (Published passed : stream.live.subMap(deliveredLast + 1, it.sequence()).values()) {
                assertThat(shape.wants(passed.subject)).as("%s passes %s", what, passed).isFalse();
            }
            if (shape.awaitsAcks() && shape.maxAckPending() > 0) {
                assertThat(certainlyWaiting()).as("%s", what).isLessThan(shape.maxAckPending());
            }
        }
        deliveredLast = Math.max(deliveredLast, it.sequence());
        if (shape.awaitsAcks()) {
            Waiting one = new Waiting();
            one.deliveries = 1;
            one.fewestDeliveries = 1;
            one.sinceNanos = nowNanos;
            one.againNanos = nowNanos + shape.waitNanos(1);
            one.dueNanos = one.againNanos;
            waiting.put(it.sequence(), one);
        } else if (!stream.shape.retention().equals("limits")) {
            stream.settled(stream.everStored.get(it.sequence()));
        }
    }

    long certainlyWaiting() {
        return waiting.entrySet().stream()
                .filter(e -> !e.getValue().maybe && stream.live.containsKey(e.getKey()))
                .count();
    }

    private void again(Delivery it, long nowNanos, Described what) {
        assertThat(shape.awaitsAcks()).as("%s", what).isTrue();
        if (shape.maxDeliver() > 0) {
            assertThat((long) it.deliveries())
                    .as("%s", what)
                    .isLessThanOrEqualTo(shape.maxDeliver());
        }
        Waiting one = waiting.get(it.sequence());
        if (stream.doubtful) {
            one = one == null ? new Waiting() : one;
            waiting.put(it.sequence(), one);
        } else {
            assertThat(one).as("%s, acknowledged or never delivered", what).isNotNull();
            assertThat(it.deliveries())
                    .as("%s", what)
                    .isBetween(one.fewestDeliveries + 1, one.deliveries + 1);
            if (!one.maybe) {
                assertThat(nowNanos).as("%s", what).isGreaterThanOrEqualTo(one.againNanos);
            }
        }
        one.maybe = false;
        one.deliveries = it.deliveries();
        one.fewestDeliveries = it.deliveries();
        one.sinceNanos = nowNanos;
        one.againNanos = nowNanos + shape.waitNanos(it.deliveries());
        one.dueNanos = one.againNanos;
    }

    /** The client says that it is through with a message. */
    void acknowledge(long sequence) {
        Waiting one = waiting.get(sequence);
        if (one == null) {
            return;
        }
        if (!shape.ackPolicy().equals("all")) {
            done(sequence);
            return;
        }
        // a message that was given up stands for no other, and stays in the stream
        boolean certain = !one.maybe;
        for (long each : new TreeSet<>(waiting.headMap(sequence + 1).keySet())) {
            if (certain && !waiting.get(each).maybe) {
                done(each);
            } else {
                perhapsDone(each);
            }
        }
    }

    private void perhapsDone(long sequence) {
        waiting.get(sequence).maybe = true;
        Published message = stream.everStored.get(sequence);
        if (message != null && !message.gone && !stream.shape.retention().equals("limits")) {
            stream.doubtful = true;
            stream.settled(message);
        }
    }

    /** The client wants a message again later, or needs more time: {@code delay} below 0. */
    void putOff(long sequence, long nowNanos, long delayNanos) {
        Waiting one = waiting.get(sequence);
        if (one != null) {
            one.againNanos =
                    nowNanos + (delayNanos < 0 ? shape.waitNanos(one.deliveries) : delayNanos);
            if (one.maybe) {
                one.againNanos = Math.min(one.againNanos, nowNanos);
            }
            one.dueNanos = one.againNanos;
        }
    }

    private void done(long sequence) {
        waiting.remove(sequence);
        Published message = stream.everStored.get(sequence);
        if (message != null) {
            stream.settled(message);
        }
    }

    /** Nothing is delivered more often than it may be: what is due for that leaves. */
    void giveUp(long nowNanos) {
        if (shape.maxDeliver() <= 0) {
            return;
        }
        for (Map.Entry<Long, Waiting> entry : new TreeMap<>(waiting).entrySet()) {
            Waiting one = entry.getValue();
            if (one.deliveries >= shape.maxDeliver() && one.againNanos <= nowNanos) {
                one.maybe = true;
                hasGivenUp = true;
            }
        }
    }

    void allCertain() {
        waitingOnDisk.clear();
        waiting.forEach((sequence, one) -> waitingOnDisk.put(sequence, one.copy()));
        deliveredOnDisk = delivered;
        deliveredLastOnDisk = deliveredLast;
    }

    /**
     * The server has started again and shows this: it must lie between the disk and the present.
     */
    void recovered(Answer info) {
        Described what = new Described(() -> shape + " recovered as " + info.text());
        long number = info.number("delivered.consumer_seq");
        long last = info.number("delivered.stream_seq");
        assertThat(number).as("%s", what).isGreaterThanOrEqualTo(deliveredOnDisk);
        assertThat(last).as("%s", what).isGreaterThanOrEqualTo(deliveredLastOnDisk);
        if (!stream.troubled) {
            assertThat(number).as("%s", what).isLessThanOrEqualTo(delivered);
        }
        TreeMap<Long, Waiting> now = new TreeMap<>(waiting);
        now.forEach(
                (sequence, one) -> {
                    Waiting before = waitingOnDisk.get(sequence);
                    one.maybe = before == null || before.maybe || one.maybe;
                    // how long it has waited is known as it was journalled, without what put it off
                    one.againNanos = 0;
                    one.dueNanos = one.sinceNanos + shape.waitNanos(Math.max(1, one.deliveries));
                    one.fewestDeliveries =
                            Math.min(
                                    one.fewestDeliveries,
                                    before == null ? 0 : before.fewestDeliveries);
                });
        waitingOnDisk.forEach(
                (sequence, one) -> {
                    if (!settled.contains(sequence) && !now.containsKey(sequence)) {
                        Waiting copy = one.copy();
                        copy.maybe = true;
                        copy.fewestDeliveries = 0;
                        copy.deliveries = UNKNOWN_MANY;
                        now.put(sequence, copy);
                    }
                });
        // what was acknowledged without being told so may come again
        for (long sequence : stream.everStored.headMap(last + 1).keySet()) {
            if (sequence > deliveredLastOnDisk
                    && !settled.contains(sequence)
                    && !now.containsKey(sequence)) {
                Waiting one = new Waiting();
                one.deliveries = UNKNOWN_MANY;
                one.maybe = true;
                now.put(sequence, one);
            }
        }
        now.tailMap(last + 1).clear();
        waiting.clear();
        waiting.putAll(now);
        delivered = number;
        deliveredLast = last;
    }

    /** What the server says of it when all is quiet. */
    void check(Answer info) {
        Described what =
                new Described(
                        () -> shape + " shown as " + info.text() + " behind " + deliveredLast);
        assertThat(info.number("delivered.consumer_seq")).as("%s", what).isEqualTo(delivered);
        assertThat(info.number("delivered.stream_seq")).as("%s", what).isEqualTo(deliveredLast);
        assertThat(info.number("num_pending")).as("%s", what).isEqualTo(pending());
        assertThat(info.number("num_ack_pending"))
                .as("%s, waiting %s", what, waiting.keySet())
                .isBetween(certainlyWaiting(), (long) waiting.size());
        long floor = info.number("ack_floor.stream_seq");
        assertThat(floor).as("%s", what).isLessThanOrEqualTo(deliveredLast);
        for (Map.Entry<Long, Waiting> each : waiting.entrySet()) {
            if (!each.getValue().maybe && stream.live.containsKey(each.getKey())) {
                assertThat(floor)
                        .as("%s, waiting %s", what, waiting.keySet())
                        .isLessThan(each.getKey());
            }
        }
        // as with nats-server, the floor does not pass a message that was given up
        if (waiting.isEmpty() && !hasGivenUp) {
            assertThat(floor).as("%s", what).isEqualTo(deliveredLast);
            // an older delivery of the last message may have been the one that was acknowledged
            if (!shape.ackPolicy().equals("all")) {
                assertThat(info.number("ack_floor.consumer_seq"))
                        .as("%s", what)
                        .isEqualTo(delivered);
            }
        }
    }
}
