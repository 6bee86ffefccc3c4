package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import org.junit.jupiter.api.Test;

final class SlowReaderTest {
    private static final long SECOND = SimulatedServer.SECOND;
    private static final long MILLI = SimulatedServer.MILLI;
    private static final int MAX_PENDING = 100_000;
    private static final String KILOBYTE = "x".repeat(1_000);

    private static SimulatedServer world(long maxPending, boolean noStall) {
        return new SimulatedServer(
                options ->
                        options.limits =
                                SimulatedServer.limits(1 << 20, maxPending, SECOND, noStall));
    }

    private static String publication(String body) {
        return "PUB a " + body.length() + "\r\n" + body + "\r\n";
    }

    private static String message(String body) {
        return "MSG a 1 " + body.length() + "\r\n" + body + "\r\n";
    }

    private static SimulatedPeer reader(SimulatedServer world) {
        SimulatedPeer reader = world.quietClient();
        world.say(reader, "SUB a 1\r\n");
        return reader;
    }

    @Test
    void whoTakesNothingIsEndedAfterTheWriteDeadline() {
        SimulatedServer world = world(1 << 20, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        reader.takeOnly(4);
        world.say(publisher, publication("hello"));
        assertThat(world.hearAfter(reader, SECOND - 1)).isEqualTo("MSG ");
        assertThat(reader.isClosed()).isFalse();
        world.loop.advance(1);
        assertThat(reader.isClosed()).isTrue();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.SLOW_CONSUMER_WRITE_DEADLINE);
        assertThat(world.logged.getLast())
                .endsWith(
                        "Slow Consumer Detected: WriteDeadline of 1s exceeded with 1 chunks of "
                                + (message("hello").length() - 4)
                                + " total bytes.");
        assertThat(world.server.statistics().slowConsumers()).isEqualTo(1);
        assertThat(world.server.accounts().global().slowConsumers()).isEqualTo(1);
    }

    @Test
    void whoTakesALittleInTimeStays() {
        SimulatedServer world = world(1 << 20, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        reader.takeOnly(1);
        world.say(publisher, publication("hello"));
        StringBuilder heard = new StringBuilder(reader.heard());
        while (heard.length() < message("hello").length()) {
            heard.append(world.hearAfter(reader, SECOND - 1));
            assertThat(reader.isClosed()).isFalse();
            reader.takeOnly(1);
            world.loop.settle();
            heard.append(reader.heard());
        }
        reader.takeEverything();
        // the server's own PING waited behind the message
        assertThat(world.hearAfter(reader, SECOND)).isIn("", "PING\r\n");
        assertThat(heard.toString()).isEqualTo(message("hello"));
        assertThat(reader.isClosed()).isFalse();
    }

    @Test
    void muchInOneTurnReachesAReaderThatStoppedInTheMiddle() {
        SimulatedServer world = world(1 << 20, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        String body = "y".repeat(200_000);
        reader.takeOnly(10_000);
        world.say(publisher, publication(body));
        reader.takeEverything();
        world.loop.settle();
        assertThat(reader.heard()).isEqualTo(message(body));
    }

    @Test
    void muchInOneTurnStartsTheWriteDeadline() {
        SimulatedServer world = world(1 << 20, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        reader.takeOnly(10_000);
        world.say(publisher, publication("y".repeat(200_000)));
        world.loop.advance(SECOND);
        assertThat(reader.isClosed()).isTrue();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.SLOW_CONSUMER_WRITE_DEADLINE);
    }

    @Test
    void whoIsTooFarBehindIsEndedAndNobodyElseSuffers() {
        SimulatedServer world = world(MAX_PENDING, true);
        SimulatedPeer slow = reader(world);
        SimulatedPeer fast = reader(world);
        SimulatedPeer publisher = world.quietClient();
        slow.takeOnly(0);
        world.say(publisher, publication(KILOBYTE).repeat(200));
        assertThat(slow.isClosed()).isTrue();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.SLOW_CONSUMER_PENDING_BYTES);
        assertThat(world.logged.getLast())
                .endsWith("Slow Consumer Detected: MaxPending of 100000 Exceeded");
        assertThat(fast.heard()).isEqualTo(message(KILOBYTE).repeat(200));
        assertThat(world.server.accounts().global().subscriptions()).isEqualTo(1);
        assertThat(world.server.statistics().stalledClients()).isZero();
    }

    @Test
    void aTurnMayBringMoreThanMaxPendingToWhoTakesIt() {
        SimulatedServer world = world(MAX_PENDING, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        world.say(publisher, publication(KILOBYTE).repeat(1_000));
        assertThat(reader.heard()).isEqualTo(message(KILOBYTE).repeat(1_000));
        assertThat(world.server.statistics().stalledClients()).isZero();
    }

    @Test
    void theLastClientMayBeEndedInTheMiddleOfItsOwnDelivery() {
        SimulatedServer world = world(MAX_PENDING, true);
        SimulatedPeer alone = world.quietClient();
        world.say(alone, "SUB a q 1\r\nSUB a q 2\r\nSUB a q 3\r\n");
        alone.takeOnly(0);
        world.say(alone, publication(KILOBYTE).repeat(200));
        assertThat(alone.isClosed()).isTrue();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.SLOW_CONSUMER_PENDING_BYTES);
        assertThat(world.server.connectionCount()).isZero();
    }

    @Test
    void aProducerHoldsBackWhileItsReaderIsFarBehind() {
        SimulatedServer world = world(MAX_PENDING, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        reader.takeOnly(0);
        world.say(publisher, publication(KILOBYTE));
        world.say(publisher, publication(KILOBYTE).repeat(100));
        assertThat(world.server.statistics().stalledClients()).isEqualTo(1);
        long read = world.server.traffic().inMessages();
        assertThat(read).isBetween(74L, 76L);
        world.loop.advance(5 * MILLI - 1);
        assertThat(world.server.traffic().inMessages()).isEqualTo(read);
        world.loop.advance(1);
        assertThat(world.server.traffic().inMessages()).isEqualTo(read + 1);
        assertThat(world.server.statistics().stalledClients()).isEqualTo(2);
        reader.takeEverything();
        world.loop.advance(5 * MILLI);
        assertThat(reader.heard()).isEqualTo(message(KILOBYTE).repeat(101));
        assertThat(reader.isClosed()).isFalse();
    }

    @Test
    void aStalledProducerThatLeavesIsGone() {
        SimulatedServer world = world(MAX_PENDING, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        reader.takeOnly(0);
        world.say(publisher, publication(KILOBYTE));
        world.say(publisher, publication(KILOBYTE).repeat(100));
        publisher.leave();
        reader.takeEverything();
        world.loop.advance(5 * MILLI);
        assertThat(reader.heard()).isEqualTo(message(KILOBYTE).repeat(101));
        assertThat(world.server.connectionCount()).isEqualTo(1);
    }

    @Test
    void aReaderWhoseConnectionBreaksIsEnded() {
        SimulatedServer world = world(MAX_PENDING, false);
        SimulatedPeer reader = reader(world);
        SimulatedPeer publisher = world.quietClient();
        reader.breakDown();
        assertThat(world.say(publisher, publication(KILOBYTE) + "PING\r\n")).isEqualTo("PONG\r\n");
        assertThat(reader.isClosed()).isTrue();
        assertThat(world.server.connectionCount()).isEqualTo(1);
    }
}
