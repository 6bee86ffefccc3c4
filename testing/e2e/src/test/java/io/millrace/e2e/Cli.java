package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The official command line, as one user of one server; nothing of the person's own settings. */
final class Cli {
    private static final int PATIENCE_SECONDS = 60;

    private final Path home = Repository.newFolder("cli");
    private final List<String> prefix;

    private Cli(List<String> prefix) {
        this.prefix = prefix;
    }

    static Cli as(String user, ServerProcess server) {
        Optional<Path> program = Repository.tool("bin/nats");
        Assumptions.assumeTrue(
                program.isPresent(), "bin/nats is not among the tools (.ci/install-tools)");
        return new Cli(
                List.of(
                        program.get().toString(),
                        "--server",
                        server.url(),
                        "--user",
                        user,
                        "--password",
                        "pw"));
    }

    /** Runs a command to its end, expects success and returns all that it said. */
    String run(String... words) {
        return start(words).finish();
    }

    /** Starts a command that goes on while the test does something else. */
    Running start(String... words) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of(words));
        try {
            Path output = Files.createTempFile(home, words[0], ".out");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(output.toFile());
            builder.environment().put("HOME", home.toString());
            builder.environment().put("XDG_CONFIG_HOME", home.toString());
            return new Running(String.join(" ", words), builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command that was started. */
    static final class Running implements AutoCloseable {
        private final String what;
        private final Process process;
        private final Path output;

        private Running(String what, Process process, Path output) {
            this.what = what;
            this.process = process;
            this.output = output;
        }

        String output() {
            try {
                return Files.readString(output);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        Running awaitOutput(String text) {
            await(what).atMost(ServerProcess.PATIENCE).until(() -> output().contains(text));
            return this;
        }

        String finish() {
            try {
                boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (!ended) {
                    process.destroyForcibly();
                }
                assertThat(ended).as(() -> what + " did not end: " + output()).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(process.exitValue()).as(() -> what + ": " + output()).isZero();
            return output();
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
