package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The demo is interrupted while its command line hangs, so that it ends by the signal and by
 * nothing else, and leaves neither its stream nor a file nor a process behind.
 */
final class DemoInterruptedTest {
    /** Much less than the 30 seconds after which the demo gives a command up. */
    private static final Duration PROMPT = Duration.ofSeconds(15);

    private final Path folder = Repository.newFolder("interrupted");
    private final Path said = folder.resolve("said");
    private final Path hanging = folder.resolve("hanging");
    private Path cli;
    private ServerProcess server;
    private Process demo;

    @BeforeEach
    void startServer() {
        Optional<Path> nats = Repository.tool("bin/nats");
        Assumptions.assumeTrue(
                nats.isPresent(), "bin/nats is not among the tools (.ci/install-tools)");
        Assumptions.assumeTrue(Clients.onPath("setsid"), "there is no setsid");
        cli = nats.get().toAbsolutePath();
        server = ServerProcess.startStoring("jetstream: enabled\n");
    }

    @AfterEach
    void stopServer() {
        if (demo != null) {
            demo.descendants().forEach(ProcessHandle::destroyForcibly);
            demo.destroyForcibly();
        }
        if (server != null) {
            server.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "before the stream is there, stream add",
        "with half of the messages, message 3",
        "with a consumer, consumer next",
        "while it cleans up, stream rm"
    })
    void byControlCItCleansUp(String when, String command) throws Exception {
        hangAt(command);
        signal("INT", "-" + demo.pid());
        assertCleanedUp(when);
    }

    @Test
    void bySystemdOrByKillItCleansUp() throws Exception {
        hangAt("consumer next");
        signal("TERM", Long.toString(demo.pid()));
        assertCleanedUp("told by its process id");
    }

    @Test
    void aStreamOfThatNameThatWasThereBeforeIsLeftAlone() throws Exception {
        nats("stream", "add", "demo-stream", "--subjects", "theirs.*", "--defaults");
        begin("no command");
        assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(demo.exitValue()).as(Files.readString(said)).isEqualTo(1);
        assertThat(nats("stream", "ls", "--names")).contains("demo-stream");
    }

    private void hangAt(String command) throws IOException {
        begin(command);
        await("the demo at " + command)
                .atMost(Duration.ofMinutes(1))
                .until(() -> Files.exists(hanging) && !Files.readString(hanging).isBlank());
    }

    /** Starts it in a process group of its own, as a shell with a terminal does. */
    private void begin(String command) throws IOException {
        Path tools = Files.createDirectory(folder.resolve("bin"));
        Files.createDirectory(folder.resolve("tmp"));
        // The first time it is asked for that, it never answers.
        Files.writeString(
                tools.resolve("nats"),
                """
                #!/bin/sh
                case "$*" in
                *"%s"*)
                    if [ ! -e "%s" ]; then
                        echo $$ >"%s"
                        exec sleep 1000
                    fi
                    ;;
                esac
                exec "%s" "$@"
                """
                        .formatted(command, hanging, hanging, cli));
        Files.setPosixFilePermissions(
                tools.resolve("nats"), PosixFilePermissions.fromString("rwxr-xr-x"));
        ProcessBuilder builder =
                new ProcessBuilder(
                                "setsid",
                                "env",
                                "--default-signal=INT,TERM",
                                "scripts/nats-jetstream-demo.sh",
                                "--no-input")
                        .directory(Repository.root().toFile())
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(said.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("NATS_"));
        builder.environment()
                .putAll(
                        Map.of(
                                "PATH", tools + ":" + System.getenv("PATH"),
                                "TMPDIR", folder.resolve("tmp").toString(),
                                "HOME", folder.toString(),
                                "NATS_SERVER", server.url(),
                                "NATS_CONTEXTS", folder.toString()));
        demo = builder.start();
    }

    private static void signal(String name, String whom) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, "--", whom).start().waitFor()).isZero();
    }

    private void assertCleanedUp(String when) throws Exception {
        boolean ended = demo.waitFor(PROMPT.toSeconds(), TimeUnit.SECONDS);
        assertThat(ended).as(when + ": " + Files.readString(said)).isTrue();
        assertThat(demo.exitValue()).as(when + ": " + Files.readString(said)).isEqualTo(130);
        assertThat(Files.readString(said)).doesNotContain("could not be removed");
        assertThat(nats("stream", "ls", "--all")).contains("No Streams defined");
        assertThat(folder.resolve("tmp")).isEmptyDirectory();
        long left = Long.parseLong(Files.readString(hanging).strip());
        await("the end of the command that hung")
                .atMost(PROMPT)
                .until(() -> ProcessHandle.of(left).filter(ProcessHandle::isAlive).isEmpty());
    }

    private String nats(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("timeout", "30", cli.toString(), "--no-context"));
        command.addAll(List.of("--server", server.url()));
        command.addAll(List.of(words));
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start();
        String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(answer).isZero();
        return answer;
    }
}
