package io.millrace.bench;

import java.util.List;
import java.util.stream.Stream;

/** Every load there is. */
final class Loads {
    private static final double KIB = 1024;
    private static final double MIB = 1024 * KIB;
    private static final String CPU = Figures.CPU;

    private static final Stage LISTED = Stage.CORE.with(Permissions.CONFIG);
    private static final String MONITORED = "http: \"127.0.0.1:{monitor}\"\n";

    private static final Stage TLS =
            Stage.CORE.with(
                    """
                    allow_non_tls: true
                    tls { cert_file: "{folder}/cert.pem", key_file: "{folder}/key.pem" }
                    """);

    /** By default a stream may have 1,000. */
    private static final Stage MANY_CONSUMERS =
            Stage.CORE.with(
                    """
                    jetstream {
                      store_dir: "{folder}/store"
                      limits { default_max_consumers: 100000 }
                    }
                    """);

    /** All of them, in the order of the table. */
    static final List<Load> ALL =
            Stream.of(core(), varied(), publishing(), reading(), scale(), watched())
                    .flatMap(List::stream)
                    .toList();

    private Loads() {}

    private static List<Load> core() {
        return List.of(
                Load.of(
                                "pub128",
                                "one connection publishes 128 bytes that nobody wants",
                                Stage.CORE,
                                CoreLoads.publish(128))
                        .aiming(Target.ratioAtMost(CPU, 0.4)),
                Load.of(
                                "1to1",
                                "a publisher and a subscriber, 128 bytes",
                                Stage.CORE,
                                CoreLoads.fan(1, 1, 128))
                        .aiming(
                                Target.ratioAtMost(CPU, 0.4),
                                Target.ratioAtLeast("deliveries", 2).onHalfCore()),
                Load.of(
                                "1to4",
                                "a publisher and four subscribers, 128 bytes",
                                Stage.CORE,
                                CoreLoads.fan(1, 4, 128))
                        .aiming(Target.ratioAtMost(CPU, 0.4)),
                Load.of(
                                "4to4",
                                "four publishers and four subscribers, 128 bytes",
                                Stage.CORE,
                                CoreLoads.fan(4, 4, 128))
                        .aiming(Target.ratioAtMost(CPU, 0.4)),
                Load.of(
                                "rr1",
                                "a requester that waits for each answer (closed loop)",
                                Stage.CORE,
                                CoreLoads.requests(1))
                        .aiming(Target.ratioAtMost(CPU, 0.7), Target.ratioAtMost("p50", 1.1)),
                Load.of(
                                "rr16",
                                "sixteen requesters that wait for each answer (closed loop)",
                                Stage.CORE,
                                CoreLoads.requests(16))
                        .aiming(Target.ratioAtMost(CPU, 0.65)),
                Load.of(
                        "rr-open10k",
                        "10,000 requests a second (open loop)",
                        Stage.CORE,
                        CoreLoads.openRequests(10_000)));
    }

    private static List<Load> varied() {
        return List.of(
                Load.of(
                                "unbatched500",
                                "500 connections that send one message a write: 60,000 a second"
                                        + " (open loop), then as many as go with 64 of each on their way",
                                Stage.CORE,
                                CoreLoads.unbatched(500))
                        .aiming(
                                Target.ratioAtMost(CPU + " at 60k/s", 0.6),
                                Target.atLeast("deliveries", 200_000).onHalfCore()),
                Load.of(
                                "wild100k",
                                "100,000 subscriptions, 90 % with wildcards, publishes over all",
                                Stage.CORE,
                                CoreLoads.wildcards(100_000))
                        .aiming(Target.ratioAtMost(CPU, 0.6)),
                Load.of(
                                "permissions",
                                "one to one without and with lists of permissions",
                                LISTED,
                                CoreLoads.beside(
                                        Permissions.SUBJECT,
                                        Login.NONE,
                                        Login.as(Permissions.USER),
                                        "listed"))
                        .aiming(Target.atMost("listed over plain, CPU", 1.1)),
                Load.of(
                        "payload16k",
                        "a publisher and a subscriber, 16 KB",
                        Stage.CORE,
                        CoreLoads.fan(1, 1, 16 * 1024)),
                Load.of(
                        "payload1m",
                        "a publisher and a subscriber, 1 MB",
                        Stage.CORE,
                        CoreLoads.fan(1, 1, 1024 * 1024)),
                Load.of(
                        "tls-1to1",
                        "one to one without and with TLS",
                        TLS,
                        CoreLoads.beside("tls.", Login.NONE, Login.TLS, "TLS")),
                Load.of(
                                "steady50",
                                "one to one at half of what the slower can do (open loop)",
                                Stage.CORE,
                                CoreLoads.steady())
                        .lasting(60)
                        .pacedBy("1to1")
                        .aiming(Target.ratioAtMost("p99.9", 1).onHalfCore()));
    }

