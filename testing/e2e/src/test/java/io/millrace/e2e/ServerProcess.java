package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A server process of its own with a configuration file, on ports that the system picked. The
 * system property {@code millrace.e2e.server} names another command to start than ours.
 */
final class ServerProcess implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Pattern NOT_BUILT = Pattern.compile("\\S+ is not supported yet");
    private static final Pattern PORT = Pattern.compile(":(\\d+)\"");

    private final Path folder;
    private final List<String> command;
    private final Map<String, String> environment = new HashMap<>();
    private Process process;
    private String configuration = "";
    private int port = -1;

    private ServerProcess(Path folder, List<String> command) {
        this.folder = folder;
        this.command = command;
    }

    /** The command that starts the server under test. */
    static List<String> command() {
        String named = System.getProperty("millrace.e2e.server", "");
        if (!named.isBlank()) {
            return Arrays.asList(named.strip().split("\\s+"));
        }
        return List.of(Ours.LAUNCHER.toString());
    }

    /** Our launcher, which builds the image on its first start if nobody has. */
    private static final class Ours {
        private static final Path LAUNCHER = launcher();

        private static Path launcher() {
            Path launcher = Repository.root().resolve("bin/nats-server");
            Path log = Repository.newFolder("launcher").resolve("version.log");
            try {
                Process process =
                        new ProcessBuilder(launcher.toString(), "--version")
                                .redirectErrorStream(true)
                                .redirectOutput(log.toFile())
                                .start();
                assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("image is built").isTrue();
                assertThat(process.exitValue()).as(Files.readString(log)).isZero();
                return launcher;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static ServerProcess start(String configuration, String... arguments) {
        ServerProcess server = prepare(configuration, arguments);
        server.launch();
        return server;
    }

    /** With more in its environment. */
    static ServerProcess startIn(Map<String, String> environment, String configuration) {
        ServerProcess server = prepare(configuration);
        server.environment.putAll(environment);
        server.launch();
        return server;
    }

    /** With a configuration that has an HTTP port, too. */
    static ServerProcess startMonitored(String configuration, String... arguments) {
        return start("http: \"127.0.0.1:-1\"\n" + configuration, arguments);
    }

    /** With JetStream on a store of its own, which outlives a restart. */
    static ServerProcess startStoring(String configuration, String... arguments) {
        String store = "store_dir: \"%s\"\n".formatted(Repository.newFolder("store"));
        return start(store + configuration, arguments);
    }

    /** Starts with a configuration that must be refused, and returns what the server said. */
    static String refused(String configuration, String... arguments) {
        try (ServerProcess server = prepare(configuration, arguments)) {
            server.spawn();
            assertThat(server.awaitExit()).as(() -> "exit code: " + server.log()).isEqualTo(1);
            return server.log();
        }
    }

    private static ServerProcess prepare(String configuration, String... arguments) {
        List<String> command = new ArrayList<>(command());
        Path folder = Repository.newFolder("server");
        command.addAll(List.of("-c", folder.resolve("server.conf").toString()));
        command.addAll(Arrays.asList(arguments));
        ServerProcess server = new ServerProcess(folder, command);
        server.configure(configuration);
        return server;
    }

    /** Writes the configuration anew, for a restart or a reload. */
    void configure(String text) {
        configuration = text;
        String listen =
                "host: \"127.0.0.1\"\nport: %d\nserver_name: \"e2e\"\nports_file_dir: \"%s\"\n"
                        .formatted(port, portsFolder());
        try {
            Files.createDirectories(portsFolder());
            Files.writeString(folder.resolve("server.conf"), listen + text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path portsFolder() {
        return folder.resolve("ports");
    }

    private void spawn() {
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()));
        // Our launcher's small profile: what must fit there, fits anywhere.
        builder.environment().putIfAbsent("MILLRACE_MEMORY", "512m");
        builder.environment().putAll(environment);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void launch() {
        try (Stream<Path> stale = Files.list(portsFolder())) {
            for (Path file : stale.toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        spawn();
        await("ports file of the server")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            skipWhatIsNotBuilt();
                            assertThat(process.isAlive())
                                    .as(() -> "the server ended:\n" + log())
                                    .isTrue();
                            return ports("nats").size() > 0;
                        });
        port = ports("nats").getFirst();
    }

    /** Our server refuses by name what it does not have yet; a test that needs it waits for it. */
    private void skipWhatIsNotBuilt() {
        Matcher refusal = NOT_BUILT.matcher(process.isAlive() ? "" : log());
        Assumptions.assumeFalse(refusal.find(), () -> refusal.group());
    }

    /** A new client logs in nowhere, but gets its INFO: the server still takes connections. */
    void assertServing() {
        assertThat(process.isAlive()).as(() -> "the server lives:\n" + log()).isTrue();
        try (RawClient client = RawClient.dial(port)) {
            assertThat(client.readLine()).startsWith("INFO {");
        }
    }

    private List<Integer> ports(String kind) {
        try (Stream<Path> files = Files.list(portsFolder())) {
            for (Path file : files.filter(f -> f.toString().endsWith(".ports")).toList()) {
                Matcher list =
                        Pattern.compile("\"" + kind + "\"\\s*:\\s*\\[([^]]*)]")
                                .matcher(Files.readString(file));
                if (list.find()) {
                    return PORT.matcher(list.group(1))
                            .results()
                            .map(r -> Integer.parseInt(r.group(1)))
                            .toList();
                }
            }
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    int monitorPort() {
        return ports("monitoring").getFirst();
    }

    int webSocketPort() {
        return ports("websocket").getFirst();
    }

    String webSocketUrl() {
        return "ws://127.0.0.1:" + webSocketPort();
    }

    String url() {
        return "nats://127.0.0.1:" + port;
    }

    long pid() {
        return process.pid();
    }

    Path folder() {
        return folder;
    }

    /** Answer of the monitoring port; any status. */
    HttpResponse<String> http(String path) {
        URI uri = URI.create("http://127.0.0.1:" + ports("monitoring").getFirst() + path);
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(
                    HttpRequest.newBuilder(uri).timeout(PATIENCE).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes the server read its configuration again and waits until it says that it has. */
    void reload() {
        int before = log().length();
        signal("HUP");
        await("reload")
                .atMost(PATIENCE)
                .until(() -> log().substring(before).contains("Reloaded server configuration"));
    }

    /** Sends a signal, named as for kill. */
    void signal(String name) {
        try {
            int code =
                    new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
            assertThat(code).as("exit code of kill -%s", name).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Stops it at once, without a word, and starts it again on the same port. */
    void restart() {
        restart(() -> {});
    }

    /** The same; something is done to its files while it is away. */
    void restart(Runnable meanwhile) {
        process.destroyForcibly();
        awaitExit();
        meanwhile.run();
        configure(configuration);
        launch();
    }

    /** Waits for the end of the process and returns its exit code. */
    int awaitExit() {
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("the server ended").isTrue();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Resident memory in KiB, as the system counts it. */
    long residentKib() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(l -> l.startsWith("VmRSS:"))
                    .mapToLong(l -> Long.parseLong(l.replaceAll("\\D", "")))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path logFile() {
        return folder.resolve("server.log");
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
        if (process == null || !process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the server did not stop on SIGTERM:\n" + log());
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
