package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Backups of streams and accounts, made and brought back by the official command line. */
final class JetStreamBackupTest {
    private static final Pattern STATE = Pattern.compile("\"state\": \\{[^}]*}");
    private static final String ARCHIVE = "stream.arc.s2";

    @AutoClose private static ServerProcess server;
    private static Cli cli;

    @BeforeAll
    static void start() {
        server = ServerProcess.startStoring("jetstream: enabled\n");
        cli = Cli.as("app", server);
    }

    @Test
    void bringsBackAStreamWithItsGapsAndItsConsumer() {
        String folder = folder();
        makeStream("SAVED");
        String state = state(cli, "SAVED");
        String third = cli.run("stream", "get", "SAVED", "3", "--json");
        cli.run("stream", "backup", "SAVED", folder, "--no-progress");
        cli.run("stream", "rm", "SAVED", "-f");
        cli.run("stream", "restore", folder, "--no-progress");
        assertThat(state(cli, "SAVED")).isEqualTo(state);
        assertThat(cli.run("stream", "get", "SAVED", "3", "--json")).isEqualTo(third);
        assertThat(cli.run("consumer", "info", "SAVED", "worker", "--json"))
                .containsPattern("\"delivered\": \\{\\s*\"consumer_seq\": 3,\\s*\"stream_seq\": 3")
                .containsPattern("\"num_ack_pending\": 3\\b")
                .containsPattern("\"num_pending\": 16\\b");
        assertThat(cli.run("consumer", "next", "SAVED", "worker", "--ack"))
                .contains("str seq: 4")
                .contains("Colour: green");
    }

    @Test
    void bringsBackAnAccountOnAnotherServer() {
        String folder = folder();
        makeStream("FIRST");
        makeStream("SECOND");
        String first = state(cli, "FIRST");
        String second = state(cli, "SECOND");
        cli.run("account", "backup", folder, "--force");
        try (ServerProcess other = ServerProcess.startStoring("jetstream: enabled\n")) {
            Cli there = Cli.as("app", other);
            there.run("account", "restore", folder);
            assertThat(state(there, "FIRST")).isEqualTo(first);
            assertThat(state(there, "SECOND")).isEqualTo(second);
            assertThat(there.run("consumer", "ls", "SECOND", "--names")).contains("worker");
        }
    }

    @Test
    void bringsBackMoreThanAWindowHolds() {
        String folder = folder();
        cli.run("stream", "add", "LARGE", "--subjects=large", "--defaults");
        byte[] message = new byte[100_000];
        try (RawClient client = RawClient.connect(server.port())) {
            for (int i = 0; i < 200; i++) {
                Arrays.fill(message, (byte) i);
                client.send("PUB large " + message.length + "\r\n").send(message).send("\r\n");
            }
            client.send("PING\r\n");
            readUntil(client, "PONG");
        }
        String state = state(cli, "LARGE");
        assertThat(state).contains("\"messages\": 200");
        cli.run("stream", "backup", "LARGE", folder, "--no-progress", "--check");
        cli.run("stream", "rm", "LARGE", "-f");
        cli.run("stream", "restore", folder, "--no-progress");
        assertThat(state(cli, "LARGE")).isEqualTo(state);
    }

    @Test
    void keepsNothingOfAnArchiveThatWasCutOff() throws IOException {
        byte[] archive = archiveOf("CUT");
        try (RawClient client = RawClient.connect(server.port())) {
            client.send("SUB answers 1\r\n");
            String subject = beginRestore(client, "CUT");
            byte[] half = Arrays.copyOf(archive, archive.length / 2);
            assertThat(request(client, subject, half)).isEmpty();
            assertThat(request(client, subject, new byte[0]))
                    .contains("stream_create_response")
                    .contains("\"err_code\":10062");
            assertThat(request(client, "$JS.API.STREAM.INFO.CUT", new byte[0]))
                    .contains("\"err_code\":10059");
        }
    }

    @Test
    void keepsNothingOfARestoreThatACrashHasEnded() throws IOException {
        try (ServerProcess fragile = ServerProcess.startStoring("jetstream: enabled\n")) {
            byte[] archive = archiveOf("HALF");
            try (RawClient client = RawClient.connect(fragile.port())) {
                client.send("SUB answers 1\r\n");
                String subject = beginRestore(client, "HALF");
                assertThat(request(client, subject, archive)).isEmpty();
                fragile.restart();
            }
            try (RawClient client = RawClient.connect(fragile.port())) {
                client.send("SUB answers 1\r\n");
                assertThat(request(client, "$JS.API.STREAM.NAMES", new byte[0]))
                        .contains("\"total\":0");
                String subject = beginRestore(client, "HALF");
                assertThat(request(client, subject, archive)).isEmpty();
                assertThat(request(client, subject, new byte[0])).contains("\"last_seq\":20");
            }
        }
    }

    private static void makeStream(String name) {
        String subject = name.toLowerCase(Locale.ROOT) + ".a";
        cli.run("stream", "add", name, "--subjects=" + subject, "--defaults");
        cli.run("publish", subject, "{{Count}}", "--count", "20", "-H", "Colour:green");
        cli.run("stream", "rmm", name, "7", "-f");
        cli.run("consumer", "add", name, "worker", "--pull", "--defaults", "--wait=1h");
        cli.run("consumer", "next", name, "worker", "--count", "3", "--no-ack");
    }

    /** Makes a stream, saves it, removes it, and returns the archive. */
    private static byte[] archiveOf(String name) throws IOException {
        String folder = folder();
        makeStream(name);
        cli.run("stream", "backup", name, folder, "--no-progress");
        cli.run("stream", "rm", name, "-f");
        return Files.readAllBytes(Path.of(folder, ARCHIVE));
    }

    private static String folder() {
        return Repository.newFolder("backup").resolve("it").toString();
    }

    private static String state(Cli from, String stream) {
        Matcher state = STATE.matcher(from.run("stream", "info", stream, "--json"));
        assertThat(state.find()).isTrue();
        return state.group();
    }

    /** Asks for a restore; where the chunks go. */
    private static String beginRestore(RawClient client, String stream) {
        String body =
                "{\"config\":{\"name\":\"%s\",\"subjects\":[\"%s\"]},\"state\":{}}"
                        .formatted(stream, stream);
        String answer =
                request(
                        client,
                        "$JS.API.STREAM.RESTORE." + stream,
                        body.getBytes(StandardCharsets.UTF_8));
        Matcher subject = Pattern.compile("\"deliver_subject\":\"([^\"]+)\"").matcher(answer);
        assertThat(subject.find()).as(answer).isTrue();
        return subject.group(1);
    }

    private static String request(RawClient client, String subject, byte[] body) {
        client.send("PUB " + subject + " answers " + body.length + "\r\n").send(body).send("\r\n");
        readUntil(client, "MSG answers");
        return client.readLine();
    }

    private static void readUntil(RawClient client, String beginning) {
        String line = client.readLine();
        while (!line.startsWith(beginning)) {
            assertThat(line).isNotEqualTo("[closed]").doesNotStartWith("-ERR");
            line = client.readLine();
        }
    }
}
