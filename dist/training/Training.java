import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/**
 * Starts the server that its arguments name on free ports of this machine with the configuration
 * beside this file, puts the customary kinds
 * of work on it for a few seconds, and asks it to end, so that a cache of classes and profiles is
 * written from what a server really does. Fails when the server did not deliver.
 */
public final class Training {
    private static final long LOAD_SECONDS = 4;
    private static final long START_SECONDS = 60;
    private static final int BATCH = 200;
    private static final long MIN_RECEIVED_BYTES = 1 << 20;
    private static final int MIN_ROUNDS = 20;
    private static final int STREAM_BATCH = 100;

    public static void main(String[] command) throws Exception {
        int port = freePort();
        int monitoringPort = freePort();
        List<String> line = new ArrayList<>(List.of(command));
        line.addAll(
                List.of(
                        "-c", "training/training.conf", "-a", "127.0.0.1", "-p", "" + port,
                        "-m", "" + monitoringPort));
        Path store = Files.createTempDirectory("millrace-training");
        line.addAll(List.of("-sd", store.toString()));
        ProcessBuilder builder = new ProcessBuilder(line).inheritIO();
        Process server = builder.start();
        try {
            awaitPong(server, port);
            load(port, monitoringPort);
            streams(port, monitoringPort);
        } finally {
            server.destroy();
            if (!server.waitFor(60, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
            remove(store);
        }
    }

    private static void remove(Path store) throws IOException {
        try (Stream<Path> files = Files.walk(store)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** Streams: publishes that wait for their acks, pulls with acks, a push consumer, gets. */
    private static void streams(int port, int monitoringPort) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
        HttpClient http = HttpClient.newHttpClient();
        try (Client client = new Client(port);
                Client system = new Client(port, "system");
                Client pushed = new Client(port)) {
            system.send("SUB _INBOX.t.> 1\r\n");
            pushed.send("SUB pushed 1\r\nPING\r\n");
            pushed.readUntil(new AtomicBoolean());
            client.send("SUB _INBOX.t.> 1\r\n");
            client.ask(
                    "$JS.API.STREAM.CREATE.TRAINING",
                    "{\"name\":\"TRAINING\",\"subjects\":[\"train.>\"],\"allow_direct\":true,"
                            + "\"max_msgs_per_subject\":50}");
            client.ask(
                    "$JS.API.CONSUMER.CREATE.TRAINING.pull",
                    "{\"stream_name\":\"TRAINING\",\"config\":{\"durable_name\":\"pull\","
                            + "\"name\":\"pull\",\"ack_policy\":\"explicit\"}}");
            client.ask(
                    "$JS.API.CONSUMER.CREATE.TRAINING.push",
                    "{\"stream_name\":\"TRAINING\",\"config\":{\"name\":\"push\","
                            + "\"ack_policy\":\"none\",\"deliver_subject\":\"pushed\"}}");
            int rounds = 0;
            for (; System.nanoTime() < end; rounds++) {
                client.publishAcked(rounds);
                client.pull();
                client.ask("$JS.API.DIRECT.GET.TRAINING.train." + rounds % 40, "");
                if (rounds % 100 == 0) {
                    client.ask("$JS.API.STREAM.INFO.TRAINING", "");
                    client.ask("$JS.API.CONSUMER.INFO.TRAINING.pull", "");
                    watch(http, monitoringPort, client, system);
                }
            }
            client.ask("$JS.API.STREAM.PURGE.TRAINING", "");
            client.ask("$JS.API.STREAM.DELETE.TRAINING", "");
            System.out.println("training: " + rounds + " rounds on a stream");
            if (rounds < MIN_ROUNDS) {
                throw new IllegalStateException("the stream was too slow");
            }
        }
    }

    private static void load(int port, int monitoringPort) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LOAD_SECONDS);
        AtomicBoolean done = new AtomicBoolean();
        try (Client subscriber = new Client(port);
                Client queue = new Client(port);
                Client responder = new Client(port);
                Client publisher = new Client(port)) {
            subscriber.send("SUB work.> 1\r\nSUB work.*.small 2\r\nPING\r\n");
            queue.send("SUB work.> line 1\r\nPING\r\n");
            responder.send("SUB service.echo 1\r\nPING\r\n");
            Thread readingSubscriber = subscriber.readUntil(done);
            Thread readingQueue = queue.readUntil(done);
            Thread echoing = responder.echoUntil(done);
            HttpClient http = HttpClient.newHttpClient();
            for (int round = 0; System.nanoTime() < end; round++) {
                publisher.publishBatch(round);
                if (round % 4 == 0) {
                    publisher.request(round);
                }
                if (round % 50 == 0) {
                    connectAndLeave(port);
                    monitor(http, monitoringPort);
                }
            }
            done.set(true);
            publisher.send("PUB work.end.small 3\r\nend\r\nPUB service.echo 3\r\nend\r\n");
            publisher.awaitPong();
            readingSubscriber.join(5000);
            readingQueue.join(5000);
            echoing.join(5000);
            System.out.println("training: the subscriber read " + subscriber.received + " bytes");
            if (subscriber.received < MIN_RECEIVED_BYTES) {
                throw new IllegalStateException("the server delivered too little");
            }
        }
    }

    private static void connectAndLeave(int port) throws IOException {
        try (Client visitor = new Client(port)) {
            visitor.send("SUB visit.* 1\r\nUNSUB 1\r\nPUB visit.a 0\r\n\r\n");
            visitor.awaitPong();
        }
    }

    /** What Prometheus and a dashboard ask for while there is a stream with consumers. */
    private static void watch(HttpClient http, int port, Client client, Client system)
            throws Exception {
        get(http, port, "metrics");
        get(http, port, "metrics", "Accept-Encoding", "gzip");
        get(
                http,
                port,
                "metrics",
                "Accept",
                "application/openmetrics-text;version=1.0.0",
                "Accept-Encoding",
                "gzip");
        get(http, port, "jsz?streams=1&consumers=1&config=1");
        get(http, port, "healthz?details=true");
        get(http, port, "", "Accept", "text/html");
        get(http, port, "dashboard/app.js");
        for (String asked :
                List.of("STREAM.LIST", "STREAM.NAMES", "CONSUMER.LIST.TRAINING", "INFO")) {
            client.ask("$JS.API." + asked, "");
        }
        for (String asked : List.of("IDZ", "STATSZ", "VARZ", "CONNZ", "ACCOUNTZ", "JSZ")) {
            system.ask("$SYS.REQ.SERVER.PING." + asked, "");
        }
    }

    private static void get(HttpClient http, int port, String page, String... headers)
            throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + page));
        if (headers.length > 0) {
            request.headers(headers);
        }
        http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static void monitor(HttpClient http, int port) throws Exception {
        for (String page :
                List.of(
                        "varz",
                        "connz?subs=1",
                        "routez",
                        "subsz",
                        "accountz",
                        "healthz",
                        "jsz",
                        "metrics")) {
            get(http, port, page);
        }
    }

    private static void awaitPong(Process server, int port) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end && server.isAlive()) {
            try (Client client = new Client(port)) {
                client.awaitPong();
                return;
            } catch (ConnectException notYet) {
                server.waitFor(20, TimeUnit.MILLISECONDS); // ends at once when it died
            }
        }
        throw new IllegalStateException("the server did not come up");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** One connection. */
    private static final class Client implements AutoCloseable {
        private final Socket socket;
        private final OutputStream out;
        private final InputStream in;
        volatile long received;

        Client(int port) throws IOException {
            this(port, "open");
        }

        /** One of the users, whose password is the name. */
        Client(int port, String user) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            out = socket.getOutputStream();
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            send(
                    "CONNECT {\"verbose\":false,\"pedantic\":false,\"lang\":\"training\","
                            + "\"version\":\"1\",\"protocol\":1,\"headers\":true,"
                            + "\"no_responders\":true,\"user\":\""
                            + user
                            + "\",\"pass\":\""
                            + user
                            + "\"}\r\n");
        }

        void send(String text) throws IOException {
            out.write(text.getBytes(StandardCharsets.ISO_8859_1));
        }

        void publishBatch(int round) throws IOException {
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            for (int i = 0; i < BATCH; i++) {
                String message =
                        switch (i % 8) {
                            case 0 ->
                                    "HPUB work." + i + ".headed 24 29\r\nNATS/1.0\r\nKind: work"
                                            + "\r\n\r\nhello\r\n";
                            case 1 -> "PUB work.nobody reply." + round + " 5\r\nhello\r\n";
                            default -> "PUB work." + i % 16 + ".small 128\r\n" + "x".repeat(128)
                                    + "\r\n";
                        };
                batch.write(message.getBytes(StandardCharsets.ISO_8859_1));
            }
            if (round % 20 == 0) {
                batch.write("PUB work.large 40000\r\n".getBytes(StandardCharsets.ISO_8859_1));
                batch.write(new byte[40_000]);
                batch.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }
            out.write(batch.toByteArray());
        }

        void request(int round) throws IOException {
            send("SUB answer." + round + " 9\r\nUNSUB 9 1\r\n");
            send("PUB service.echo answer." + round + " 4\r\nping\r\nPUB nobody.there 0\r\n\r\n");
            awaitPong();
        }

        /** Waits for one answer. */
        void ask(String subject, String body) throws IOException {
            send("PUB " + subject + " _INBOX.t.a " + body.length() + "\r\n" + body + "\r\n");
            message();
        }

        void publishAcked(int round) throws IOException {
            StringBuilder batch = new StringBuilder();
            for (int i = 0; i < STREAM_BATCH; i++) {
                if (i % 10 == 0) {
                    String headers = "NATS/1.0\r\nNats-Msg-Id: " + round + "-" + i + "\r\n\r\n";
                    batch.append("HPUB train." + i % 40 + " _INBOX.t.p " + headers.length() + " ")
                            .append(headers.length() + 5)
                            .append("\r\n" + headers + "hello\r\n");
                } else {
                    batch.append("PUB train." + i % 40 + " _INBOX.t.p 128\r\n")
                            .append("x".repeat(128) + "\r\n");
                }
            }
            send(batch.toString());
            for (int i = 0; i < STREAM_BATCH; i++) {
                message();
            }
        }

        void pull() throws IOException {
            String body = "{\"batch\":" + STREAM_BATCH + ",\"expires\":2000000000}";
            send(
                    "PUB $JS.API.CONSUMER.MSG.NEXT.TRAINING.pull _INBOX.t.m "
                            + body.length()
                            + "\r\n"
                            + body
                            + "\r\n");
            StringBuilder acks = new StringBuilder();
            for (int i = 0; i < STREAM_BATCH; i++) {
                acks.append("PUB " + message() + " 0\r\n\r\n");
            }
            send(acks.toString());
        }

        /** Reads up to the next message; its reply subject, if any, else its subject. */
        private String message() throws IOException {
            String[] words = line().split(" ");
            while (!words[0].endsWith("MSG")) {
                words = line().split(" ");
            }
            in.readNBytes(Integer.parseInt(words[words.length - 1]) + 2);
            int plain = words[0].equals("HMSG") ? 5 : 4;
            return words.length > plain ? words[3] : words[1];
        }

        void awaitPong() throws IOException {
            send("PING\r\n");
            String line = line();
            while (!line.equals("PONG")) {
                line = line();
            }
        }

        Thread readUntil(AtomicBoolean done) {
            return Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                try {
                                    byte[] chunk = new byte[1 << 16];
                                    int length = in.read(chunk);
                                    while (length >= 0 && !done.get()) {
                                        received += length;
                                        length = in.read(chunk);
                                    }
                                } catch (IOException e) {
                                    // The main thread sees that too little was received.
                                }
                            });
        }

        Thread echoUntil(AtomicBoolean done) {
            return Thread.ofPlatform()
                    .daemon()
                    .start(
                            () -> {
                                try {
                                    while (!done.get()) {
                                        String[] words = line().split(" ");
                                        if (words[0].equals("MSG") && words.length == 5) {
                                            send("PUB " + words[3] + " 4\r\npong\r\n");
                                        }
                                    }
                                } catch (IOException e) {
                                    // Requests then find no responder, which is work as well.
                                }
                            });
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            int next = in.read();
            while (next != '\n') {
                if (next < 0) {
                    throw new IOException("the server closed the connection");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
                next = in.read();
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
