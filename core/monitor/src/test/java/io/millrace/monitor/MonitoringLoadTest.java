package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever looks, and however many do: what they look at goes on working. */
@Timeout(120)
final class MonitoringLoadTest {
    private static final int CLIENTS = 1_500;
    private static final int SPECTATORS = 1_000;

    /** Far more than a step takes, far less than the whole page takes a thousand times. */
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    private final List<Socket> sockets = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Socket connect(int port, String says) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.getOutputStream().write(says.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void messagesPassWhileAThousandLookAtEveryConnection() throws IOException {
        try (JetStreamRig rig = new JetStreamRig(JetStreamRig.options().build()).listening();
                Caller client = rig.caller()) {
            for (int i = 0; i < CLIENTS; i++) {
                connect(
                        rig.server.port(),
                        "CONNECT {\"name\":\"c" + i + "\"}\r\nSUB a." + i + " 1\r\n");
            }
            List<Socket> spectators = new ArrayList<>();
            for (int i = 0; i < SPECTATORS; i++) {
                String path =
                        i % 10 == 0 ? "/connz?limit=1000000&subs=1" : "/subsz?subs=1&limit=10";
                spectators.add(connect(rig.httpPort(), "GET " + path + " HTTP/1.0\r\n\r\n"));
            }
            long slowest = 0;
            for (int i = 0; i < 50; i++) {
                long before = System.nanoTime();
                client.tell("");
                slowest = Math.max(slowest, System.nanoTime() - before);
            }
            assertThat(slowest).isLessThan(PATIENCE_NANOS);
            for (Socket spectator : spectators) {
                assertThat(
                                new String(
                                        spectator.getInputStream().readNBytes(15),
                                        StandardCharsets.US_ASCII))
                        .isEqualTo("HTTP/1.1 200 OK");
                spectator.close();
            }
        }
    }

    @Test
    void aMillionAskedForIsAsManyAsThereAre() throws IOException {
        try (JetStreamRig rig = new JetStreamRig(JetStreamRig.options().build()).listening();
                Caller client = rig.caller()) {
            for (int i = 0; i < 700; i++) {
                connect(rig.server.port(), "CONNECT {}\r\nSUB a 1\r\n");
            }
            client.tell("");
            while (!rig.page("/subsz?limit=1")
                    .body()
                    .contains("\"num_inserts\": " + expected(rig))) {
                client.tell("");
            }
            assertThat(rig.page("/connz?limit=1000000").body())
                    .contains("\"num_connections\": 701,", "\"total\": 701,");
            assertThat(rig.page("/connz?limit=1000000&offset=700").body())
                    .contains("\"num_connections\": 1,");
        }
    }

    /** The subscriptions when everybody has made theirs. */
    private static int expected(JetStreamRig rig) {
        return rig.server.ask(
                () ->
                        701
                                + rig.server.accounts().all().stream()
                                        .mapToInt(a -> rig.server.ownSubscriptions(a).size())
                                        .sum());
    }
}
