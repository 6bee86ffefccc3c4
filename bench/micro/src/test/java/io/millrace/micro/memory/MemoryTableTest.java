package io.millrace.micro.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table is made for a real server, a few things of each kind; sizes are not looked at. */
final class MemoryTableTest {
    @Test
    void measuresAServerRowAfterRowAndThenConnectionsInTheSmallProfile() throws IOException {
        String server =
                "%s -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED -cp %s %s"
                        .formatted(
                                Path.of(System.getProperty("java.home"), "bin", "java"),
                                System.getProperty("java.class.path"),
                                "io.millrace.server.Main");
        Options options =
                Options.read(
                        new String[] {
                            "--server", "Ours=" + server,
                            "--port", String.valueOf(freePort()),
                            "--only", "idle connection|consumer|same in memory",
                            "--scale", "0.002",
                            "--connections", "12",
                            "--settle", "0"
                        });
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        MemoryTable.print(options, new PrintStream(printed, true, StandardCharsets.UTF_8));
        assertThat(printed.toString(StandardCharsets.UTF_8).lines())
                .anyMatch(line -> line.startsWith("| idle connection | 4, 20 | "))
                .anyMatch(
                        line -> line.startsWith("| durable pull consumer, on ten streams | 2, 10"))
                .anyMatch(line -> line.startsWith("| the same in memory storage | 200, 1,000 | "))
                .anyMatch(line -> line.startsWith("| 12 | "))
                .anyMatch(line -> line.startsWith("| 100,000, by that slope | "));
    }

    @Test
    void aServerMayHaveANameOrALetter() {
        Options options =
                Options.read(
                        new String[] {"--server", "Go=bin/go -x", "--server", "/opt/a=b/server"});
        assertThat(options.servers())
                .containsExactly(
                        new Options.Measured("Go", List.of("bin/go", "-x")),
                        new Options.Measured("B", List.of("/opt/a=b/server")));
    }

    @Test
    void whatIsMissingIsSaid() {
        assertThatThrownBy(() -> Options.read(new String[0])).hasMessageContaining("--server");
        assertThatThrownBy(() -> Options.read(new String[] {"--server"}))
                .hasMessageContaining("needs a value");
        assertThatThrownBy(() -> Options.read(new String[] {"--speed", "1"}))
                .hasMessageContaining("--speed");
    }

    /** Below those that outgoing connections get: several servers want it, one after the other. */
    private static int freePort() throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        for (int port = 24_000; ; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, here)) {
                return socket.getLocalPort();
            } catch (BindException taken) {
                assertThat(port).as("a free port").isLessThan(25_000);
            }
        }
    }
}
