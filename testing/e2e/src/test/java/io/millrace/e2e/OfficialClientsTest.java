package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.e2e.OfficialClient.Play;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What applications do every day, by the official clients of four languages. */
final class OfficialClientsTest {
    @AutoClose private static ServerProcess server;

    @BeforeAll
    static void start() {
        server = ServerProcess.start("");
    }

    static Stream<OfficialClient> clients() {
        return Clients.all();
    }

    @ParameterizedTest
    @MethodSource("clients")
    void publishesAndReceivesInOrder(OfficialClient client) {
        play(client, Scenario.PUBSUB);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void sharesWorkInAQueueGroup(OfficialClient client) {
        play(client, Scenario.QUEUE);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void asksAndIsAnsweredOrToldThatNobodyListens(OfficialClient client) {
        play(client, Scenario.REQUEST);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void carriesHeaders(OfficialClient client) {
        play(client, Scenario.HEADERS);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void endsASubscriptionAfterSoManyMessages(OfficialClient client) {
        play(client, Scenario.UNSUBSCRIBE);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void hearsNothingOfItsOwnWithoutEcho(OfficialClient client) {
        play(client, Scenario.NOECHO);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void drainsWithoutLosingAMessage(OfficialClient client) {
        play(client, Scenario.DRAIN);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void comesBackWithItsSubscriptionsWhenTheServerRestarts(OfficialClient client) {
        client.assumeInstalled();
        try (ServerProcess own = ServerProcess.start("")) {
            Play play = client.start(Scenario.RECONNECT, own.url(), Map.of());
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
                        "lame_duck_grace_period: \"1s\"\nlame_duck_duration: \"30s\"\n")) {
            Play play = client.start(Scenario.LAMEDUCK, own.url(), Map.of());
            play.awaitStep("lameduck");
            own.signal("USR2");
            play.proceed();
            play.finish();
            assertThat(own.awaitExit()).as("exit code").isZero();
        }
    }

    private static void play(OfficialClient client, Scenario scenario) {
        client.assumeInstalled();
        client.play(scenario, server.url(), Map.of());
    }
}
