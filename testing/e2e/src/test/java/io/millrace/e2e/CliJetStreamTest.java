package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.e2e.Cli.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Streams, key-value and object stores with the official command line, as a normal user. */
final class CliJetStreamTest {
    private static final String ACCOUNTS =
            """
            jetstream: enabled
            accounts {
              APP { jetstream: enabled, users: [{user: app, password: pw}] }
              SYS { users: [{user: system, password: pw}] }
            }
            system_account: SYS
            """;

    @AutoClose private static ServerProcess server;
    private static Cli app;

    @BeforeAll
    static void start() {
        server = ServerProcess.startStoring(ACCOUNTS);
        app = Cli.as("app", server);
    }

    @Test
    void keepsAStream() {
        addStream(app, "ORDERS", "orders.>");
        assertThat(app.run("publish", "orders.one", "hello", "--jetstream"))
                .contains("Stored in Stream: ORDERS Sequence: 1");
        app.run("publish", "orders.two", "hello {{Count}}", "--count", "5", "--jetstream");
        assertThat(app.run("stream", "info", "ORDERS"))
                .containsPattern("Messages: +6\n")
                .containsPattern("Number of Subjects: +2\n");
        assertThat(app.run("stream", "ls")).contains("ORDERS");
        assertThat(app.run("stream", "report")).containsPattern("ORDERS.*File.*6");
        assertThat(app.run("stream", "subjects", "ORDERS")).containsPattern("orders.two +│ +5");
        assertThat(app.run("stream", "get", "ORDERS", "1")).contains("hello");
        app.run("stream", "rmm", "ORDERS", "1", "--force");
        app.run("stream", "edit", "ORDERS", "--max-msgs", "3", "--force");
        assertThat(app.run("stream", "state", "ORDERS")).containsPattern("Messages: +3\n");
        assertThat(app.run("stream", "purge", "ORDERS", "--force", "--keep", "1"))
                .containsPattern("Messages: +1\n");
        assertThat(app.run("server", "check", "stream", "--stream", "ORDERS"))
                .contains("OK ORDERS");
        app.run("stream", "rm", "ORDERS", "--force");
        assertThat(app.run("stream", "ls", "--names")).doesNotContain("ORDERS");
    }

    private static void addStream(Cli cli, String name, String subjects) {
        cli.run("stream", "add", name, "--subjects", subjects, "--defaults");
    }

    private static void addConsumer(Cli cli, String stream, String name) {
        cli.run("consumer", "add", stream, name, "--pull", "--defaults");
    }

    @Test
    void readsByAConsumer() {
        addStream(app, "WORK", "work.>");
        app.run("publish", "work.a", "task {{Count}}", "--count", "5", "--jetstream");
        addConsumer(app, "WORK", "TAKER");
        assertThat(app.run("consumer", "next", "WORK", "TAKER", "--ack"))
                .contains("task 1")
                .contains("Acknowledged message");
        assertThat(app.run("consumer", "next", "WORK", "TAKER", "--count", "2", "--ack"))
                .contains("task 2")
                .contains("task 3");
        assertThat(app.run("consumer", "next", "WORK", "TAKER", "--nak")).contains("task 4");
        assertThat(app.run("consumer", "next", "WORK", "TAKER", "--no-ack")).contains("task 4");
        assertThat(app.run("consumer", "info", "WORK", "TAKER"))
                .containsPattern("Acknowledgment Floor: Consumer sequence: 3 Stream sequence: 3")
                .containsPattern("Outstanding Acks: +1 out of maximum 1,000")
                .containsPattern("Unprocessed Messages: +1\n");
        assertThat(app.run("consumer", "report", "WORK")).containsPattern("TAKER.*Pull");
        assertThat(app.run("consumer", "ls", "WORK")).contains("TAKER");
        assertThat(app.run("consumer", "pause", "WORK", "TAKER", "1h", "--force"))
                .contains("Paused WORK > TAKER");
        app.run("consumer", "resume", "WORK", "TAKER", "--force");
        assertThat(
                        app.run(
                                "server",
                                "check",
                                "consumer",
                                "--stream",
                                "WORK",
                                "--consumer",
                                "TAKER"))
                .contains("OK WORK_TAKER");
        app.run("consumer", "rm", "WORK", "TAKER", "--force");
        assertThat(app.run("consumer", "ls", "WORK", "--names")).doesNotContain("TAKER");
    }

