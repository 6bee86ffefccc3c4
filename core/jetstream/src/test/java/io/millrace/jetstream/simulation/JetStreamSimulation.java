package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.DiskException;
import io.millrace.store.StoreException;
import io.millrace.store.StoreOptions;
import io.millrace.testkit.SimulatedCrash;
import io.millrace.testkit.SimulatedDisk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The life of a whole server with JetStream by a seed: clients that do anything, time that passes,
 * a disk that loses what was not synced, and a model that knows what must have come of it.
 */
final class JetStreamSimulation {
    private static final int CLIENTS = 3;
    private static final long MILLI = 1_000_000L;

    final SplittableRandom random;
    final SimulatedJetStream world;
    final TreeMap<String, StreamModel> streams = new TreeMap<>();
    final Map<String, Pull> pulls = new HashMap<>();
    final List<Received> received = new ArrayList<>();
    final boolean faults;
    private final List<WireClient> clients = new ArrayList<>();
    private final Map<String, Consumer<Answer>> asked = new HashMap<>();
    private final Set<String> perhaps = new HashSet<>();
    private final Operations operations;
    private final Comparison comparison;
    private long serial;
    private boolean troubled;
    int crashes;
    int deliveries;
    int acks;

    /** A message that a client has got and may acknowledge. */
    record Received(ConsumerModel consumer, String reply, long sequence) {}

    /** A message of a consumer that has just come. */
    private record Arrival(
            ConsumerModel consumer, WireClient.Message message, ConsumerModel.Delivery delivery) {
        static Arrival of(ConsumerModel consumer, WireClient.Message message) {
            return new Arrival(consumer, message, ConsumerModel.Delivery.of(message.reply()));
        }
    }

    JetStreamSimulation(long seed, boolean faults) {
        this.faults = faults;
        random = new SplittableRandom(seed);
        world = new SimulatedJetStream(random.nextLong(), StoreOptions.tiny());
        operations = new Operations(this);
        comparison = new Comparison(this);
    }

    void run(int steps) throws StoreException {
        world.start();
        connect();
        for (int i = 0; i < steps; i++) {
            try {
                step();
            } catch (SimulatedCrash lost) {
                crash(false);
            }
        }
        world.disk.crashAfter(Long.MAX_VALUE);
        heal();
        quiet();
        crash(false);
    }

    private void connect() {
        clients.clear();
        for (int i = 0; i < CLIENTS; i++) {
            WireClient client = world.connect();
            client.subscribe("_INBOX.c" + i + ".>", "inbox");
            clients.add(client);
        }
        world.turn();
        world.turn();
        hear();
    }

    private void step() throws StoreException {
        int dice = random.nextInt(100);
        if (dice < 78) {
            operations.any();
            turn();
        } else if (dice < 86) {
            advance(
                    Duration.ofNanos(
                            (1 + random.nextInt(random.nextInt(5) == 0 ? 8000 : 600)) * MILLI));
        } else if (dice < 92) {
            world.settle();
            hear();
            if (!troubled) {
                quiet();
            }
        } else if (dice < 97) {
            trouble();
        } else {
            disaster();
        }
        background();
    }

    private void background() {
        if (random.nextInt(3) == 0) {
            world.commit();
        }
        if (random.nextInt(5) == 0) {
            if (random.nextInt(6) == 0) {
                world.store().requestCheckpoint();
            }
            world.keep();
        }
        if (random.nextInt(3) == 0) {
            turn();
        }
    }

    private void trouble() {
        if (!faults) {
            return;
        }
        int kind = random.nextInt(5);
        if (kind > 2) {
            heal();
            return;
        }
        troubled = true;
        streams.values().forEach(s -> s.doubtful = true);
        streams.values().forEach(s -> s.troubled = true);
        if (kind == 0) {
            world.disk.capacity(world.disk.usedBytes() + random.nextInt(8192));
            return;
        }
        SimulatedDisk.Call[] calls = SimulatedDisk.Call.values();
        SimulatedDisk.Call bad =
                kind == 1 ? SimulatedDisk.Call.SYNC : calls[random.nextInt(calls.length)];
        SplittableRandom own = random.split();
        if (bad != SimulatedDisk.Call.READ && bad != SimulatedDisk.Call.OPEN) {
            world.disk.fault(
                    (call, path) ->
                            call == bad && own.nextInt(3) == 0 ? DiskException.Code.IO : null);
        }
    }

    /** The disk is well again: what was refused is known, what was not said is looked up. */
    private void heal() {
        world.disk.heal();
        if (troubled) {
            for (int i = 0; i < 8; i++) {
                advance(Duration.ofMillis(600));
                world.keep();
            }
            world.settle();
            hear();
            asked.keySet().removeAll(perhaps);
            perhaps.clear();
            comparison.compare(false);
            troubled = false;
        }
    }

    private void disaster() throws StoreException {
        if (random.nextInt(3) == 0) {
            crash(random.nextBoolean());
        } else {
            world.disk.crashAfter(1 + random.nextInt(30));
        }
    }

