package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What strangers can do to a port that is open to them: little, and not for long. */
final class ConnectionAbuseTest {
    private static final int MANY = 4000;
    private static final long MEBIBYTE_IN_KIB = 1024;

    @AutoClose private static ServerProcess open;
    @AutoClose private static ServerProcess guarded;

    @BeforeAll
    static void start() {
        open = ServerProcess.start("max_pending: 4MB\n");
        guarded =
                ServerProcess.start(
                        "authorization { users: [{user: a, password: pw}], timeout: 1 }\n");
    }

    /** Sends the same bytes until the server closes; how many it took. */
    private static long flood(RawClient client, byte[] bytes, long atMost) {
        long sent = 0;
        while (sent < atMost && client.trySend(bytes)) {
            sent += bytes.length;
        }
        return sent;
    }

    private static byte[] letters(int count) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) 'a');
        return bytes;
    }

    @Test
    void aLineWithoutEndIsCutOff() {
        for (String start : List.of("PUB ", "SUB ", "UNSUB ", "HPUB ", "")) {
            for (ServerProcess server : List.of(open, guarded)) {
                try (RawClient client = RawClient.dial(server.port())) {
                    client.send(start);
                    assertThat(flood(client, letters(8192), 64 << 20))
                            .as("bytes taken of a line %s without end", start)
                            .isLessThan(16 << 20);
                }
                server.assertServing();
            }
        }
    }

    @Test
    void aConnectWithoutEndIsCutOffAndNotKept() {
        long before = guarded.residentKib();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            RawClient client = RawClient.dial(guarded.port());
            clients.add(client);
            client.send("CONNECT {\"name\":\"");
            assertThat(flood(client, letters(65536), 64 << 20)).isLessThan(16 << 20);
        }
        assertThat(guarded.residentKib() - before).isLessThan(100 * MEBIBYTE_IN_KIB);
        clients.forEach(RawClient::close);
        guarded.assertServing();
    }

    /** A byte now and then does not put off the moment when a client must have logged in. */
    @Test
    void aLoginByteByByteEndsWithTheTimeout() throws IOException {
        byte[] connect =
                ("CONNECT {\"user\":\"a\",\"pass\":\"pw\",\"name\":\"" + "x".repeat(10_000))
                        .getBytes(StandardCharsets.US_ASCII);
        try (RawClient client = RawClient.dial(guarded.port())) {
            client.readLine();
            int[] sent = {0};
            await("the server loses its patience")
                    .atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !client.trySend(Arrays.copyOfRange(connect, sent[0], ++sent[0])));
            assertThat(sent[0]).as("bytes that were sent in time").isLessThan(connect.length);
        }
        guarded.assertServing();
    }

    @Test
    void whoSaysNothingIsToldAndClosed() {
        try (RawClient client = RawClient.dial(guarded.port())) {
            assertThat(client.readToEnd()).containsExactly("-ERR 'Authentication Timeout'");
        }
    }

    @Test
    void thousandsThatSayNothingCostLittleAndAreClosed() throws IOException {
        long before = guarded.residentKib();
        try (Crowd crowd = new Crowd(MANY, guarded.port())) {
            long perConnection = (guarded.residentKib() - before) * 1024 / MANY;
            assertThat(perConnection).as("bytes for each").isLessThan(64 * 1024);
            try (RawClient user = RawClient.login(guarded.port(), "a")) {
                assertThat(user.ping()).isEmpty();
            }
            crowd.awaitAllClosed(Duration.ofSeconds(60));
        }
        guarded.assertServing();
    }

    @Test
    void thousandsThatSayNothingToAnOpenServerCostLittle() throws IOException {
        long before = open.residentKib();
        try (Crowd crowd = new Crowd(MANY, open.port())) {
            assertThat(crowd.size()).isEqualTo(MANY);
            long perConnection = (open.residentKib() - before) * 1024 / MANY;
            assertThat(perConnection).as("bytes for each").isLessThan(64 * 1024);
            open.assertServing();
        }
    }

    @Test
    void halfOpenTlsHandshakesAreClosedInTime() throws IOException {
        Certificates certificates = Certificates.create();
        byte[] half = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3};
        try (ServerProcess server = ServerProcess.start(certificates.serverBlock("timeout: 1"));
                Crowd crowd = new Crowd(500, server.port())) {
            crowd.send(half);
            crowd.awaitAllClosed(Duration.ofSeconds(60));
            server.assertServing();
        }
    }

    @Test
    void resetsInTheMiddleOfThingsAreNothing() throws IOException {
        for (int i = 0; i < 300; i++) {
            RawClient client = RawClient.dial(open.port());
            client.send("CONNECT {}\r\nSUB reset 1\r\nPUB reset 100\r\nhalf of it");
            client.reset();
        }
        open.assertServing();
    }

    /** One that asks without end and never listens is no reason to hold answers without end. */
    @Test
    void pingsWithoutEndFromOneThatNeverReadsAreBounded() throws IOException {
        long before = open.residentKib();
        byte[] pings = "PING\r\n".repeat(4096).getBytes(StandardCharsets.US_ASCII);
        try (Crowd crowd = new Crowd(10, open.port())) {
            crowd.send("CONNECT {\"verbose\":false}\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int round = 0; round < 400; round++) {
                crowd.send(pings);
            }
            open.assertServing();
            assertThat(open.residentKib() - before).isLessThan(200 * MEBIBYTE_IN_KIB);
        }
    }

    @Test
    void readersThatNeverReadAreCutOffAndTheirMessagesFreed() throws IOException {
        long before = open.residentKib();
        floodSlowReaders(open, 600);
        assertThat(open.residentKib() - before).isLessThan(300 * MEBIBYTE_IN_KIB);
    }

    /** Each may lag by 64 MiB, which together is more than a small server has. */
    @Test
    void slowReadersTogetherDoNotExhaustTheServer() throws IOException {
        try (ServerProcess server = ServerProcess.start("")) {
            floodSlowReaders(server, 1200);
        }
    }

    private static void floodSlowReaders(ServerProcess server, int messages) throws IOException {
        byte[] payload = letters(64 * 1024);
        try (Crowd readers = new Crowd(20, server.port());
                RawClient publisher = RawClient.connect(server.port())) {
            readers.send(
                    "CONNECT {\"verbose\":false}\r\nSUB flood.slow 1\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < messages; i++) {
                publisher.send("PUB flood.slow " + payload.length + "\r\n");
                publisher.send(payload);
                publisher.send("\r\n");
                assertThat(publisher.ping()).isEmpty();
            }
        }
        server.assertServing();
    }

    @Test
    void garbageIsSurvived() {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("garbageIsSurvived: -Dmillrace.seed=" + seed);
        Random random = new Random(seed);
        String[] words = {
            "PUB ",
            "HPUB ",
            "SUB ",
            "UNSUB ",
            "CONNECT {",
            "PING",
            "\r\n",
            " ",
            "0",
            "-1",
            "}",
            "NATS/1.0\r\n",
            "INFO {}",
            "MSG a 1 1\r\n",
            "\u0000",
            "RS+ x y",
            "LS+ x",
            "\t",
            "99999999"
        };
        for (int i = 0; i < 300; i++) {
            try (RawClient client = RawClient.dial((i % 2 == 0 ? open : guarded).port())) {
                StringBuilder text = new StringBuilder();
                for (int k = random.nextInt(40); k >= 0; k--) {
                    text.append(words[random.nextInt(words.length)]);
                    if (random.nextInt(4) == 0) {
                        text.append((char) random.nextInt(256));
                    }
                }
                client.send(text.toString());
            }
        }
        open.assertServing();
        guarded.assertServing();
    }

    /** Many connections that do nothing on their own. */
    private static final class Crowd implements AutoCloseable {
        private final List<SocketChannel> channels = new ArrayList<>();

        Crowd(int count, int port) throws IOException {
            for (int i = 0; i < count; i++) {
                SocketChannel channel = SocketChannel.open();
                channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.configureBlocking(false);
                channels.add(channel);
            }
        }

        int size() {
            return channels.size();
        }

        /** Sends what the sockets take now; what they do not take is dropped. */
        void send(byte[] bytes) {
            for (SocketChannel channel : channels) {
                try {
                    int written = channel.write(ByteBuffer.wrap(bytes));
                    assertThat(written).isNotNegative();
                } catch (IOException e) {
                    // The server has cut this one off, which is its right.
                }
            }
        }

        void awaitAllClosed(Duration atMost) throws IOException {
            long end = System.nanoTime() + atMost.toNanos();
            ByteBuffer buffer = ByteBuffer.allocate(8192);
            int left = channels.size();
            try (Selector selector = Selector.open()) {
                for (SocketChannel channel : channels) {
                    channel.register(selector, SelectionKey.OP_READ);
                }
                while (left > 0) {
                    assertThat(System.nanoTime()).as("%s are still open", left).isLessThan(end);
                    selector.select(200);
                    for (SelectionKey key : selector.selectedKeys()) {
                        if (ended((SocketChannel) key.channel(), buffer)) {
                            key.cancel();
                            left--;
                        }
                    }
                    selector.selectedKeys().clear();
                }
            }
        }

        private static boolean ended(SocketChannel channel, ByteBuffer buffer) {
            try {
                return channel.read(buffer.clear()) < 0;
            } catch (IOException e) {
                return true;
            }
        }

        @Override
        public void close() throws IOException {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
