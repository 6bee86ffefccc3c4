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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * The NixOS module's two profiles: what the module makes of them, and servers that run with the
 * files it generates, with the users that it lets in.
 */
final class PlatformProfilesTest {
    private static final String SCRIPTS = "nixos/modules/services/nats/";
    private static final Pattern WHY_SKIPPED =
            Pattern.compile("skipped: (there is no (?:nix-instantiate|module system).*)");
    private static final Pattern VARIABLE = Pattern.compile("password_([a-z]+)");

    /** What a script said, and how it ended. */
    private record Outcome(int code, String said) {
        void assertWell() {
            assertThat(code).as(said).isZero();
        }
    }

    @Test
    void bothProfilesEvaluateToWhatTheyPromiseAndEveryAssertionFires() {
        Outcome outcome =
                run(
                        Map.of("NATS_SERVER_BIN", String.join(" ", ServerProcess.command())),
                        "scripts/test-nats-config.sh");
        outcome.assertWell();
        assertThat(outcome.said()).contains("✓ nats-server -t accepts it");
        Matcher skipped = WHY_SKIPPED.matcher(outcome.said());
        Assumptions.assumeFalse(skipped.find(), () -> "in part: " + skipped.group(1));
    }

    @Test
    void inDevelopmentEverybodyUsesStreamsAndTheDemoLeavesNothingBehind() {
        try (Profile profile = Profile.start("development")) {
            profile.context("system", "system", "");
            Outcome demo = profile.demo();
            demo.assertWell();
            assertThat(demo.said())
                    .contains("✓ nats server info", "0 skipped (development profile)");
            assertThat(profile.as("nobody", "stream", "ls", "--all").said())
                    .contains("No Streams defined");
        }
    }

    @Test
    void inProductionTheDemoNeedsALoginAndSeesTheRightsOfEachUser() {
        try (Profile profile = Profile.start("production")) {
            assertThat(profile.demo().said()).contains("✗ the server answers");
            profile.knowEverybody();
            Outcome demo = profile.demo();
            demo.assertWell();
            assertThat(demo.said())
                    .contains(
                            "✓ gitlab may hear deploy.>",
                            "✓ gitlab may not hear metrics.>",
                            "✓ gitlab may not publish metrics.demo",
                            "✓ matrix may hear gitlab.>",
                            "✓ matrix may not publish gitlab.deploy.start",
                            "✓ monitoring may not publish $JS.API.STREAM.DELETE.demo-stream",
                            "0 skipped (production profile)");
        }
    }

    @Test
    void inProductionTheStreamsAreMadeAndUsersDoWithThemWhatTheirWorkIs() {
        try (Profile profile = Profile.start("production")) {
            profile.knowEverybody();
            profile.makeStreams();

            assertThat(profile.as("gitlab", "request", "gitlab.shop.deploy.start", "{}").said())
                    .contains("\"stream\":\"GITLAB\"");
            assertThat(profile.as("matrix", "consumer", "next", "GITLAB", "matrix", "--ack").said())
                    .contains("gitlab.shop.deploy.start", "Acknowledged message");
            assertThat(profile.as("monitoring", "stream", "report").said()).contains("GITLAB");
            assertThat(profile.as("system", "server", "info").said()).contains("rave-prod-nats");

            profile.assertRefused("gitlab", "$JS.API.STREAM.MSG.GET.GITLAB");
            profile.assertRefused("matrix", "$JS.API.CONSUMER.CREATE.GITLAB.other");
            profile.assertRefused("monitoring", "$JS.API.CONSUMER.MSG.NEXT.GITLAB.matrix");
            profile.assertRefused("monitoring", "$JS.API.STREAM.PURGE.GITLAB");
            assertThat(profile.as("matrix", "subscribe", "_INBOX_gitlab.>", "--count", "1").said())
                    .containsIgnoringCase("permissions violation");
        }
    }

