package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server tells the service manager that has started it, over a real datagram socket. */
final class ServiceManagerTest {
    /** Binds to its first argument and writes what comes into the second, a datagram a line. */
    private static final String READER =
            """
            import socket, sys, time
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            name = sys.argv[1]
            s.bind('\\0' + name[1:] if name[0] == '@' else name)
            with open(sys.argv[2], 'w') as out:
                out.write('BOUND\\n')
                out.flush()
                while True:
                    line = s.recv(65536).decode().replace('\\n', ' ')
                    now = int(time.clock_gettime(time.CLOCK_MONOTONIC) * 1e6)
                    out.write('%s NOW=%d\\n' % (line, now))
                    out.flush()
            """;

    private final String address = "@millrace-e2e-" + ProcessHandle.current().pid();
    private final Path heard = Repository.newFolder("service-manager").resolve("heard");
    private Process reader;

    @BeforeEach
    void listen() throws IOException {
        Path python = Path.of("/usr/bin/python3");
        Assumptions.assumeTrue(Files.isExecutable(python), "there is no " + python);
        reader =
                new ProcessBuilder(python.toString(), "-c", READER, address, heard.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        awaitLine("BOUND");
    }

    @AfterEach
    void hangUp() {
        if (reader != null) {
            reader.destroyForcibly();
        }
    }

    private ServerProcess start(Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(more);
        environment.put("NOTIFY_SOCKET", address);
        return ServerProcess.startIn(environment, "lame_duck_duration: 30s\n");
    }

    private List<String> lines() {
        try {
            return Files.exists(heard) ? Files.readAllLines(heard) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<String> lines(String beginning) {
        return lines().stream().filter(l -> l.startsWith(beginning)).toList();
    }

    private String awaitLine(String beginning) {
        await(beginning)
                .atMost(ServerProcess.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> !lines(beginning).isEmpty());
        return lines(beginning).getFirst();
    }

    private static long number(String name, String line) {
        return Long.parseLong(line.replaceAll(".*" + name + "=(\\d+).*", "$1"));
    }

    @Test
    void hearsOfTheBeginningAReloadAndTheEnd() {
        try (ServerProcess server = start(Map.of())) {
            assertThat(awaitLine("READY=1"))
                    .contains("STATUS=Serving clients on 127.0.0.1:" + server.port());
            server.configure("lame_duck_duration: 30s\nping_max: 5\n");
            server.reload();
            String reloading = awaitLine("RELOADING=1");
            assertThat(number("MONOTONIC_USEC", reloading))
                    .isBetween(number("NOW", reloading) - 10_000_000, number("NOW", reloading));
            await("READY after the reload").until(() -> lines("READY=1").size() == 2);
            server.configure("nonsense: 5\n");
            server.signal("HUP");
            await("READY after a refused reload").until(() -> lines("READY=1").size() == 3);
            assertThat(lines("READY=1").getLast()).contains("the last reload was refused");
            server.signal("USR2");
            assertThat(server.awaitExit()).isZero();
            assertThat(number("EXTEND_TIMEOUT_USEC", awaitLine("STOPPING=1")))
                    .as("the lame duck's time and more")
                    .isGreaterThan(30_000_000);
            assertThat(lines("WATCHDOG=1")).as("signs of life that nobody wants").isEmpty();
        }
    }

    @Test
    void hearsNoSignOfLifeOfAServerThatHangs() {
        try (ServerProcess server = start(Map.of("WATCHDOG_USEC", "400000"))) {
            await("signs of life").until(() -> lines("WATCHDOG=1").size() > 5);
            server.signal("STOP");
            AtomicInteger last = new AtomicInteger(-1);
            await("silence")
                    .during(Duration.ofSeconds(1))
                    .atMost(ServerProcess.PATIENCE)
                    .until(
                            () -> {
                                int now = lines("WATCHDOG=1").size();
                                return last.getAndSet(now) == now;
                            });
            int before = lines("WATCHDOG=1").size();
            server.signal("CONT");
            await("signs of life").until(() -> lines("WATCHDOG=1").size() > before);
        }
    }

    @Test
    void isNotDisturbedByWhatIsMeantForAnotherProcess() {
        try (ServerProcess server = start(Map.of("WATCHDOG_USEC", "100000", "WATCHDOG_PID", "1"))) {
            awaitLine("READY=1");
            server.assertServing();
            server.signal("TERM");
            server.awaitExit();
            assertThat(lines("WATCHDOG=1")).isEmpty();
        }
    }

    @Test
    void isNotNeeded() {
        reader.destroyForcibly();
        Map<String, String> environment =
                Map.of("NOTIFY_SOCKET", "/nowhere/notify", "WATCHDOG_USEC", "100000");
        try (ServerProcess server = ServerProcess.startIn(environment, "")) {
            server.assertServing();
            assertThat(server.log()).contains("The service manager cannot be told");
        }
    }
}
