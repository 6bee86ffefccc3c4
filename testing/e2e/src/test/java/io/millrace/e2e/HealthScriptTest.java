package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The health check of the units, against a server whose monitoring pages are there or not. */
final class HealthScriptTest {
    private static final String USERS =
            """
            http: "127.0.0.1:-1"
            authorization { users: [
              {user: alerts, password: "a \\"quoted\\" one", permissions: {publish: "alerts.>"}}
              {user: reader, password: pw}
            ] }
            """;

    @AutoClose private final ServerProcess server = ServerProcess.start(USERS);
    private final Path folder = Repository.newFolder("health");
    private final Map<String, String> environment = new HashMap<>();

    /** How the script ended, and what it said. */
    private record Outcome(int code, String said) {}

    @BeforeEach
    void prepare() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "a \"quoted\" one\n");
        environment.put("NATS_HEALTH_URL", url("/healthz"));
        environment.put("NATS_HEALTH_WAIT", "0");
        environment.put("NATS_UNIT", "");
        environment.put("NATS_ALERT_URL", server.url().replace("//", "//alerts@"));
        environment.put("NATS_ALERT_CREDENTIAL_FILE", secret.toString());
        environment.put("STATE_DIRECTORY", folder.resolve("state").toString());
        environment.put("PATH", "/usr/bin:/bin"); // without the command line: alerts go by hand
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.monitorPort() + path;
    }

    private Outcome check() throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(
                                "/bin/bash",
                                Repository.root()
                                        .resolve("scripts/nats-health-check.sh")
                                        .toString())
                        .redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(process.exitValue(), said);
    }

    private static String body(Subscription alerts) throws InterruptedException {
        Message message = alerts.nextMessage(Duration.ofSeconds(20));
        assertThat(message).as("an alert").isNotNull();
        return new String(message.getData(), StandardCharsets.UTF_8);
    }

    @Test
    @SuppressWarnings("try") // A connection of jnats may be interrupted while it closes.
    void countsFailuresAndTellsOfTheFirstAndOfTheEnd() throws Exception {
        Options options =
                new Options.Builder()
                        .server(server.url())
                        .userInfo("reader", "pw")
                        .noReconnect()
                        .build();
        try (Connection reader = Nats.connect(options)) {
            Subscription alerts = reader.subscribe("alerts.>");
            reader.flush(Duration.ofSeconds(20));
            assertThat(check()).isEqualTo(new Outcome(0, ""));
            environment.put("NATS_HEALTH_URL", url("/nothing"));
            assertThat(check().said()).contains("not well (1 in a row): HTTP 404");
            assertThat(check().code()).isEqualTo(1);
            assertThat(check().said()).contains("not well (3 in a row)").doesNotContain("restart");
            environment.put("NATS_HEALTH_URL", url("/healthz"));
            assertThat(check().code()).isZero();
            assertThat(body(alerts)).contains("\"event\":\"unhealthy\"", "\"failures\":1");
            assertThat(body(alerts)).contains("\"event\":\"healthy\"", "\"failures\":3");
            assertThat(check()).isEqualTo(new Outcome(0, ""));
        }
    }

    @Test
    void aServerThatDoesNotAnswerIsNotWell() throws Exception {
        environment.put("NATS_HEALTH_URL", "http://127.0.0.1:1/healthz");
        Outcome outcome = check();
        assertThat(outcome.code()).isEqualTo(1);
        assertThat(outcome.said()).contains("not well (1 in a row)").contains("connect");
    }

    @Test
    void anAlertThatCannotBePublishedIsSaidAndNotMore() throws Exception {
        environment.put("NATS_HEALTH_URL", url("/nothing"));
        environment.put(
                "NATS_ALERT_CREDENTIAL_FILE",
                Files.writeString(folder.resolve("wrong"), "wrong").toString());
        assertThat(check().said()).contains("could not be published").doesNotContain("wrong");
        environment.put("NATS_ALERT_CREDENTIAL_FILE", folder.resolve("none").toString());
        environment.put("STATE_DIRECTORY", folder.resolve("other").toString());
        assertThat(check().said()).contains("cannot be read");
    }

    @Test
    void aBackupWithoutTheCommandLineIsRefusedWithAWord() throws Exception {
        List<String> command =
                List.of(
                        "/bin/bash",
                        Repository.root().resolve("scripts/nats-backup.sh").toString());
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("NATS_BACKUP_DIR", folder.resolve("backups").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("needs the nats command line");
        assertThat(process.waitFor()).isEqualTo(1);
    }
}
