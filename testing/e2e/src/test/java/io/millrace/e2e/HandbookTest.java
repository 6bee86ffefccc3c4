package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Runs the commands of the handbook as they are typed there, in blocks marked "sh run", against a
 * server of their own for each page. A block that ends with an error is a mistake of the page.
 *
 * <p>Other marks: "sh tour" is run here, too, in several terminals; "sh vm" by {@link
 * PlatformProfilesTest}; "sh systemd" by testing/systemd/run.sh; "sh by hand: REASON" by nobody.
 */
final class HandbookTest {
    private static final Pattern COMMAND =
            Pattern.compile(
                    "(sudo |# )?(nats|nats-server|curl|systemctl|systemd-run|certbot|mvn|nix|nix-build"
                            + "|dpkg|apt|apt-get|docker|git|openssl|mkdir|cp|mv|ln|cat|kill|npm|pip"
                            + "|java|promtool|(\\.?/?[\\w./-]+/)?(bin|scripts|bridges|dist|testing)/\\S+)"
                            + "( .*)?");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "docs/operations",
                "docs/troubleshooting",
                "docs/benchmarks",
                "docs/scaling",
                "docs/P7-NATS-JETSTREAM-SETUP",
                "README"
            })
    void theCommandsOfThePageWork(String name) {
        Handbook page = Handbook.page(name);
        try (ServerProcess server = server(page)) {
            page.runAll(server, Map.of("/tmp/orders", page.folder().resolve("orders").toString()));
            server.assertServing();
        }
    }

    /** With bridges that listen where nobody else does, and a room to look into. */
    @Test
    void theCommandsOfTheBridgesWork() {
        Handbook page = Handbook.page("docs/bridges");
        try (ServerProcess server = server(page);
                FakeMatrix room = FakeMatrix.start()) {
            page.define("millrace-bridge", BridgeProcess.command("$1") + " \"${@:2}\"");
            page.set("MATRIX_TOKEN", "matrix-token");
            page.runAll(
                    server,
                    Map.of(
                            "127.0.0.1:4195", "127.0.0.1:" + BridgeProcess.freePort(),
                            "127.0.0.1:4196", "127.0.0.1:" + BridgeProcess.freePort(),
                            "127.0.0.1:4197", "127.0.0.1:" + BridgeProcess.freePort(),
                            "nats://127.0.0.1:4222", server.url(),
                            "https://matrix.example.org", room.url()));
            await("both messages in the room")
                    .atMost(ServerProcess.PATIENCE)
                    .until(() -> room.shown().size() == 2);
            assertThat(room.shown().getFirst())
                    .contains("platform/relay → production: deployment success");
            assertThat(room.shown().getLast()).contains("[firing] critical DiskFull: n1 is full");
        } finally {
            page.endWhatStillRuns();
        }
    }

    /** One line after the other, those that wait for something in terminals of their own. */
    @Test
    void theTourWorks() {
        Handbook page = Handbook.page("README");
        try (ServerProcess server = server(page)) {
            List<Path> terminals = new ArrayList<>();
            for (String line : page.blocks("tour").getFirst().lines().toList()) {
                String typed = line.replaceFirst(" +# .*", "");
                if (typed.matches("nats (sub|reply) .*")) {
                    terminals.add(page.begin(typed, server));
                    // Without its last token, which a page may write with an escape.
                    String subject =
                            typed.replaceFirst("nats \\S+ '?", "").replaceFirst("[ '>].*", "");
                    await("interest in " + subject)
                            .atMost(ServerProcess.PATIENCE)
                            .until(() -> server.http("/connz?subs=1").body().contains(subject));
                } else {
                    page.run(typed, server, Map.of());
                }
            }
            assertThat(terminals).hasSize(2);
            await("what the subscriber shows")
                    .atMost(ServerProcess.PATIENCE)
                    .until(() -> Files.readString(terminals.getFirst()).contains("hello"));
            assertThat(page.said()).contains("coming, ann").contains("\"server_id\"");
        } finally {
            page.endWhatStillRuns();
        }
    }

    @Test
    void everyFenceIsClosedAndEveryCommandIsRunOrSaysWhyNot() throws IOException {
        List<Path> pages = new ArrayList<>();
        Path root = Repository.root();
        try (Stream<Path> files = Files.list(root.resolve("docs"))) {
            files.filter(p -> p.toString().endsWith(".md")).forEach(pages::add);
        }
        for (String more :
                List.of(
                        "README.md",
                        "CONTRIBUTING.md",
                        "dist/install.md",
                        "monitoring/README.md")) {
            pages.add(root.resolve(more));
        }
        for (Path page : pages) {
            String mark = null;
            for (String line : Files.readAllLines(page)) {
                if (line.startsWith(Handbook.FENCE)) {
                    boolean opens = mark == null;
                    mark = opens ? line.substring(Handbook.FENCE.length()) : null;
                    assertThat(line)
                            .as("a mark of " + page)
                            .matches(
                                    "```(sh (run|tour|systemd|vm|vm production|by hand: .+)|nix|json|)");
                } else if (mark != null && mark.isEmpty()) {
                    assertThat(COMMAND.matcher(line.strip()).matches())
                            .as("%s: a command without a mark: %s", page, line)
                            .isFalse();
                }
            }
            assertThat(mark).as("open fence in " + page).isNull();
        }
    }

    private static ServerProcess server(Handbook page) {
        return ServerProcess.startStoring(
                """
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
                        .formatted(page.pidFile()));
    }
}
