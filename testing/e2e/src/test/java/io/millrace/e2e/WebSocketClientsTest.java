package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.e2e.OfficialClient.Play;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What applications do every day, over WebSocket: JavaScript as in a browser, Go and Java. */
final class WebSocketClientsTest {
    private static final String BLOCK = "websocket { listen: \"127.0.0.1:-1\", no_tls: true }\n";

    @AutoClose private static ServerProcess plain;
    @AutoClose private static ServerProcess compressing;
    @AutoClose private static ServerProcess asking;

    @BeforeAll
    static void start() {
        plain = ServerProcess.start(BLOCK);
        compressing = ServerProcess.start(BLOCK.replace("no_tls", "compression: true, no_tls"));
        asking =
                ServerProcess.start(
                        BLOCK
                                + """
                                authorization {
                                    users: [{user: "alice", password: "secret",
                                             allowed_connection_types: ["WEBSOCKET"]}]
                                }
                                """);
    }

    /** nats-py wants another library for it. */
    static Stream<OfficialClient> clients() {
        return Clients.all().filter(client -> !client.toString().equals("python"));
    }

    private static void play(OfficialClient client, Scenario scenario, ServerProcess server) {
        client.assumeInstalled();
        client.play(scenario, server.webSocketUrl(), Map.of());
    }

    @ParameterizedTest
    @MethodSource("clients")
    void publishesAndReceivesInOrder(OfficialClient client) {
        play(client, Scenario.PUBSUB, plain);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void publishesAndReceivesInOrderCompressed(OfficialClient client) {
        play(client, Scenario.PUBSUB, compressing);
    }

    @ParameterizedTest
    @EnumSource(names = {"QUEUE", "REQUEST", "HEADERS", "UNSUBSCRIBE", "NOECHO", "DRAIN"})
    void everythingElseIsAsOverTcp(Scenario scenario) {
        clients().forEach(client -> play(client, scenario, plain));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void logsInAsAUserForWebSocketsOnly(OfficialClient client) {
        client.assumeInstalled();
        client.play(
                Scenario.LOGIN, asking.webSocketUrl(), Map.of("user", "alice", "pass", "secret"));
    }

    /** A browser takes its authorities from the machine, and so does the client for JavaScript. */
    @ParameterizedTest
    @ValueSource(strings = {"java", "go"})
    void theServerProvesItself(String name) {
        Certificates certificates = Certificates.create();
        String tls = certificates.serverBlock().strip();
        OfficialClient client =
                clients().filter(each -> each.toString().equals(name)).findFirst().orElseThrow();
        client.assumeInstalled();
        try (ServerProcess own =
                ServerProcess.start("websocket { listen: \"127.0.0.1:-1\", " + tls + " }\n")) {
            client.play(
                    Scenario.LOGIN,
                    "wss://localhost:" + own.webSocketPort(),
                    certificates.trusting());
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void comesBackWithItsSubscriptionsWhenTheServerRestarts(OfficialClient client) {
        client.assumeInstalled();
        try (ServerProcess own = ServerProcess.start(BLOCK)) {
            own.configure(
                    "websocket { listen: \"127.0.0.1:%d\", no_tls: true }\n"
                            .formatted(own.webSocketPort()));
            Play play = client.start(Scenario.RECONNECT, own.webSocketUrl(), Map.of());
            play.awaitStep("restart");
            own.restart();
            play.proceed();
            play.finish();
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void hearsOfALameDuckWhichThenEnds(OfficialClient client) {
        client.assumeInstalled();
        try (ServerProcess own =
                ServerProcess.start(
                        BLOCK
                                + "lame_duck_grace_period: \"1s\"\n"
                                + "lame_duck_duration: \"30s\"\n")) {
            Play play = client.start(Scenario.LAMEDUCK, own.webSocketUrl(), Map.of());
            play.awaitStep("lameduck");
            own.signal("USR2");
            play.proceed();
            play.finish();
            assertThat(own.awaitExit()).as("exit code").isZero();
        }
    }
}
