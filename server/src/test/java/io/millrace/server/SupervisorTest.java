package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.net.LocalDatagrams;
import io.millrace.runtime.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a service manager is told, word by word, on a clock that the test moves. */
final class SupervisorTest {
    private static final long SECOND = 1_000_000_000;

    private final List<String> told = new ArrayList<>();
    private boolean full;
    private final OwnLoop loop = new OwnLoop(5 * SECOND);

    private final LocalDatagrams socket =
            new LocalDatagrams() {
                @Override
                public void send(byte[] message) throws IOException {
                    if (full) {
                        throw new IOException("nobody reads");
                    }
                    told.add(new String(message, StandardCharsets.UTF_8));
                }

                @Override
                public boolean offer(byte[] message) throws IOException {
                    if (!full) {
                        send(message);
                    }
                    return !full;
                }

                @Override
                public void close() {}
            };

    private Supervisor supervisor(long watchdogMicros) {
        return new Supervisor(socket, watchdogMicros, loop, Log.none());
    }

    @Test
    void aLongStartAsksForMoreTimeAndSaysHowFarItIs() {
        supervisor(0).starting("Recovering: 3 of 7 streams");
        assertThat(told)
                .containsExactly("EXTEND_TIMEOUT_USEC=60000000\nSTATUS=Recovering: 3 of 7 streams");
    }

    @Test
    void aReloadIsBetweenTwoWords() {
        Supervisor supervisor = supervisor(0);
        supervisor.reloading();
        supervisor.ready("Serving");
        assertThat(told)
                .containsExactly(
                        "RELOADING=1\nMONOTONIC_USEC=5000000\nSTATUS=Reloading the configuration",
                        "READY=1\nSTATUS=Serving");
    }

    @Test
    void theEndTakesAsLongAsLettingClientsGo() {
        supervisor(0).stopping("Lame duck", 120 * SECOND);
        assertThat(told)
                .containsExactly("STOPPING=1\nEXTEND_TIMEOUT_USEC=180000000\nSTATUS=Lame duck");
    }

    @Test
    void signsOfLifeComeTwiceInTheTimeAllowedFromTheLoopAlone() {
        supervisor(30_000_000).watch(loop);
        assertThat(told).containsExactly("WATCHDOG=1");
        loop.pass(14 * SECOND);
        assertThat(told).hasSize(1);
        loop.pass(SECOND);
        assertThat(told).containsExactly("WATCHDOG=1", "WATCHDOG=1");
        loop.pass(60 * SECOND); // a loop that hangs fires nothing, and makes up for nothing
        // afterwards
        assertThat(told).hasSize(3);
    }

    @Test
    void aManagerThatDoesNotReadDisturbsNothing() {
        full = true;
        Supervisor supervisor = supervisor(30_000_000);
        supervisor.watch(loop);
        supervisor.ready("Serving");
        supervisor.stopping("Stopping", 0);
        assertThat(told).isEmpty();
    }

    @Test
    void nobodyIsToldWhereNobodyIsNamed() {
        for (String address : new String[] {"", "relative", "vsock:2:1"}) {
            Supervisor supervisor =
                    Supervisor.of(
                            Map.of("NOTIFY_SOCKET", address, "WATCHDOG_USEC", "1000"),
                            1,
                            loop,
                            Log.none());
            supervisor.watch(loop);
            supervisor.ready("Serving");
            assertThat(loop.timers().size()).isZero();
        }
    }
}
