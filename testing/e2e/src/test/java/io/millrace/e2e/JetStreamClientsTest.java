package io.millrace.e2e;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Streams, key-value and object stores, by the official clients of four languages. */
final class JetStreamClientsTest {
    @AutoClose private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.startStoring("jetstream: enabled\n");
    }

    static Stream<OfficialClient> clients() {
        return Clients.all();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void keepsStreamsAndConfirmsWhatIsPublished(OfficialClient client) {
        play(client, Scenario.STREAMS);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void deliversUntilItIsAcknowledged(OfficialClient client) {
        play(client, Scenario.CONSUMERS);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void readsThousandsInOrder(OfficialClient client) {
        play(client, Scenario.ORDERED);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void keepsValuesUnderKeys(OfficialClient client) {
        play(client, Scenario.KEYVALUE);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void keepsObjects(OfficialClient client) {
        play(client, Scenario.OBJECTS);
    }

    private static void play(OfficialClient client, Scenario scenario) {
        client.assumeInstalled();
        client.play(scenario, server.url(), Map.of());
    }
}
