package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Holds what a server says against what the model knows. Owned by one simulation. */
final class Comparison {
    private final JetStreamSimulation simulation;

    Comparison(JetStreamSimulation simulation) {
        this.simulation = simulation;
    }

    /** Learns what could not be known before. */
    void resolveDoubts() {
        for (StreamModel stream : List.copyOf(simulation.streams.values())) {
            if (stream.doubtful && !stream.deleting) {
                compare(stream, info(stream), false);
            }
        }
    }

    /** When all is quiet, everything is as the model has it. */
    void checkAll() {
        for (StreamModel stream : List.copyOf(simulation.streams.values())) {
            if (stream.deleting) {
                continue;
            }
            stream.check(info(stream));
            for (ConsumerModel consumer : stream.consumers.values()) {
                consumer.check(info(consumer));
                checkNobodyWaits(consumer);
            }
        }
    }

    private Answer info(StreamModel stream) {
        return simulation.get("$JS.API.STREAM.INFO." + stream.shape.name(), "");
    }

    private Answer info(ConsumerModel consumer) {
        return simulation.get(
                "$JS.API.CONSUMER.INFO."
                        + consumer.stream.shape.name()
                        + "."
                        + consumer.shape.name(),
                "");
    }

    /** What can be delivered has been. */
    private void checkNobodyWaits(ConsumerModel consumer) {
        boolean open = consumer.bound;
        for (Pull pull : simulation.pulls.values()) {
            open |= pull.consumer == consumer && pull.isOpen();
        }
        boolean room =
                !consumer.shape.awaitsAcks()
                        || consumer.waiting.size() < consumer.shape.maxAckPending();
        if (open && room) {
            assertThat(consumer.pending()).as("%s could deliver", consumer.shape).isZero();
        }
        if (open) {
            long now = simulation.now();
            consumer.waiting.forEach(
                    (sequence, one) ->
                            assertThat(
                                            !one.maybe
                                                    && one.dueNanos <= now
                                                    && consumer.stream.live.containsKey(sequence))
                                    .as("%s could deliver %d again", consumer.shape, sequence)
                                    .isFalse());
        }
    }

    /** After a crash, or when a disk has failed: what must be there is, what must not is not. */
    void compare(boolean restarted) {
        Map<String, Answer> there = new HashMap<>();
        for (Answer each : simulation.get("$JS.API.STREAM.LIST", "").list("streams")) {
            there.put(each.text("config.name"), each);
        }
        assertThat(simulation.streams.keySet()).as("streams").containsAll(there.keySet());
        for (StreamModel stream : List.copyOf(simulation.streams.values())) {
            Answer info = there.get(stream.shape.name());
            if (restarted && stream.shape.inMemory()) {
                assertThat(info).as("%s is in memory", stream.shape).isNull();
            }
            if (info == null) {
                boolean must =
                        stream.created
                                && !stream.deleting
                                && !(restarted && stream.shape.inMemory());
                assertThat(must).as("%s is lost", stream.shape).isFalse();
                simulation.streams.remove(stream.shape.name());
                continue;
            }
            stream.created = true;
            stream.deleting = false;
            compare(stream, info, restarted);
        }
    }

    private void compare(StreamModel stream, Answer info, boolean restarted) {
        shape(stream, info);
        stream.expire(simulation.now());
        if (restarted) {
            // what no consumer needs, in a stream that keeps by interest, may go at a start
            stream.consumers.values().removeIf(c -> c.shape.inMemory());
            stream.dropUnwanted();
        }
        TreeMap<Long, Published> found = new TreeMap<>();
        long last = info.number("state.last_seq");
        long first = info.number("state.first_seq");
        for (long sequence = Math.max(1, first); sequence <= last; sequence++) {
            Answer answer =
                    simulation.get(
                            "$JS.API.STREAM.MSG.GET." + stream.shape.name(),
                            "{\"seq\":" + sequence + "}");
            if (!answer.isError()) {
                Published message = found(stream, answer);
                assertThat(found.put(sequence, message)).isNull();
                message.sequence = sequence;
            }
        }
        Described what =
                new Described(
                        () ->
                                stream.shape
                                        + " holds "
                                        + found.values()
                                        + " shown as "
                                        + info.text());
        assertThat(found).as("%s", what).hasSize((int) info.number("state.messages"));
        for (Published message : stream.known.values()) {
            if (message.certain && !message.gone) {
                assertThat(found.values()).as("%s, not %s", what, message).contains(message);
            }
        }
        for (Published message : stream.known.values()) {
            Published newer = message.gaveWayTo;
            if (stream.shape.retention().equals("limits")
                    && message.certain
                    && newer != null
                    && !newer.gone
                    && !message.certainlyGone
                    && message.expiresNanos(stream.shape.maxAgeNanos()) > simulation.now()
                    && !found.containsValue(message)) {
                assertThat(found.values())
                        .as("%s, not %s, and not what it gave way to", what, message)
                        .contains(newer);
            }
        }
        assertThat(last).as("%s", what).isGreaterThanOrEqualTo(stream.highestTold);
        stream.learn(found, last, simulation.now(), restarted);
        consumers(stream);
    }

    private static void shape(StreamModel stream, Answer info) {
        if (!stream.shape.isShownBy(info)) {
            StreamShape before =
                    stream.possibleShapes.stream()
                            .filter(shape -> shape.isShownBy(info))
                            .findFirst()
                            .orElse(null);
            assertThat(before).as("%s shown as %s", stream.shape, info.text()).isNotNull();
            stream.shape = before;
        }
        stream.possibleShapes.clear();
    }

    private static Published found(StreamModel stream, Answer answer) {
        String body = decoded(answer.text("message.data"));
        Published message = stream.known.get(body);
        Described what = new Described(() -> stream.shape + " holds " + answer.text());
        assertThat(message).as("%s, which nobody has published", what).isNotNull();
        assertThat(message.certainlyGone).as("%s, which is back: %s", what, message).isFalse();
        assertThat(answer.text("message.subject")).as("%s", what).isEqualTo(message.subject);
        assertThat(decoded(answer.text("message.hdrs")))
                .as("%s", what)
                .isEqualTo(message.headers());
        if (message.certain && !stream.troubled) {
            assertThat(answer.number("message.seq")).as("%s", what).isEqualTo(message.sequence);
        }
        return message;
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    private void consumers(StreamModel stream) {
        Map<String, Answer> there = new HashMap<>();
        for (Answer each :
                simulation
                        .get("$JS.API.CONSUMER.LIST." + stream.shape.name(), "")
                        .list("consumers")) {
            there.put(each.text("name"), each);
        }
        stream.leaving.forEach(stream.consumers::putIfAbsent);
        assertThat(stream.consumers.keySet())
                .as(stream.shape.toString())
                .containsAll(there.keySet());
        for (ConsumerModel consumer : List.copyOf(stream.consumers.values())) {
            Answer info = there.get(consumer.shape.name());
            if (info == null) {
                boolean must = consumer.created && !consumer.deleting;
                assertThat(must).as("%s is lost", consumer.shape).isFalse();
                stream.consumers.remove(consumer.shape.name());
            } else {
                consumer.created = true;
                consumer.deleting = false;
                consumer.recovered(info);
            }
        }
        stream.leaving.clear();
    }
}