    private static List<Load> publishing() {
        return List.of(
                Load.of(
                        "sync1",
                        "a publisher that waits for each ack, files (closed loop)",
                        Stage.STREAMS,
                        StreamLoads.publish(1, 1)),
                Load.of(
                        "sync64",
                        "64 publishers that wait for each ack, files (closed loop)",
                        Stage.STREAMS,
                        StreamLoads.publish(64, 1)),
                Load.of(
                                "async1000",
                                "a publisher with 1,000 messages in flight, files",
                                Stage.STREAMS,
                                StreamLoads.publish(1, 1_000))
                        .aiming(
                                Target.ratioAtLeast("acks", 1.5),
                                Target.atLeast("acks", 200_000).onHalfCore()),
                Load.of(
                                "sync1-always",
                                "sync1 with sync_interval: always, as Millrace always does",
                                Stage.SYNCED,
                                StreamLoads.publish(1, 1))
                        .aiming(Target.ratioAtLeast("acks", 1)),
                Load.of(
                                "sync64-always",
                                "sync64 with sync_interval: always",
                                Stage.SYNCED,
                                StreamLoads.publish(64, 1))
                        .aiming(Target.ratioAtLeast("acks", 12)),
                Load.of(
                                "async1000-always",
                                "async1000 with sync_interval: always",
                                Stage.SYNCED,
                                StreamLoads.publish(1, 1_000))
                        .aiming(Target.ratioAtLeast("acks", 100)),
                Load.of(
                        "js-open1k",
                        "1,000 publishes with ack a second, files (open loop)",
                        Stage.STREAMS,
                        StreamLoads.openPublish(1_000)));
    }

    private static List<Load> reading() {
        return List.of(
                Load.of(
                                "consume-ack",
                                "pull 500 a batch, acknowledge each",
                                Stage.STREAMS,
                                StreamLoads.consume(true))
                        .aiming(
                                Target.ratioAtMost(CPU, 0.6),
                                Target.ratioAtLeast("messages", 1).onHalfCore()),
                Load.of(
                        "consume",
                        "pull 500 a batch, no acks",
                        Stage.STREAMS,
                        StreamLoads.consume(false)),
                Load.of(
                                "kv-put",
                                "sixteen writers that wait for each ack (closed loop)",
                                Stage.STREAMS,
                                KeyValueLoads.put())
                        .aiming(Target.ratioAtMost(CPU, 0.6)),
                Load.of(
                                "kv-get",
                                "four readers with sixteen gets in flight (closed loop)",
                                Stage.STREAMS,
                                KeyValueLoads.get())
                        .aiming(Target.ratioAtMost(CPU, 0.6)),
                Load.of(
                        "kv-watch10k",
                        "10,000 watchers of a bucket: a put, and when all have it, the next",
                        MANY_CONSUMERS,
                        KeyValueLoads.watch(10_000)),
                Load.of(
                                "filtered-pull-1m",
                                "1,000 of 1 M subjects by a new consumer, again and again",
                                Stage.STREAMS,
                                StreamLoads.filteredPull())
                        .aiming(Target.ratioAtLeast("messages", 2)),
                Load.of(
                                "last-per-subject-1m",
                                "the last message of each of 1 M subjects, by direct get in"
                                        + " thousands and by a consumer",
                                Stage.STREAMS,
                                StreamLoads.lastPerSubject())
                        .aiming(
                                Target.ratioAtLeast("by direct get", 2),
                                Target.ratioAtLeast("by consumer", 2)),
                Load.of(
                                "memstore512",
                                "a memory store of 512 MB in a cgroup of 512 MB, filled and"
                                        + " published to on",
                                Stage.CORE
                                        .with(
                                                "jetstream { store_dir: \"{folder}/store\","
                                                        + " max_memory_store: 512MB }\n")
                                        .everyTime()
                                        .within(Cgroup.SMALL_MEMORY),
                                StreamLoads.memoryStore())
                        .lasting(10)
                        .aiming(
                                Target.atMost("killed for memory", 0),
                                Target.atMost("killed for memory", 0).onHalfCore()));
    }

