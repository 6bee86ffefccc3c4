package io.millrace.bench;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/** Loads of key-value buckets, on files. */
final class KeyValueLoads {
    private static final int KEYS = 10_000;
    private static final int SIZE = 64;
    private static final int WATCHING_CONNECTIONS = 10;
    private static final String BUCKET =
            ",\"storage\":\"file\",\"max_msgs_per_subject\":1,\"allow_direct\":true,"
                    + "\"allow_rollup_hdrs\":true,\"deny_delete\":true,\"discard\":\"new\"";

    private KeyValueLoads() {}

    private static String bucket(Api api, String name) throws IOException {
        api.stream("KV_" + name, "$KV." + name + ".>", BUCKET);
        return name;
    }

    private static Template put(String bucket, String inbox) {
        return Template.publish(
                "$KV." + bucket + ".key" + Template.KEY,
                inbox,
                Template.filler(SIZE),
                number -> scattered(number, KEYS));
    }

    /** A key for a number, so that neighbours are apart. */
    private static long scattered(long number, int keys) {
        return number * 7_919 % keys;
    }

    /** Sixteen writers, each waiting for its ack. */
    static Load.Work put() {
        return trial -> {
            String bucket = bucket(new Api(trial), trial.name("PUT"));
            try (ClosedLoop loop = new ClosedLoop(trial, 16, 1, inbox -> put(bucket, inbox))) {
                loop.run(trial.warmSeconds());
                Meter meter = trial.meter();
                long acked = loop.run(trial.seconds());
                meter.stop("puts", acked);
                loop.mustBeAccepted();
                trial.figures().latencies("", loop.latencies());
            }
        };
    }

    /** Four readers with sixteen gets outstanding each. */
    static Load.Work get() {
        return trial -> {
            String bucket = bucket(new Api(trial), trial.name("GET"));
            try (ClosedLoop filling =
                    new ClosedLoop(trial, 1, 1_000, inbox -> put(bucket, inbox))) {
                filling.send(KEYS);
                filling.mustBeAccepted();
            }
            String subject =
                    "$JS.API.DIRECT.GET.KV_%s.$KV.%s.key%s".formatted(bucket, bucket, Template.KEY);
            try (ClosedLoop loop =
                    new ClosedLoop(
                            trial,
                            4,
                            16,
                            inbox ->
                                    Template.publish(
                                            subject,
                                            inbox,
                                            "",
                                            number -> scattered(number, KEYS)))) {
                loop.run(trial.warmSeconds());
                Meter meter = trial.meter();
                long answered = loop.run(trial.seconds());
                meter.stop("gets", answered);
                loop.mustBeAccepted();
                trial.figures().latencies("", loop.latencies());
            }
        };
    }

    /** Watchers of a whole bucket; a put, and when all of them have it, the next. */
    static Load.Work watch(int usual) {
        return trial -> {
            int count = trial.scaled(usual);
            Api api = new Api(trial);
            String bucket = bucket(api, trial.name("WATCH"));
            long before = ProcessMemory.of(trial.pid()).resident();
            Meter watching = trial.meter();
            AtomicLong received = new AtomicLong();
            for (int i = 0; i < WATCHING_CONNECTIONS; i++) {
                watchers(trial, api, bucket, i, count / WATCHING_CONNECTIONS, received);
            }
            watching.stop();
            int all = count / WATCHING_CONNECTIONS * WATCHING_CONNECTIONS;
            Figures figures = trial.figures();
            figures.add("watchers", Unit.COUNT, all);
            figures.add("watchers made", Unit.PER_SECOND, watching.perSecond(all));
            figures.add(
                    "resident, each watcher",
                    Unit.BYTES,
                    (ProcessMemory.of(trial.pid()).resident() - before) / (double) all);
            try (ClosedLoop loop = new ClosedLoop(trial, 1, 1, inbox -> put(bucket, inbox))) {
                puts(trial, loop, received, all, trial.warmSeconds());
                Histogram latencies = OpenLoop.durations();
                Meter meter = trial.meter();
                long end = System.nanoTime() + (long) (trial.seconds() * 1e9);
                long puts = 0;
                while (System.nanoTime() < end) {
                    long start = System.nanoTime();
                    puts += puts(trial, loop, received, all, 0);
                    OpenLoop.record(latencies, System.nanoTime() - start);
                }
                meter.stop("deliveries", puts * all);
                figures.latencies("put until all have it, ", latencies);
            }
        };
    }

    /** At least one put. */
    private static long puts(
            Trial trial, ClosedLoop loop, AtomicLong received, int watchers, double seconds)
            throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long puts = 0;
        do {
            long expected = received.get() + watchers;
            loop.send(1);
            loop.mustBeAccepted();
            trial.await("the watchers", () -> received.get() >= expected);
            puts++;
        } while (System.nanoTime() < end);
        return puts;
    }

    /** One connection with its share of the watchers, as clients make them. */
    private static void watchers(
            Trial trial, Api api, String bucket, int index, int count, AtomicLong received)
            throws IOException {
        Wire wire = trial.dial();
        String root = trial.inbox();
        StringBuilder subscriptions = new StringBuilder();
        for (int i = 0; i < count; i++) {
            subscriptions.append("SUB %s.%d %d\r\n".formatted(root, i, i + 1));
        }
        wire.write(Wire.ascii(subscriptions.toString()));
        wire.sync();
        trial.spawn("watchers", () -> read(wire, received));
        for (int i = 0; i < count; i++) {
            api.consumer(
                    "KV_" + bucket,
                    trial.name("w" + index + "x" + i),
                    (",\"deliver_subject\":\"%s.%d\",\"deliver_policy\":\"last_per_subject\","
                                    + "\"ack_policy\":\"none\",\"max_deliver\":1,"
                                    + "\"flow_control\":true,\"idle_heartbeat\":5000000000,"
                                    + "\"mem_storage\":true,\"num_replicas\":1,"
                                    + "\"inactive_threshold\":300000000000,"
                                    + "\"filter_subject\":\"$KV.%s.>\"")
                            .formatted(root, i, bucket));
        }
    }

    /** Counts messages; heartbeats are none, and a question whether we keep up is answered. */
    private static void read(Wire wire, AtomicLong received) throws IOException {
        byte[] reply = new byte[1024];
        while (true) {
            long count = 0;
            while (wire.poll()) {
                if (wire.status() == 0) {
                    count++;
                } else if (wire.hasReply()) {
                    int length = wire.copyReply(reply, 0);
                    wire.write(Wire.ascii("PUB "));
                    wire.write(reply, 0, length);
                    wire.write(Wire.ascii(" 0\r\n\r\n"));
                }
            }
            received.addAndGet(count);
            wire.fill();
        }
    }
}
