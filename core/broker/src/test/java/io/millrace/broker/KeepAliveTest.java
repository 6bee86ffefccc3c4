package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.AuthOptions;
import io.millrace.testkit.SimulatedPeer;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeepAliveTest {
    private static final long SECOND = SimulatedServer.SECOND;
    private static final long INTERVAL = 120 * SECOND;

    private final SimulatedServer world = new SimulatedServer();

    private static SimulatedServer withPassword() {
        return new SimulatedServer(
                options ->
                        options.auth =
                                new AuthOptions(
                                        "u", "p", null, 2 * SECOND, List.of(), null, null, true));
    }

    @Test
    void theFirstPingComesAfterTwoSecondsAndABit() {
        SimulatedPeer client = world.quietClient();
        assertThat(world.hearAfter(client, 2 * SECOND - 1)).isEmpty();
        assertThat(world.hearAfter(client, SECOND / 2)).isEqualTo("PING\r\n");
    }

    @Test
    void whatAConnectTookIsTheRoundTripUntilAPingHasTold() {
        SimulatedPeer client = world.client();
        world.loop.advance(SECOND);
        world.say(client, SimulatedServer.QUIET);
        assertThat(roundTripNanos()).isEqualTo(SECOND);
        world.hearAfter(client, 3 * SECOND);
        world.say(client, "PONG\r\n");
        assertThat(roundTripNanos()).isPositive().isNotEqualTo(SECOND);
    }

    private long roundTripNanos() {
        return world.server.connectionInfos(false).getFirst().roundTripNanos();
    }

    @Test
    void whoNeverAnswersIsStaleAfterTheSecondPing() {
        SimulatedPeer client = world.quietClient();
        assertThat(world.hearAfter(client, 3 * SECOND)).isEqualTo("PING\r\n");
        assertThat(world.hearAfter(client, INTERVAL)).isEqualTo("PING\r\n");
        assertThat(client.isClosed()).isFalse();
        assertThat(world.hearAfter(client, INTERVAL)).isEqualTo("-ERR 'Stale Connection'\r\n");
        assertThat(client.isClosed()).isTrue();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.STALE_CONNECTION);
        assertThat(world.server.statistics().staleConnections()).isEqualTo(1);
    }

    @Test
    void whoAnswersIsAskedOnceInAnInterval() {
        SimulatedPeer client = world.quietClient();
        assertThat(world.hearAfter(client, 3 * SECOND)).isEqualTo("PING\r\n");
        world.say(client, "PONG\r\n");
        for (int i = 0; i < 5; i++) {
            assertThat(world.hearAfter(client, INTERVAL)).isEqualTo("PING\r\n");
            world.say(client, "PONG\r\n");
        }
        assertThat(client.isClosed()).isFalse();
    }

    @Test
    void whoIsHeardAnywayIsNotAsked() {
        SimulatedPeer client = world.quietClient();
        assertThat(world.hearAfter(client, 3 * SECOND)).isEqualTo("PING\r\n");
        world.say(client, "PONG\r\n");
        for (int i = 0; i < 10; i++) {
            assertThat(world.hearAfter(client, INTERVAL / 2)).isEmpty();
            world.say(client, "PUB nowhere 0\r\n\r\n");
        }
        assertThat(world.hearAfter(client, INTERVAL)).isEqualTo("PING\r\n");
    }

    @Test
    void roundTripTimeIsMeasured() {
        SimulatedPeer client = world.quietClient();
        while (world.hearAfter(client, SECOND / 100).isEmpty()) {
            assertThat(client.isClosed()).isFalse();
        }
        world.loop.advance(SECOND / 2);
        world.say(client, "PONG\r\n");
        assertThat(world.server.connectionInfos(0, 1, false).getFirst().roundTripNanos())
                .isBetween(SECOND / 2, SECOND / 2 + SECOND / 100);
    }

    @Test
    void anIdleServerHasOneAppointmentForEachClient() {
        int before = world.loop.timers().size();
        world.quietClient();
        world.quietClient();
        assertThat(world.loop.timers().size()).isEqualTo(before + 2);
    }

    @Test
    void whoDoesNotLogInIsEnded() {
        SimulatedServer guarded = withPassword();
        SimulatedPeer client = guarded.client();
        assertThat(guarded.hearAfter(client, 2 * SECOND - 1)).isEmpty();
        assertThat(guarded.hearAfter(client, 1)).isEqualTo("-ERR 'Authentication Timeout'\r\n");
        assertThat(client.isClosed()).isTrue();
        assertThat(guarded.lastEnd()).isEqualTo(ClosedReason.AUTHENTICATION_TIMEOUT);
    }

    @Test
    void whoLogsInHasTime() {
        SimulatedServer guarded = withPassword();
        SimulatedPeer client = guarded.client();
        String answer =
                guarded.say(
                        client,
                        "CONNECT {\"verbose\":false,\"user\":\"u\",\"pass\":\"p\"}\r\nPING\r\n");
        assertThat(answer).isEqualTo("PONG\r\n");
        assertThat(guarded.hearAfter(client, 2 * SECOND - 1)).isEmpty();
        assertThat(guarded.hearAfter(client, SECOND)).isEqualTo("PING\r\n");
    }

    @Test
    void whoLogsInWronglyIsEndedAtOnce() {
        SimulatedServer guarded = withPassword();
        SimulatedPeer client = guarded.client();
        assertThat(guarded.say(client, "CONNECT {\"user\":\"u\",\"pass\":\"x\"}\r\nPING\r\n"))
                .isEqualTo("-ERR 'Authorization Violation'\r\n");
        assertThat(client.isClosed()).isTrue();
        assertThat(guarded.lastEnd()).isEqualTo(ClosedReason.AUTHENTICATION_FAILURE);
        SimulatedPeer silent = guarded.client();
        assertThat(guarded.say(silent, "SUB foo 1\r\n"))
                .isEqualTo("-ERR 'Authorization Violation'\r\n");
    }

    @Test
    void anEndedClientLeavesNoAppointment() {
        int before = world.loop.timers().size();
        SimulatedPeer client = world.quietClient();
        client.leave();
        world.loop.settle();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.CLIENT_CLOSED);
        assertThat(world.loop.timers().size()).isEqualTo(before);
    }
}