    @Test
    void inBothProfilesTheCommandsOfTheMachineWorkAsTyped() {
        for (String name : List.of("development", "production")) {
            try (Profile profile = Profile.start(name)) {
                profile.knowEverybody();
                profile.makeStreams();
                Handbook page = profile.typed();
                for (String mark : List.of("run", "vm")) {
                    for (String block : page.blocks(mark)) {
                        page.run(block, profile.server(), profile.addresses());
                    }
                }
                assertThat(page.said())
                        .as("of the system's account, the platform's and the pages")
                        .contains("rave-" + (name.equals("production") ? "prod" : "dev") + "-nats")
                        .contains("hello")
                        .contains("\"status\":\"ok\"");
                if (name.equals("production")) {
                    for (String block : page.blocks("vm production")) {
                        page.run(block, profile.server(), profile.addresses());
                    }
                    assertThat(page.said()).contains("\"stream\":\"GITLAB\"");
                }
            }
        }
    }

    @Test
    void anEmptyPasswordIsRefusedAndTheOldFileStays() throws IOException {
        Path folder = Repository.newFolder("credentials");
        Path out = folder.resolve("users.conf");
        Path password = folder.resolve("gitlab");
        Files.writeString(password, "a \"quoted\" \\ word\n");
        users(out, "gitlab=" + password).assertWell();
        String before = Files.readString(out);
        assertThat(before).isEqualTo("password_gitlab: \"a \\\"quoted\\\" \\\\ word\"\n");

        for (String bad : List.of("", "\n", "  \n", "two\nlines\n")) {
            Files.writeString(password, bad);
            Outcome refused = users(out, "gitlab=" + password);
            assertThat(refused.code()).as(refused.said()).isEqualTo(1);
            assertThat(refused.said()).contains("the password of user 'gitlab'");
            assertThat(out).hasContent(before);
        }
        Outcome missing = users(out, "gitlab=" + folder.resolve("nowhere"));
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.said()).contains("cannot be read");
    }

    private static Outcome users(Path out, String pair) {
        return run(Map.of(), "sh", SCRIPTS + "credentials.sh", "users", out.toString(), pair);
    }

    /** A server that runs with the generated file of a profile; every password is "pw". */
    private record Profile(ServerProcess server, boolean hasLogins, Path contexts, String path)
            implements AutoCloseable {
        static Profile start(String name) {
            Optional<Path> cli = Repository.tool("bin/nats");
            Assumptions.assumeTrue(
                    cli.isPresent(), "bin/nats is not among the tools (.ci/install-tools)");
            String generated =
                    text(Repository.root().resolve("nixos/tests/expected/" + name + ".conf"));
            String passwords =
                    VARIABLE.matcher(generated)
                            .results()
                            .map(match -> match.group())
                            .distinct()
                            .map(variable -> variable + ": pw\n")
                            .collect(Collectors.joining());
            // Where it listens and where it keeps its files is the test's affair.
            String configuration =
                    generated
                            .replace("include \"users.conf\"\n", passwords)
                            .replaceAll("(?m)^(host|port|log_file): .*\n", "")
                            .replace("127.0.0.1:8222", "127.0.0.1:-1")
                            .replace("port: 8223", "port: -1")
                            .replace("/var/lib/nats", Repository.newFolder("store").toString())
                            .replaceFirst("(?m)^server_name: .*\n", "");
            String server = name.equals("production") ? "rave-prod-nats" : "rave-dev-nats";
            return new Profile(
                    ServerProcess.start(configuration, "--name", server),
                    name.equals("production"),
                    Repository.newFolder("contexts"),
                    cli.get().getParent() + ":" + System.getenv("PATH"));
        }

        /** The contexts as the module makes them. */
        void knowEverybody() {
            context("rave", hasLogins ? "admin" : "", "");
            context("system", "system", "");
            if (!hasLogins) {
                return;
            }
            for (String user : List.of("gitlab", "matrix", "monitoring")) {
                context(user, user, "_INBOX_" + user);
            }
        }

        void context(String name, String user, String inbox) {
            try {
                Path password = contexts.resolve(user + ".password");
                Files.writeString(password, "pw\n");
                String file = contexts.resolve(name + ".json").toString();
                // Whom nobody asks for a login has no password either.
                String login = user.isEmpty() ? "" : password.toString();
                run(
                                Map.of(),
                                "sh",
                                SCRIPTS + "credentials.sh",
                                "context",
                                file,
                                server.url(),
                                user,
                                login,
                                inbox,
                                "")
                        .assertWell();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** A shell with the command line as the module has it. */
        Handbook typed() {
            Handbook page = Handbook.page("docs/P7-NATS-JETSTREAM-SETUP");
            try {
                Path bin = Files.createDirectories(contexts.resolve("bin"));
                String script =
                        text(Repository.root().resolve(SCRIPTS + "cli.sh"))
                                .replace("@contexts@", contexts.toString())
                                .replace(
                                        "@nats@",
                                        Repository.tool("bin/nats").orElseThrow().toString());
                Path nats = Files.writeString(bin.resolve("nats"), "#!/bin/bash\n" + script);
                assertThat(nats.toFile().setExecutable(true)).isTrue();
                page.set("PATH", bin + ":" + System.getenv("PATH"));
                page.leaveTheServerToContexts();
                return page;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Where nginx stands there, and the contexts lie. */
        Map<String, String> addresses() {
            return Map.of(
                    "http://rave.local/",
                    "http://127.0.0.1:" + server.monitorPort() + "/",
                    "/run/nats-cli",
                    contexts.toString());
        }

        Outcome demo() {
            return run(environment(), "scripts/nats-jetstream-demo.sh", "--no-input");
        }

        /** The declared streams, in short; twice, for they are there at the second start. */
        void makeStreams() {
            try {
                Path folder = Repository.newFolder("streams");
                Files.createDirectory(folder.resolve("GITLAB"));
                Files.writeString(
                        folder.resolve("GITLAB.json"),
                        """
                        {"name": "GITLAB", "subjects": ["gitlab.>"], "storage": "file",
                         "retention": "limits", "discard": "old", "num_replicas": 1,
                         "max_bytes": 1000000}
                        """);
                Files.writeString(
                        folder.resolve("GITLAB/matrix.json"),
                        """
                        {"name": "matrix", "durable_name": "matrix", "deliver_policy": "all",
                         "ack_policy": "explicit", "replay_policy": "instant",
                         "ack_wait": 30000000000, "max_deliver": -1}
                        """);
                Map<String, String> environment =
                        Map.of(
                                "NATS_CONTEXT", contexts.resolve("rave.json").toString(),
                                "PATH", path,
                                "HOME", contexts.toString());
                String script = SCRIPTS + "streams.sh";
                run(environment, "sh", script, folder.toString()).assertWell();
                run(environment, "sh", script, folder.toString()).assertWell();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** One command of the command line; without a context of that name, as nobody. */
        Outcome as(String user, String... words) {
            List<String> command = new ArrayList<>(List.of("timeout", "30", "nats"));
            Path context = contexts.resolve(user + ".json");
            command.addAll(
                    Files.exists(context)
                            ? List.of("--context", context.toString())
                            : List.of("--server", server.url(), "--no-context"));
            command.addAll(List.of(words));
            return run(environment(), command.toArray(String[]::new));
        }

        void assertRefused(String user, String subject) {
            Outcome outcome = as(user, "publish", subject, "x");
            assertThat(outcome.said())
                    .as("%s publishes %s", user, subject)
                    .containsIgnoringCase("permissions violation");
        }

        private Map<String, String> environment() {
            return Map.of(
                    "NATS_SERVER", server.url(),
                    "NATS_CONTEXTS", contexts.toString(),
                    "PATH", path,
                    "HOME", contexts.toString());
        }

        @Override
        public void close() {
            server.close();
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command in the work tree, without input, and returns all that it said. */
    private static Outcome run(Map<String, String> environment, String... command) {
        try {
            Path said = Repository.newFolder("script").resolve("said");
            ProcessBuilder builder =
                    new ProcessBuilder(command)
                            .directory(Repository.root().toFile())
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(said.toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("NATS_"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(5, TimeUnit.MINUTES);
            if (!ended) {
                process.destroyForcibly();
            }
            assertThat(ended).as(() -> String.join(" ", command) + ": " + text(said)).isTrue();
            return new Outcome(process.exitValue(), text(said));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
