package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.net.LocalDatagrams;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Timers;
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
    private long now = 5 * SECOND;

    private final Clock clock =
            new Clock() {
                @Override
                public long nanoTime() {
                    return now;
                }

                @Override
                public long epochNanos() {
                    return now;
                }
            };

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

    private final Timers timers = new Timers(clock);

    /** A loop that is the test's own thread. */
    private final Loop loop =
            new Loop() {
                @Override
                public void execute(Runnable task) {
                    task.run();
                }

                @Override
                public Timers timers() {
                    return timers;
                }

                @Override
                public boolean isCurrent() {
                    return true;
                }
            };

    private Supervisor supervisor(long watchdogMicros) {
        return new Supervisor(socket, watchdogMicros, clock, Log.none());
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
        now += 14 * SECOND;
        timers.fireDue();
        assertThat(told).hasSize(1);
        now += SECOND;
        timers.fireDue();
        assertThat(told).containsExactly("WATCHDOG=1", "WATCHDOG=1");
        now += 60 * SECOND; // a loop that hangs fires nothing, and makes up for nothing afterwards
        timers.fireDue();
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
                            clock,
                            Log.none());
            supervisor.watch(loop);
            supervisor.ready("Serving");
            assertThat(timers.size()).isZero();
        }
    }
}
