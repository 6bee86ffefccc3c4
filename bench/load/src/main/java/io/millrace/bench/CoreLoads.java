package io.millrace.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Loads of plain messages. */
final class CoreLoads {
    private static final String DELIVERIES = "deliveries";
    private static final String REQUESTS = "requests";
    private static final int WILD_CONNECTIONS = 4;
    private static final int WILD_UNREAD = 20_000;
    private static final int WILD_WRITE = 500;

    private CoreLoads() {}

    /** One connection that publishes what nobody wants. */
    static Load.Work publish(int size) {
        return trial -> {
            Wire wire = trial.dial();
            Template message = Template.publish(trial.name("pub"), "", Template.filler(size));
            int perWrite = Math.max(1, 64 * 1024 / message.length());
            byte[] chunk = message.times(perWrite);
            flood(wire, chunk, trial.warmSeconds());
            Meter meter = trial.meter();
            long writes = flood(wire, chunk, trial.seconds());
            meter.stop("messages", writes * perWrite);
        };
    }

    private static long flood(Wire wire, byte[] chunk, double seconds) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long writes = 0;
        do {
            wire.write(chunk);
            writes++;
        } while (System.nanoTime() < end);
        wire.sync();
        return writes;
    }

    static Load.Work fan(int publishers, int subscribers, int size) {
        return trial -> {
            Fan fan = new Fan(trial, trial.name("fan"), Login.NONE, publishers, subscribers, size);
            fan.run(trial.warmSeconds());
            Meter meter = trial.meter();
            long delivered = fan.run(trial.seconds());
            meter.stop(DELIVERIES, delivered);
        };
    }

    /**
     * One to one in two ways beside each other, in four turns (plain, other, other, plain), so that
     * drift cancels: what the other way costs over the plain one.
     */
    static Load.Work beside(String subject, Login plain, Login other, String word) {
        return trial -> {
            Fan[] fans = {
                new Fan(trial, subject + trial.name("p"), plain, 1, 1, 128),
                new Fan(trial, subject + trial.name("o"), other, 1, 1, 128)
            };
            long[] delivered = new long[2];
            double[] cpu = new double[2];
            double[] wall = new double[2];
            for (Fan fan : fans) {
                fan.run(trial.warmSeconds());
            }
            for (int which : new int[] {0, 1, 1, 0}) {
                Meter meter = trial.meter();
                long count = fans[which].run(trial.seconds() / 2);
                meter.stop();
                delivered[which] += count;
                cpu[which] += meter.cpuPerMillion(count) * count;
                wall[which] += meter.seconds();
            }
            Figures figures = trial.figures();
            double first = cpu[0] / delivered[0];
            double second = cpu[1] / delivered[1];
            figures.add("plain: " + DELIVERIES, Unit.PER_SECOND, delivered[0] / wall[0]);
            figures.add("plain: " + Figures.CPU, Unit.CPU_PER_MILLION, first);
            figures.add(word + ": " + DELIVERIES, Unit.PER_SECOND, delivered[1] / wall[1]);
            figures.add(word + ": " + Figures.CPU, Unit.CPU_PER_MILLION, second);
            figures.add(word + " over plain, CPU", Unit.RATIO, second / first);
        };
    }

    /** Requesters that wait for each answer, every one with a connection of its own. */
    static Load.Work requests(int requesters) {
        return trial -> {
            String subject = trial.name("rr");
            Responder.start(trial, subject);
            try (ClosedLoop loop =
                    new ClosedLoop(
                            trial,
                            requesters,
                            1,
                            inbox -> Template.publish(subject, inbox, Template.filler(64)))) {
                loop.run(trial.warmSeconds());
                Meter meter = trial.meter();
                long answered = loop.run(trial.seconds());
                meter.stop(REQUESTS, answered);
                loop.mustBeAccepted();
                trial.figures().latencies("", loop.latencies());
            }
        };
    }

    /** Many connections that send one message a write: at 60,000 a second, then all they can. */
    static Load.Work unbatched(int connections) {
        return trial -> {
            Unbatched load = new Unbatched(trial, connections);
            load.paced(60_000, trial.warmSeconds());
            load.forget();
            Meter paced = trial.meter();
            long sent = load.paced(60_000, trial.seconds());
            paced.stop();
            trial.figures()
                    .add(
                            Figures.CPU + " at 60k/s",
                            Unit.CPU_PER_MILLION,
                            paced.cpuPerMillion(sent));
            load.report();
            Meter most = trial.meter();
            long received = load.most(trial.seconds());
            most.stop(DELIVERIES, received);
        };
    }

    /** One to one at a fixed rate, the pace that was measured before. */
    static Load.Work steady() {
        return trial -> {
            Stamped stamped = new Stamped(trial, trial.name("steady"));
            Wire wire = trial.dial();
            stamped.run(List.of(wire), trial.pace(), trial.warmSeconds());
            stamped.forget();
            Meter meter = trial.meter();
            long sent = stamped.run(List.of(wire), trial.pace(), trial.seconds());
            meter.stop(DELIVERIES, sent);
            stamped.report();
        };
    }

    /** Many subscriptions, nine of ten with wildcards, and publishes over all of them. */
    static Load.Work wildcards(int usual) {
        return trial -> {
            int count = trial.scaled(usual);
            String root = trial.name("w");
            AtomicLong received = new AtomicLong();
            long before = ProcessMemory.of(trial.pid()).resident();
            Meter subscribing = trial.meter();
            for (Wire wire : subscribed(trial, root, count)) {
                trial.spawn(
                        "subscriber",
                        () -> {
                            while (true) {
                                received.addAndGet(wire.drain());
                            }
                        });
            }
            subscribing.stop();
            Figures figures = trial.figures();
            figures.add("subscribes", Unit.PER_SECOND, subscribing.perSecond(count));
            figures.add(
                    "resident, each subscription",
                    Unit.BYTES,
                    (ProcessMemory.of(trial.pid()).resident() - before) / (double) count);
            List<byte[]> writes = shuffled(root, count);
            Wire publisher = trial.dial();
            publishOver(trial, publisher, writes, received, trial.warmSeconds());
            Meter meter = trial.meter();
            long delivered = publishOver(trial, publisher, writes, received, trial.seconds());
            meter.stop(DELIVERIES, delivered);
        };
    }

    private static List<Wire> subscribed(Trial trial, String root, int count) throws IOException {
        List<Wire> wires = new ArrayList<>();
        for (int connection = 0; connection < WILD_CONNECTIONS; connection++) {
            Wire wire = trial.dial();
            StringBuilder lines = new StringBuilder();
            for (int i = connection; i < count; i += WILD_CONNECTIONS) {
                String last = i % 10 == 0 ? "x" : i % 10 == 1 ? ">" : "*";
                lines.append("SUB %s.%d.%s %d\r\n".formatted(root, i, last, i + 1));
            }
            wire.write(Wire.ascii(lines.toString()));
            wires.add(wire);
        }
        for (Wire wire : wires) {
            wire.sync();
        }
        return wires;
    }

    /** A message for each subscription, in a random order that is always the same. */
    private static List<byte[]> shuffled(String root, int count) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            order.add(i);
        }
        Collections.shuffle(order, new Random(7));
        List<byte[]> writes = new ArrayList<>();
        for (int from = 0; from + WILD_WRITE <= count; from += WILD_WRITE) {
            StringBuilder text = new StringBuilder();
            for (int i : order.subList(from, from + WILD_WRITE)) {
                text.append("PUB %s.%d.x 16\r\n0123456789abcdef\r\n".formatted(root, i));
            }
            writes.add(Wire.ascii(text.toString()));
        }
        return writes;
    }

    private static long publishOver(
            Trial trial, Wire wire, List<byte[]> writes, AtomicLong received, double seconds)
            throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long before = received.get();
        long sent = 0;
        for (int i = 0; System.nanoTime() < end; i = (i + 1) % writes.size()) {
            wire.write(writes.get(i));
            sent += WILD_WRITE;
            long bound = before + sent - WILD_UNREAD;
            trial.await("deliveries", () -> received.get() >= bound);
        }
        long all = before + sent;
        trial.await("deliveries", () -> received.get() >= all);
        return sent;
    }

    /** Requests at a fixed rate. */
    static Load.Work openRequests(double rate) {
        return trial -> {
            String subject = trial.name("ro");
            Responder.start(trial, subject);
            open(trial, rate, subject);
        };
    }

    /** Publishes with a reply at a fixed rate; the answers come in the order of the requests. */
    static void open(Trial trial, double rate, String subject) throws IOException {
        OpenRequests requests = new OpenRequests(trial, subject);
        requests.run(rate, trial.warmSeconds());
        requests.forget();
        Meter meter = trial.meter();
        long answered = requests.run(rate, trial.seconds());
        meter.stop(REQUESTS, answered);
        requests.report();
    }

    /**
     * Idle connections, what one more costs, and a request beside them. The first fifth is not
     * counted: it makes the server's code warm, which happens once.
     */
    static Load.Work idle(int usual, Login login) {
        return trial -> {
            int all = trial.scaled(usual);
            int first = all / 5;
            for (int i = 0; i < first; i++) {
                trial.dial(login);
            }
            int count = all - first;
            ProcessMemory before = ProcessMemory.settled(trial);
            Meter connecting = trial.meter();
            Histogram connects = OpenLoop.durations();
            for (int i = 0; i < count; i++) {
                long start = System.nanoTime();
                trial.dial(login);
                OpenLoop.record(connects, System.nanoTime() - start);
            }
            connecting.stop();
            ProcessMemory after = ProcessMemory.settled(trial);
            Figures figures = trial.figures();
            figures.add("connections", Unit.COUNT, all);
            figures.add(
                    "resident, each",
                    Unit.BYTES,
                    (after.resident() - before.resident()) / (double) count);
            figures.add(
                    "anonymous, each",
                    Unit.BYTES,
                    (after.anonymous() - before.anonymous()) / (double) count);
            figures.add("connects", Unit.PER_SECOND, connecting.perSecond(count));
            figures.add("CPU of a connect", Unit.NANOS, connecting.cpuPerMillion(count) * 1e3);
            figures.add("connect, p99", Unit.NANOS, connects.getValueAtPercentile(99));
            Trial.rest(trial.seconds() / 5);
            Meter idle = trial.meter();
            Trial.rest(trial.seconds());
            figures.add("CPU idle, each second", Unit.NANOS, idle.stop().cpuPerSecond());
            Wire asking = trial.dial(login);
            Histogram pings = OpenLoop.durations();
            for (int i = 0; i < 2_000; i++) {
                long start = System.nanoTime();
                asking.sync();
                OpenLoop.record(pings, System.nanoTime() - start);
            }
            figures.latencies("ping beside them, ", pings);
        };
    }
}
