package io.millrace.jetstream;

import java.util.TreeMap;
import java.util.TreeSet;

/** A consumer's state as one would write it without a thought for speed or memory. */
final class ConsumerModel {
    /** One pending message. */
    record Entry(long consumerSequence, long time, int deliveries) {}

    private final boolean awaitsAcks;
    final TreeMap<Long, Entry> pending = new TreeMap<>();
    final TreeSet<Long> givenUp = new TreeSet<>();
    long deliveredConsumer;
    long deliveredStream;
    long floorConsumer;
    long floorStream;

    ConsumerModel(boolean awaitsAcks) {
        this.awaitsAcks = awaitsAcks;
    }

    void delivered(long stream, long consumer, long time, int deliveries) {
        deliveredConsumer = consumer;
        deliveredStream = Math.max(deliveredStream, stream);
        if (awaitsAcks) {
            givenUp.remove(stream);
            Entry before = pending.get(stream);
            long first = before == null ? consumer : before.consumerSequence();
            pending.put(stream, new Entry(first, time, deliveries));
        } else {
            floorConsumer = deliveredConsumer;
            floorStream = deliveredStream;
        }
    }

    /** Acknowledged, terminated or gone. */
    void left(long stream) {
        givenUp.remove(stream);
        Entry entry = pending.remove(stream);
        if (entry != null && (pending.isEmpty() || entry.consumerSequence() == floorConsumer + 1)) {
            raiseFloor();
        }
    }

    void ackedUpTo(long stream, long consumer) {
        if (stream > floorStream && stream <= deliveredStream) {
            pending.headMap(stream, true).clear();
            floorStream = stream;
            floorConsumer = Math.max(floorConsumer, Math.min(consumer, deliveredConsumer));
        }
    }

    void givenUp(long stream) {
        Entry entry = pending.remove(stream);
        if (entry != null && entry.deliveries() > 1) {
            givenUp.add(stream);
        }
    }

    void skipped(long stream) {
        if (stream > floorStream || stream > deliveredStream) {
            deliveredStream = Math.max(deliveredStream, stream);
            pending.headMap(stream, true).clear();
            givenUp.headSet(stream, true).clear();
            raiseFloor();
        }
    }

    void reset(long next) {
        pending.clear();
        givenUp.clear();
        deliveredConsumer = 0;
        floorConsumer = 0;
        deliveredStream = next - 1;
        floorStream = next - 1;
    }

    private void raiseFloor() {
        if (pending.isEmpty()) {
            floorConsumer = deliveredConsumer;
            floorStream = deliveredStream;
        } else {
            long below = pending.firstEntry().getValue().consumerSequence() - 1;
            floorConsumer = Math.max(floorConsumer, below);
            floorStream = Math.max(floorStream, pending.firstKey() - 1);
        }
    }

    int redelivered() {
        return givenUp.size()
                + (int) pending.values().stream().filter(e -> e.deliveries() > 1).count();
    }
}
