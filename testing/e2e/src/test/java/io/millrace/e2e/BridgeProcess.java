package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A bridge in a process of its own, with a configuration file and secrets beside it. */
final class BridgeProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder = Repository.newFolder("bridge");
    private final String name;
    private final int statusPort = freePort();
    private Process process;

    private BridgeProcess(String name) {
        this.name = name;
    }

    /** A port that was free a moment ago. */
    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts it and waits until it says that it is well.
     *
     * @param name gitlab or matrix
     * @param secret what the file named "secret" holds
     * @param settings the inside of the JSON object
     */
    static BridgeProcess start(String name, String secret, String settings) {
        BridgeProcess bridge = begin(name, secret, settings);
        bridge.awaitWell();
        return bridge;
    }

    /** Starts it, and does not wait. */
    static BridgeProcess begin(String name, String secret, String settings) {
        BridgeProcess bridge = new BridgeProcess(name);
        try {
            Files.writeString(bridge.folder.resolve("secret"), secret + "\n");
            Files.writeString(
                    bridge.folder.resolve("bridge.json"),
                    "{\"status\":\"127.0.0.1:%d\",%s}".formatted(bridge.statusPort, settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        bridge.spawn();
        return bridge;
    }

    void launch() {
        spawn();
        awaitWell();
    }

    /** The words that start a bridge, with a space between; none has one in it. */
    static String command(String name) {
        return String.join(
                " ",
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.millrace.bridges." + name + ".Main");
    }

    private void spawn() {
        List<String> command = new ArrayList<>(List.of(command(name).split(" ")));
        command.addAll(List.of("--config", folder.resolve("bridge.json").toString()));
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                            .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void awaitWell() {
        await("health of the bridge " + name)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(
                        () -> {
                            assertThat(process.isAlive()).as(this::log).isTrue();
                            return isWell();
                        });
    }

    boolean isWell() {
        return health().startsWith("200 ");
    }

    String health() {
        return status("/healthz", "status");
    }

    /** Status and body of a page; "" while there is none. */
    private String status(String path, String otherwise) {
        URI uri = URI.create("http://127.0.0.1:" + statusPort + path);
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response =
                    client.send(
                            HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString());
            return response.statusCode() + " " + response.body();
        } catch (IOException notYet) {
            return otherwise;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String metrics() {
        return status("/metrics", "");
    }

    /** Without a word. */
    void kill() {
        process.destroyForcibly();
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Resident memory in KiB, as the system counts it. */
    long residentKib() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new AssertionError("no VmRSS");
    }

    private Path logFile() {
        return folder.resolve("bridge.log");
    }

    String log() {
        try {
            return Files.readString(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (!process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the bridge did not stop on SIGTERM:\n" + log());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
