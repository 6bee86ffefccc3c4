package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class LameDuckTest {
    private static final long SECOND = SimulatedServer.SECOND;

    private final SimulatedServer world =
            new SimulatedServer(
                    options -> {
                        options.lameDuckDurationNanos = 50 * SECOND;
                        options.lameDuckGracePeriodNanos = 10 * SECOND;
                    });
    private final AtomicInteger ended = new AtomicInteger();

    private void enter() {
        world.server.enterLameDuck(ended::incrementAndGet);
        world.loop.settle();
    }

    @Test
    void withoutClientsThereIsNothingToWaitFor() {
        enter();
        assertThat(ended).hasValue(1);
        assertThat(world.loop.isListening()).isFalse();
    }

    @Test
    void clientsAreToldThenEndedOneByOne() {
        SimulatedPeer first = world.quietClient();
        SimulatedPeer second = world.quietClient();
        SimulatedPeer silent = world.client();
        SimulatedPeer fourth = world.quietClient();
        enter();
        assertThat(first.heard()).startsWith("INFO {").contains("\"ldm\":true");
        assertThat(silent.heard()).isEmpty();
        assertThat(world.loop.isListening()).isFalse();
        world.loop.advance(10 * SECOND - 1);
        assertThat(first.isClosed()).isFalse();
        world.loop.advance(1);
        assertThat(first.isClosed()).isTrue();
        assertThat(second.isClosed()).isFalse();
        world.loop.advance(10 * SECOND);
        assertThat(second.isClosed()).isTrue();
        assertThat(silent.isClosed()).isFalse();
        world.loop.advance(10 * SECOND);
        assertThat(silent.isClosed()).isTrue();
        assertThat(ended).hasValue(0);
        world.loop.advance(10 * SECOND);
        assertThat(fourth.isClosed()).isTrue();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.SERVER_SHUTDOWN);
        assertThat(ended).hasValue(1);
    }

    @Test
    void whenAllHaveLeftItIsOverAtOnce() {
        SimulatedPeer first = world.quietClient();
        SimulatedPeer second = world.quietClient();
        enter();
        first.leave();
        world.loop.settle();
        assertThat(ended).hasValue(0);
        second.leave();
        world.loop.settle();
        assertThat(ended).hasValue(1);
        world.loop.advance(100 * SECOND);
        assertThat(ended).hasValue(1);
    }

    @Test
    void whoLeavesBetweenTwoTurnsDoesNotHoldUpTheEnd() {
        SimulatedPeer first = world.quietClient();
        SimulatedPeer second = world.quietClient();
        enter();
        world.loop.advance(10 * SECOND);
        assertThat(first.isClosed()).isTrue();
        second.leave();
        world.loop.settle();
        assertThat(ended).hasValue(1);
    }

    @Test
    void enteringTwiceIsEnteringOnce() {
        world.quietClient();
        enter();
        enter();
        world.loop.advance(100 * SECOND);
        assertThat(ended).hasValue(1);
    }
}
