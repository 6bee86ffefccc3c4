package io.millrace.bench;

import java.util.List;

/** Every load there is. */
final class Loads {
    private static final double KIB = 1024;
    private static final double MIB = 1024 * KIB;
    private static final String CPU = Figures.CPU;

    private static final Stage LISTED = Stage.CORE.with(Permissions.CONFIG);
    private static final Stage TLS =
            Stage.CORE.with(
                    """
                    allow_non_tls: true
                    tls { cert_file: "{folder}/cert.pem", key_file: "{folder}/key.pem" }
                    """);

    static final List<Load> ALL =
            List.of(
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
                            CoreLoads.openRequests(10_000)),
                    Load.of(
                                    "unbatched500",
                                    "500 connections that send one message a write: 60,000 a second"
                                            + " (open loop), then as many as go",
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
                            .aiming(Target.ratioAtMost("p99.9", 1).onHalfCore()),
                    Load.of(
                                    "idle-conns",
                                    "10,000 idle connections",
                                    Stage.CORE.everyTime(),
                                    CoreLoads.idle(10_000, Login.NONE))
                            .aiming(Target.atMost("resident, each", 2 * KIB)),
                    Load.of(
                                    "idle-tls",
                                    "2,000 idle connections with TLS",
                                    TLS.everyTime(),
                                    CoreLoads.idle(2_000, Login.TLS))
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

    private Loads() {}

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