    private static List<Load> scale() {
        return List.of(
                Load.of(
                        "idle-streams-10k",
                        "10,000 streams that nobody uses, files",
                        Stage.STREAMS.everyTime(),
                        ScaleLoads.streams(10_000)),
                Load.of(
                        "consumers-20k",
                        "20,000 consumers of a stream, and publishes that none of them wants",
                        MANY_CONSUMERS.everyTime(),
                        ScaleLoads.consumers(20_000)),
                Load.of(
                                "subjects-1m",
                                "memory from 100,000 subjects of a stream to 1 M",
                                Stage.STREAMS.everyTime(),
                                ScaleLoads.subjects(100_000, 1_000_000))
                        .aiming(Target.ratioAtMost("resident, grown by", 0.3)),
                Load.of(
                                "reopen-1m",
                                "start on a store with 1 M messages whose server was killed",
                                Stage.STREAMS.thenKilled(),
                                ScaleLoads.messagesLeft(1_000_000))
                        .aiming(Target.atMost("longer than that", 300e6)),
                Load.of(
                                "reopen-1k-streams",
                                "the same with 1,000 streams, a consumer and ten messages each",
                                Stage.STREAMS.thenKilled(),
                                ScaleLoads.streamsLeft(1_000))
                        .aiming(Target.atMost("longer than that", 300e6)),
                Load.of(
                                "idle-conns",
                                "10,000 idle connections",
                                Stage.CORE.everyTime(),
                                CoreLoads.idle(10_000, Login.NONE))
                        .aiming(Target.atMost("resident, each", 2 * KIB)),
                Load.of(
                                "idle-tls",
                                "5,000 idle connections with TLS",
                                TLS.everyTime(),
                                CoreLoads.idle(5_000, Login.TLS))
                        .aiming(Target.atMost("resident, each", 7 * KIB)),
                Load.of(
                                "start",
                                "exec to the first PONG, and at rest then",
                                Stage.CORE.everyTime(),
                                Loads::rest)
                        .aiming(
                                Target.atMost("start to first PONG", 150e6),
                                Target.atMost("start to first PONG", 300e6).onHalfCore()),
                Load.of(
                                "start-js",
                                "the same with JetStream and an empty store",
                                Stage.STREAMS.everyTime(),
                                Loads::rest)
                        .aiming(
                                Target.atMost("start to first PONG", 150e6),
                                Target.atMost("start to first PONG", 300e6).onHalfCore(),
                                Target.atMost(Figures.RESIDENT, 64 * MIB),
                                Target.atMost(Figures.ANONYMOUS, 30 * MIB)));
    }

    private static List<Load> watched() {
        return List.of(
                Load.of(
                                "watched-1to1",
                                "one to one without and with a scrape each second and an open"
                                        + " dashboard",
                                Stage.CORE.with(MONITORED),
                                WatchedLoads.fan())
                        .lasting(20)
                        .aiming(Target.atMost(WatchedLoads.CPU, 1.02)),
                Load.of(
                                "watched-async1000",
                                "the same with 1,000 messages in flight to a stream at its limit",
                                Stage.STREAMS.with(MONITORED),
                                WatchedLoads.publish(1_000))
                        .lasting(20)
                        .aiming(Target.atMost(WatchedLoads.CPU, 1.02)),
                Load.of(
                                "watched-idle",
                                "a server with JetStream that has worked and is only looked at",
                                Stage.STREAMS.with(MONITORED).everyTime(),
                                WatchedLoads.idle())
                        .lasting(60)
                        .aiming(Target.atMost(WatchedLoads.GROWN, 3 * MIB)));
    }

    static Load named(String name) {
        return ALL.stream()
                .filter(load -> load.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no load " + name));
    }

    private static void rest(Trial trial) {
        Trial.rest(Math.min(1, trial.seconds()));
        Meter idle = trial.meter();
        Trial.rest(trial.seconds());
        trial.figures().add("CPU idle, each second", Unit.NANOS, idle.stop().cpuPerSecond());
    }
}
