package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the commands of the handbook as they are typed there, in blocks marked "sh run", against a
 * server of their own for each page. A block that ends with an error is a mistake of the page.
 */
final class HandbookTest {
    private static final String FENCE = "```";
    private static final String MARK = FENCE + "sh run";
    private static final int PATIENCE_SECONDS = 180;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "operations",
                "troubleshooting",
                "benchmarks",
                "scaling",
                "P7-NATS-JETSTREAM-SETUP"
            })
    void theCommandsOfThePageWork(String page) {
        Optional<Path> cli = Repository.tool("bin/nats");
        Assumptions.assumeTrue(
                cli.isPresent(), "bin/nats is not among the tools (.ci/install-tools)");
        for (String tool : List.of("/bin/bash", "/usr/bin/curl")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(tool)), "there is no " + tool);
        }
        List<String> blocks = blocks(Repository.root().resolve("docs/" + page + ".md"));
        assertThat(blocks).as("commands of " + page).isNotEmpty();
        Path folder = Repository.newFolder("handbook-" + page);
        Path pidFile = folder.resolve("nats-server.pid");
        try (ServerProcess server = ServerProcess.startStoring(configuration(pidFile))) {
            for (String block : blocks) {
                String typed =
                        block.replace("127.0.0.1:8222", "127.0.0.1:" + server.monitorPort())
                                .replace("/run/nats/nats-server.pid", pidFile.toString());
                run(page, typed, folder, environment(cli.get(), server));
            }
            server.assertServing();
        }
    }

    @Test
    void everyFenceIsClosedAndNoMarkIsMisspelt() throws IOException {
        try (Stream<Path> pages = Files.list(Repository.root().resolve("docs"))) {
            for (Path page : pages.filter(p -> p.toString().endsWith(".md")).toList()) {
                List<String> fences =
                        Files.readAllLines(page).stream().filter(l -> l.startsWith(FENCE)).toList();
                assertThat(fences.size() % 2).as("open fence in " + page).isZero();
                assertThat(fences)
                        .as("marks in " + page)
                        .noneMatch(l -> l.startsWith(FENCE + "sh ") && !isMark(l));
            }
        }
    }

    private static String configuration(Path pidFile) {
        return """
        http: "127.0.0.1:-1"
        pid_file: "%s"
        jetstream: enabled
        accounts {
          APP { jetstream: enabled, users: [{user: app, password: pw}] }
          SYS { users: [{user: system, password: pw}] }
        }
        system_account: SYS
        no_auth_user: app
        """
                .formatted(pidFile);
    }

    private static boolean isMark(String fence) {
        return fence.equals(MARK) || fence.equals(FENCE + "sh systemd");
    }

    private static List<String> blocks(Path page) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        try {
            for (String line : Files.readAllLines(page)) {
                if (block == null) {
                    block = line.equals(MARK) ? new StringBuilder() : null;
                } else if (line.equals(FENCE)) {
                    blocks.add(block.toString());
                    block = null;
                } else {
                    block.append(line).append('\n');
                }
            }
            return blocks;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, String> environment(Path cli, ServerProcess server) {
        String path =
                String.join(
                        ":",
                        cli.getParent().toString(),
                        Repository.root().resolve("scripts").toString(),
                        System.getenv("PATH"));
        return Map.of("PATH", path, "NATS_URL", server.url(), "SYSTEM_PASSWORD", "pw");
    }

    private static void run(
            String page, String block, Path folder, Map<String, String> environment) {
        // The server under test goes by its customary name here, whatever else is on the path.
        String server = String.join(" ", ServerProcess.command());
        String script = "nats-server() { " + server + " \"$@\"; }\nset -euo pipefail\n" + block;
        try {
            Path output = Files.createTempFile(folder, "block", ".out");
            ProcessBuilder builder =
                    new ProcessBuilder("/bin/bash", "-c", script)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            builder.environment().put("HOME", folder.toString());
            builder.environment().put("XDG_CONFIG_HOME", folder.toString());
            Process process = builder.start();
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            String what = "docs/" + page + ".md:\n" + block + "\nsaid:\n";
            assertThat(ended).as(what + Files.readString(output)).isTrue();
            assertThat(process.exitValue()).as(what + Files.readString(output)).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