    /**
     * The end of the server, and a new one on what is left.
     *
     * @param gently whether only the process ends
     */
    private void crash(boolean gently) throws StoreException {
        crashes++;
        world.tell("crash");
        streams.values().forEach(s -> s.doubtful = true);
        hear();
        asked.clear();
        perhaps.clear();
        pulls.clear();
        received.clear();
        for (StreamModel stream : streams.values()) {
            stream.consumers.values().forEach(c -> c.bound = false);
            stream.leaving.values().forEach(c -> c.bound = false);
        }
        if (gently) {
            world.disk.kill();
        } else {
            world.disk.crash();
        }
        world.disk.heal();
        troubled = false;
        if (random.nextInt(6) == 0) {
            world.disk.crashAfter(1 + random.nextInt(12));
        }
        while (true) {
            try {
                world.start();
                break;
            } catch (SimulatedCrash again) {
                world.disk.crash();
            }
        }
        world.disk.crashAfter(Long.MAX_VALUE);
        connect();
        world.settle();
        comparison.compare(true);
        quiet();
    }

    /** Everything that was asked is answered, is on disk, and shows in what the server says. */
    private void quiet() {
        world.settle();
        hear();
        assertThat(asked).as("questions without an answer").isEmpty();
        operations.forgetWhatIsOver();
        comparison.resolveDoubts();
        streams.values().forEach(StreamModel::allCertain);
        comparison.checkAll();
    }

    void turn() {
        world.turn();
        hear();
    }

    void advance(Duration duration) {
        long until = world.clock.nanoTime() + duration.toNanos();
        world.settle();
        hear();
        for (long left = until - world.clock.nanoTime();
                left > 0;
                left = until - world.clock.nanoTime()) {
            long next = world.nanosToNext();
            world.pass(next < 0 ? left : Math.min(left, Math.max(next, 1)));
            streams.values().forEach(s -> s.expire(now()));
            world.settle();
            hear();
        }
    }

    long now() {
        return world.clock.epochNanos();
    }

    boolean isTroubled() {
        return troubled;
    }

    WireClient anyone() {
        return clients.get(random.nextInt(clients.size()));
    }

    /** The one client that listens where consumers push to. */
    WireClient listener() {
        return clients.getFirst();
    }

    long nextSerial() {
        return ++serial;
    }

    /** The subject to be answered on; whoever asks there hears the answer once. */
    String ask(WireClient client, Consumer<Answer> then) {
        String reply = "_INBOX.c" + clients.indexOf(client) + "." + nextSerial();
        asked.put(reply, then);
        return reply;
    }

    /** The same for an acknowledgement: while the disk fails, it is not confirmed. */
    String askPerhaps(WireClient client, Consumer<Answer> then) {
        String reply = ask(client, then);
        if (troubled) {
            perhaps.add(reply);
        }
        return reply;
    }

    /** Asks the API and waits for the answer; nothing else may be under way. */
    Answer get(String subject, String body) {
        List<Answer> answers = new ArrayList<>();
        WireClient client = clients.getFirst();
        client.publish(subject, ask(client, answers::add), "", body);
        world.settle();
        hear();
        assertThat(answers).as("answers to %s", subject).hasSize(1);
        return answers.getFirst();
    }

    private void hear() {
        List<Arrival> arrivals = new ArrayList<>();
        for (WireClient client : clients) {
            for (WireClient.Message message : client.hear()) {
                hear(message, arrivals);
            }
        }
        // what several clients have got of one consumer is looked at in the order of its sending
        arrivals.sort(Comparator.comparingLong(arrival -> arrival.delivery().number()));
        arrivals.forEach(this::deliver);
        for (String complaint : world.complaints) {
            assertThat(complaint).doesNotContain("mistake of ours").doesNotContain("left as it is");
        }
        world.complaints.clear();
        for (StreamModel stream : streams.values()) {
            stream.consumers.values().forEach(c -> c.giveUp(now()));
        }
    }

    private void hear(WireClient.Message message, List<Arrival> arrivals) {
        if (message.sid().equals("inbox")) {
            Consumer<Answer> then = asked.remove(message.subject());
            assertThat(then).as("nobody asked, or twice answered: %s", message).isNotNull();
            then.accept(message.body().isEmpty() ? Answer.of("{}") : Answer.of(message.body()));
            return;
        }
        Pull pull = pulls.get(message.sid());
        if (pull != null) {
            pull.got(message, now());
            if (message.status().isEmpty()) {
                arrivals.add(Arrival.of(pull.consumer, message));
            }
            return;
        }
        ConsumerModel consumer = operations.pushed(message.sid());
        if (consumer != null && message.status().isEmpty()) {
            arrivals.add(Arrival.of(consumer, message));
        }
    }

    private void deliver(Arrival arrival) {
        deliveries++;
        arrival.consumer().deliver(arrival.message(), now());
        received.add(
                new Received(
                        arrival.consumer(),
                        arrival.message().reply(),
                        arrival.delivery().sequence()));
    }
}
