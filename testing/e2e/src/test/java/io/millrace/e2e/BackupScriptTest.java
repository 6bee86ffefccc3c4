package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Backups by the script of the units: with the command line where it is said to be, or not at all.
 */
final class BackupScriptTest {
    private static final String WITHOUT_CLI = "/usr/bin:/bin";

    private final Path backups = Repository.newFolder("backups");

    private record Outcome(int code, String said) {}

    private Outcome backUp(Map<String, String> environment)
            throws IOException, InterruptedException {
        ProcessBuilder script =
                new ProcessBuilder(Repository.root().resolve("scripts/nats-backup.sh").toString())
                        .redirectErrorStream(true);
        script.environment().keySet().removeIf(name -> name.startsWith("NATS_"));
        script.environment().put("PATH", WITHOUT_CLI);
        script.environment().put("NATS_BACKUP_DIR", backups.toString());
        script.environment().putAll(environment);
        Process process = script.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(said).isTrue();
        return new Outcome(process.exitValue(), said);
    }

    private static boolean isWithoutCli() {
        return Stream.of("/usr/bin/nats", "/bin/nats").map(Path::of).noneMatch(Files::exists);
    }

    @Test
    void withoutTheCommandLineItFailsAndSaysWhereToGetIt()
            throws IOException, InterruptedException {
        Assumptions.assumeTrue(isWithoutCli(), "nats is among the system's programs");
        for (Map<String, String> environment :
                Stream.<Map<String, String>>of(Map.of(), Map.of("NATS_CLI", "/nowhere/nats"))
                        .toList()) {
            Outcome outcome = backUp(environment);
            assertThat(outcome.code()).as(outcome.said()).isEqualTo(1);
            assertThat(outcome.said())
                    .contains("no backup was made", "natscli/releases", "NATS_CLI")
                    .contains(environment.getOrDefault("NATS_CLI", "'nats'"));
        }
        assertThat(backups).isEmptyDirectory();
    }

    @Test
    void theCommandLineMayLieAnywhere() throws IOException, InterruptedException {
        Optional<Path> cli = Repository.tool("bin/nats");
        Assumptions.assumeTrue(
                cli.isPresent(), "bin/nats is not among the tools (.ci/install-tools)");
        try (ServerProcess server = ServerProcess.startStoring("jetstream: enabled\n")) {
            Outcome outcome =
                    backUp(Map.of("NATS_CLI", cli.get().toString(), "NATS_URL", server.url()));
            assertThat(outcome.code()).as(outcome.said()).isZero();
            assertThat(outcome.said()).contains("there are no streams to keep");
        }
    }
}