    @Test
    void keepsValuesUnderKeys() {
        app.run("kv", "add", "SETTINGS", "--history", "3");
        try (Running watch = app.start("kv", "watch", "SETTINGS")) {
            app.run("kv", "put", "SETTINGS", "colour", "green");
            watch.awaitOutput("PUT SETTINGS > colour: green");
            app.run("kv", "put", "SETTINGS", "colour", "blue");
            watch.awaitOutput("PUT SETTINGS > colour: blue");
            app.run("kv", "create", "SETTINGS", "size", "7");
            app.run("kv", "update", "SETTINGS", "size", "8", "3");
            assertThat(app.run("kv", "get", "SETTINGS", "colour", "--raw")).isEqualTo("blue");
            assertThat(app.run("kv", "history", "SETTINGS", "colour"))
                    .containsPattern("PUT.*green")
                    .containsPattern("PUT.*blue");
            assertThat(app.run("kv", "ls", "SETTINGS")).contains("colour").contains("size");
            app.run("kv", "del", "SETTINGS", "size", "--force");
            watch.awaitOutput("DELETE SETTINGS > size");
            app.run("kv", "purge", "SETTINGS", "colour", "--force");
            watch.awaitOutput("PURGE SETTINGS > colour");
        }
        assertThat(app.run("kv", "ls")).contains("SETTINGS");
        assertThat(app.run("kv", "info", "SETTINGS")).containsPattern("History Kept: +3");
        assertThat(app.run("kv", "history", "SETTINGS", "colour")).doesNotContain("green");
        assertThat(app.run("server", "check", "kv", "--bucket", "SETTINGS"))
                .contains("OK SETTINGS");
        app.run("kv", "del", "SETTINGS", "--force");
        assertThat(app.run("kv", "ls", "--names")).doesNotContain("SETTINGS");
    }

    @Test
    void keepsObjects() throws IOException {
        Path folder = Repository.newFolder("object");
        byte[] bytes = new byte[300_000];
        RandomGenerator.getDefault().nextBytes(bytes);
        String name = Files.write(folder.resolve("data.bin"), bytes).toString();
        Path got = folder.resolve("got.bin");
        app.run("object", "add", "FILES");
        app.run("object", "put", "FILES", name, "--name", "data", "--no-progress");
        app.run("object", "get", "FILES", "data", "-O", got.toString(), "--no-progress");
        assertThat(got).hasBinaryContent(bytes);
        assertThat(app.run("object", "ls", "FILES")).containsPattern("data .*293 KiB");
        assertThat(app.run("object", "info", "FILES", "data")).contains("Digest: SHA-256");
        app.run("object", "del", "FILES", "data", "--force");
        assertThat(app.run("object", "ls", "FILES")).doesNotContain("293 KiB");
        app.run("object", "del", "FILES", "--force");
    }

    @Test
    void showsWhatTheAccountMayAndHas() {
        assertThat(app.run("account", "info"))
                .contains("JetStream Account Information:")
                .containsPattern("Streams: +\\d+ of Unlimited");
        assertThat(app.run("server", "check", "jetstream")).contains("OK JetStream");
        assertThat(app.run("stream", "report")).doesNotContain("error");
    }

    @Test
    void benches() {
        addStream(app, "BENCH", "bench.>");
        for (String kind : new String[] {"sync", "async"}) {
            assertThat(bench("pub", kind, "bench.one")).contains("msgs/sec");
        }
        assertThat(bench("ordered")).contains("msgs/sec");
        assertThat(bench("consume")).contains("msgs/sec");
        addConsumer(app, "BENCH", "fetching");
        assertThat(bench("fetch", "--consumer", "fetching")).contains("msgs/sec");
        app.run("stream", "rm", "BENCH", "--force");
    }

    private static String bench(String... words) {
        String[] command = new String[words.length + 7];
        command[0] = "bench";
        command[1] = "js";
        System.arraycopy(words, 0, command, 2, words.length);
        int at = 2 + words.length;
        for (String more : new String[] {"--stream", "BENCH", "--msgs", "500", "--no-progress"}) {
            command[at++] = more;
        }
        return app.run(command);
    }

    @Test
    void findsEverythingAgainAfterAKill() throws IOException {
        try (ServerProcess own = ServerProcess.startStoring(ACCOUNTS)) {
            Cli cli = Cli.as("app", own);
            addStream(cli, "ORDERS", "orders.>");
            cli.run("publish", "orders.a", "order {{Count}}", "--count", "5", "--jetstream");
            addConsumer(cli, "ORDERS", "WORK");
            cli.run("consumer", "next", "ORDERS", "WORK", "--count", "2", "--ack");
            cli.run("kv", "add", "SETTINGS", "--history", "3");
            cli.run("kv", "put", "SETTINGS", "colour", "green");
            cli.run("kv", "put", "SETTINGS", "colour", "blue");
            cli.run("object", "add", "FILES");
            Path file = Files.writeString(own.folder().resolve("file"), "contents\n".repeat(999));
            cli.run("object", "put", "FILES", file.toString(), "--name", "f", "--no-progress");
            String before = cli.run("stream", "info", "ORDERS", "--json");
            own.restart();
            assertThat(withoutTimeOfAsking(cli.run("stream", "info", "ORDERS", "--json")))
                    .isEqualTo(withoutTimeOfAsking(before));
            assertThat(cli.run("consumer", "next", "ORDERS", "WORK", "--ack")).contains("order 3");
            assertThat(cli.run("kv", "history", "SETTINGS", "colour"))
                    .containsPattern("PUT.*green")
                    .containsPattern("PUT.*blue");
            Path got = own.folder().resolve("got");
            cli.run("object", "get", "FILES", "f", "-O", got.toString(), "--no-progress");
            assertThat(got).hasSameTextualContentAs(file);
            cli.run("publish", "orders.a", "order 6", "--jetstream");
            assertThat(cli.run("stream", "get", "ORDERS", "6")).contains("order 6");
        }
    }

    private static String withoutTimeOfAsking(String info) {
        return info.replaceAll("\"ts\": \"[^\"]*\"", "");
    }
}
