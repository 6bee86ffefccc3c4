package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** What the clients of a simulation do, and what must come of it. Owned by one simulation. */
final class Operations {
    private static final int STREAMS = 3;
    private static final int CONSUMERS = 4;
    private static final String[] TAILS = {"a", "b.x", "b.y", "b.x.z", "c", "d.x"};
    private static final long MILLI = 1_000_000L;

    private final JetStreamSimulation simulation;
    private final SplittableRandom random;
    private final Map<String, ConsumerModel> pushed = new HashMap<>();

    Operations(JetStreamSimulation simulation) {
        this.simulation = simulation;
        this.random = simulation.random;
    }

    void any() {
        int dice = random.nextInt(100);
        if (dice < 38) {
            publish();
        } else if (dice < 54) {
            pull();
        } else if (dice < 80) {
            // by one client: what two say in the same turn is heard in either order
            WireClient client = simulation.anyone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                acknowledge(client);
            }
        } else if (dice < 84) {
            createStream();
        } else if (dice < 89) {
            createConsumer();
        } else if (dice < 91) {
            purge();
        } else if (dice < 93) {
            deleteMessage();
        } else if (dice < 95) {
            listenOrNot();
        } else if (dice < 97) {
            updateStream();
        } else if (dice < 98) {
            deleteConsumer();
        } else if (random.nextInt(3) == 0) {
            deleteStream();
        }
    }

    private @Nullable StreamModel anyStream() {
        List<StreamModel> there = new ArrayList<>();
        for (StreamModel stream : simulation.streams.values()) {
            if (!stream.deleting) {
                there.add(stream);
            }
        }
        return there.isEmpty() ? null : there.get(random.nextInt(there.size()));
    }

    private @Nullable ConsumerModel anyConsumer() {
        List<ConsumerModel> there = new ArrayList<>();
        for (StreamModel stream : simulation.streams.values()) {
            for (ConsumerModel consumer : stream.consumers.values()) {
                if (!stream.deleting && !consumer.deleting) {
                    there.add(consumer);
                }
            }
        }
        return there.isEmpty() ? null : there.get(random.nextInt(there.size()));
    }

    private String subject(StreamModel stream) {
        return stream.shape.name().toLowerCase(java.util.Locale.ROOT)
                + "."
                + TAILS[random.nextInt(TAILS.length)];
    }

    /* Publishing */

    private void publish() {
        StreamModel stream = anyStream();
        if (stream == null) {
            createStream();
            return;
        }
        WireClient client = simulation.anyone();
        for (int i = random.nextInt(random.nextInt(4) == 0 ? 8 : 2); i >= 0; i--) {
            Published message = message(stream);
            StreamModel.Outcome outcome = stream.publish(message, simulation.now());
            boolean exactly = !stream.doubtful;
            String reply =
                    random.nextInt(8) == 0
                            ? ""
                            : simulation.ask(
                                    client,
                                    answer -> published(stream, message, outcome, exactly, answer));
            client.publish(message.subject, reply, message.headers(), message.body);
        }
    }

    private Published message(StreamModel stream) {
        long number = simulation.nextSerial();
        String filling = "x".repeat(random.nextInt(random.nextInt(30) == 0 ? 3000 : 60));
        Published message = new Published(subject(stream), number + ":" + filling);
        if (random.nextInt(3) == 0) {
            String id = "id" + random.nextInt(12);
            boolean unclear = stream.doubtful || stream.isUncertain(id, simulation.now());
            message.id = unclear ? "id" + number : id;
        }
        if (stream.doubtful) {
            return message;
        }
        switch (random.nextInt(24)) {
            case 0 -> message.expectedLast = stream.lastSequence - random.nextInt(2);
            case 1 -> message.expectedLastOfSubject = stream.lastOf(message.subject);
            case 2 -> message.expectedLastOfSubject = random.nextInt(20);
            case 3 -> message.expectedLastId = stream.lastId == null ? "" : stream.lastId;
            case 4 -> message.expectedLastId = stream.lastId == null ? "" : "other";
            case 5 -> message.rollup = random.nextBoolean() ? "sub" : "all";
            case 6 -> message.expectedStream = random.nextBoolean() ? "S0" : stream.shape.name();
            case 7, 8 -> message.ttlSeconds = 1L + random.nextInt(10);
            case 9 -> message.ttlSeconds = -1;
            default -> {}
        }
        return message;
    }

    private void published(
            StreamModel stream,
            Published message,
            StreamModel.Outcome expected,
            boolean exactly,
            Answer answer) {
        Described what =
                new Described(
                        () ->
                                stream.shape
                                        + " gets "
                                        + message
                                        + ", expected "
                                        + expected
                                        + ": "
                                        + answer.text());
        simulation.acks++;
        boolean duplicate = answer.text().contains("\"duplicate\": true");
        if (exactly && !stream.troubled) {
            assertThat(answer.errorCode()).as("%s", what).isEqualTo(expected.errorCode());
            assertThat(answer.number("seq")).as("%s", what).isEqualTo(expected.sequence());
            assertThat(duplicate).as("%s", what).isEqualTo(expected.duplicate());
        }
        if (answer.isError()) {
            return;
        }
        long sequence = answer.number("seq");
        stream.highestTold = Math.max(stream.highestTold, sequence);
        if (duplicate) {
            message.gone = true;
            return;
        }
        if (message.sequence != sequence) {
            stream.seat(message, sequence);
        }
        message.certain = true;
    }

    /* Consuming */

    private void pull() {
        ConsumerModel consumer = anyConsumer();
        if (consumer == null || consumer.shape.isPush()) {
            return;
        }
        WireClient client = simulation.anyone();
        String sid = "p" + simulation.nextSerial();
        String inbox = "_PULL." + sid;
        long batch = 1L + random.nextInt(5);
        boolean noWait = random.nextInt(3) == 0;
        long expires = noWait && random.nextBoolean() ? 0 : (200 + random.nextInt(4000)) * MILLI;
        long until = expires == 0 ? Long.MAX_VALUE : simulation.now() + expires;
        client.subscribe(inbox, sid);
        client.publish(
                "$JS.API.CONSUMER.MSG.NEXT."
                        + consumer.stream.shape.name()
                        + "."
                        + consumer.shape.name(),
                inbox,
                "",
                "{\"batch\":"
                        + batch
                        + (expires == 0 ? "" : ",\"expires\":" + expires)
                        + (noWait ? ",\"no_wait\":true}" : "}"));
        simulation.pulls.put(sid, new Pull(consumer, client, sid, batch, until, noWait));
    }

    /** Lets go of what has ended, and sometimes of what has not. */
    void forgetWhatIsOver() {
        for (Pull pull : List.copyOf(simulation.pulls.values())) {
            if (pull.isOver() || random.nextInt(8) == 0) {
                if (!pull.abandoned) {
                    pull.client.unsubscribe(pull.sid);
                    simulation.turn();
                }
                pull.abandoned = true;
            }
        }
    }

    private void listenOrNot() {
        ConsumerModel consumer = anyConsumer();
        if (consumer == null || !consumer.shape.isPush()) {
            return;
        }
        // one client alone, so that each message is heard once
        String sid = "d" + consumer.shape.deliverSubject();
        if (consumer.bound) {
            simulation.listener().unsubscribe(sid);
        } else {
            simulation.listener().subscribe(consumer.shape.deliverSubject(), sid);
            pushed.put(sid, consumer);
        }
        consumer.bound = !consumer.bound;
    }

    @Nullable ConsumerModel pushed(String sid) {
        return pushed.get(sid);
    }

    private void acknowledge(WireClient client) {
        if (simulation.received.isEmpty()) {
            return;
        }
        int at = Math.max(0, simulation.received.size() - 1 - random.nextInt(12));
        JetStreamSimulation.Received received = simulation.received.get(at);
        ConsumerModel consumer = received.consumer();
        if (consumer.deleting || consumer.stream.deleting || !isThere(consumer)) {
            return;
        }
        int dice = random.nextInt(12);
        if (dice < 8) {
            boolean confirmed = random.nextBoolean();
            String reply =
                    confirmed ? simulation.askPerhaps(client, answer -> settled(received)) : "";
            client.publish(received.reply(), reply, "", random.nextBoolean() ? "" : "+ACK");
            consumer.acknowledge(received.sequence());
        } else if (dice == 8) {
            client.publish(received.reply(), "", "", "+TERM");
            consumer.acknowledge(received.sequence());
        } else if (dice == 9) {
            client.publish(received.reply(), "", "", "+WPI");
            consumer.putOff(received.sequence(), simulation.now(), -1);
        } else {
            long delay = random.nextBoolean() ? 0 : random.nextInt(1000) * MILLI;
            client.publish(
                    received.reply(),
                    "",
                    "",
                    delay == 0 ? "-NAK" : "-NAK {\"delay\":" + delay + "}");
            consumer.putOff(received.sequence(), simulation.now(), delay);
        }
    }

    private boolean isThere(ConsumerModel consumer) {
        StreamModel stream = simulation.streams.get(consumer.stream.shape.name());
        return stream == consumer.stream && stream.consumers.get(consumer.shape.name()) == consumer;
    }

    private void settled(JetStreamSimulation.Received received) {
        ConsumerModel consumer = received.consumer();
        if (consumer.shape.awaitsAcks()) {
            consumer.settled.add(received.sequence());
        }
    }

    /* Making and removing */

    private void createStream() {
        String name = "S" + random.nextInt(STREAMS);
        if (simulation.streams.containsKey(name)) {
            return;
        }
        StreamShape shape = StreamShape.random(name, random);
        StreamModel made = new StreamModel(shape);
        made.doubtful = simulation.isTroubled();
        made.troubled = made.doubtful;
        simulation.streams.put(name, made);
        WireClient client = simulation.anyone();
        client.publish(
                "$JS.API.STREAM.CREATE." + name,
                simulation.ask(
                        client,
                        answer -> {
                            if (!made.troubled) {
                                assertThat(answer.isError()).as(answer.text()).isFalse();
                            }
                            made.created |= !answer.isError();
                        }),
                "",
                shape.json());
    }

    private void updateStream() {
        StreamModel stream = anyStream();
        if (stream == null || !stream.created) {
            return;
        }
        StreamShape changed = stream.shape.changed(random);
        stream.update(changed);
        WireClient client = simulation.anyone();
        client.publish(
                "$JS.API.STREAM.UPDATE." + changed.name(),
                simulation.ask(
                        client,
                        answer -> {
                            if (!answer.isError()) {
                                stream.updated(changed);
                            } else {
                                assertThat(stream.troubled)
                                        .as("%s: %s", changed, answer.text())
                                        .isTrue();
                            }
                        }),
                "",
                changed.json());
        simulation.turn();
        stream.expire(simulation.now());
    }

    private void deleteStream() {
        StreamModel stream = anyStream();
        if (stream == null || !stream.created) {
            return;
        }
        String name = stream.shape.name();
        stream.deleting = true;
        WireClient client = simulation.anyone();
        client.publish(
                "$JS.API.STREAM.DELETE." + name,
                simulation.ask(
                        client,
                        answer -> {
                            if (!answer.isError()) {
                                simulation.streams.remove(name, stream);
                            }
                        }),
                "",
                "");
    }

    private void createConsumer() {
        StreamModel stream = anyStream();
        if (stream == null) {
            return;
        }
        String name = "C" + random.nextInt(CONSUMERS);
        if (stream.consumers.containsKey(name)
                || stream.leaving.containsKey(name)
                || (stream.shape.isWorkQueue() && !stream.consumers.isEmpty())) {
            return;
        }
        ConsumerShape shape =
                ConsumerShape.random(
                        name, stream.shape, stream.lastSequence, simulation.faults, random);
        ConsumerModel made = new ConsumerModel(stream, shape);
        stream.consumers.put(name, made);
        WireClient client = simulation.anyone();
        client.publish(
                "$JS.API.CONSUMER.DURABLE.CREATE." + stream.shape.name() + "." + name,
                simulation.ask(
                        client,
                        answer -> {
                            if (!stream.troubled) {
                                assertThat(answer.isError())
                                        .as("%s: %s", shape, answer.text())
                                        .isFalse();
                            }
                            made.created |= !answer.isError();
                        }),
                "",
                shape.json(stream.shape.name()));
    }

    private void deleteConsumer() {
        ConsumerModel consumer = anyConsumer();
        if (consumer == null || !consumer.created) {
            return;
        }
        consumer.deleting = true;
        StreamModel stream = consumer.stream;
        stream.consumers.remove(consumer.shape.name());
        stream.dropUnwanted();
        stream.leaving.put(consumer.shape.name(), consumer);
        WireClient client = simulation.anyone();
        client.publish(
                "$JS.API.CONSUMER.DELETE." + stream.shape.name() + "." + consumer.shape.name(),
                simulation.ask(
                        client,
                        answer -> {
                            if (!answer.isError()) {
                                stream.leaving.remove(consumer.shape.name(), consumer);
                            }
                        }),
                "",
                "");
        simulation.turn();
    }

    private void purge() {
        StreamModel stream = anyStream();
        if (stream == null) {
            return;
        }
        String filter =
                random.nextBoolean()
                        ? null
                        : random.nextBoolean() ? subject(stream) : filter(stream);
        long below = random.nextInt(3) == 0 ? 1 + random.nextLong(stream.lastSequence + 2) : 0;
        long keep = below == 0 && random.nextInt(3) == 0 ? random.nextInt(4) : 0;
        List<Published> before = List.copyOf(stream.live.values());
        int going = stream.purge(filter, below, keep);
        List<Published> gone = before.stream().filter(m -> m.gone).toList();
        boolean exactly = !stream.doubtful;
        WireClient client = simulation.anyone();
        client.publish(
                "$JS.API.STREAM.PURGE." + stream.shape.name(),
                simulation.ask(
                        client,
                        answer -> {
                            if (answer.isError()) {
                                assertThat(stream.troubled).as(answer.text()).isTrue();
                                return;
                            }
                            if (exactly && !stream.troubled) {
                                assertThat(answer.number("purged")).isEqualTo(going);
                                gone.forEach(m -> m.certainlyGone = true);
                            }
                        }),
                "",
                "{"
                        + (filter == null ? "" : "\"filter\":\"" + filter + "\"")
                        + (filter != null && below + keep > 0 ? "," : "")
                        + (below > 0 ? "\"seq\":" + below : "")
                        + (keep > 0 ? "\"keep\":" + keep : "")
                        + "}");
    }

    private String filter(StreamModel stream) {
        return stream.shape.name().toLowerCase(java.util.Locale.ROOT)
                + (random.nextBoolean() ? ".b.>" : ".*.x");
    }

    private void deleteMessage() {
        StreamModel stream = anyStream();
        if (stream == null || stream.doubtful || stream.lastSequence == 0) {
            return;
        }
        long sequence = 1 + random.nextLong(stream.lastSequence);
        Published message = stream.live.get(sequence);
        if (message != null) {
            stream.remove(message);
        }
        WireClient client = simulation.anyone();
        client.publish(
                "$JS.API.STREAM.MSG.DELETE." + stream.shape.name(),
                simulation.ask(
                        client,
                        answer -> {
                            if (!stream.troubled) {
                                assertThat(answer.isError())
                                        .as("%s of %s: %s", sequence, stream.shape, answer.text())
                                        .isEqualTo(message == null);
                            }
                            if (message != null && !answer.isError()) {
                                message.certainlyGone = true;
                            }
                        }),
                "",
                "{\"seq\":" + sequence + (random.nextBoolean() ? ",\"no_erase\":true}" : "}"));
    }
}
