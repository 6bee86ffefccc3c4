package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nats.client.Connection;
import io.nats.client.JetStreamManagement;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.api.MessageInfo;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.nats.client.api.StreamInfoOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From GitLab's calls into a stream and from there into a room, with everything killed between. */
@SuppressWarnings("try") // A connection of jnats may be interrupted while it closes.
final class BridgesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final Path SAMPLES =
            Repository.root().resolve("bridges/gitlab/src/test/resources/gitlab");
    private static final String TOKEN = "sample-hook-token-7f3a";

    /** 21 events; 9 of them have a short form beside. */
    private static final int MESSAGES = 30;

    private static final int CONFIDENTIAL = 1;

    private final HttpClient client = HttpClient.newHttpClient();
    private final int hookPort = BridgeProcess.freePort();
    private ServerProcess server;
    private BridgeProcess gitlab;

    @BeforeEach
    void start() {
        server = ServerProcess.startStoring("jetstream: enabled\n");
        gitlab =
                BridgeProcess.start(
                        "gitlab",
                        TOKEN,
                        """
                        "listen":"127.0.0.1:%d","nats":{"urls":["%s"]},
                        "gitlab":{"token_file":"secret"},"ci":{"token_file":"secret"},
                        "alertmanager":{"token_file":"secret"},
                        "hooks":{"github":{"token_file":"secret","id_header":"X-GitHub-Delivery"}}
                        """
                                .formatted(hookPort, server.url()));
    }

    @AfterEach
    void stop() {
        client.close();
        if (gitlab != null) { // else the server could not start here
            gitlab.close();
        }
        server.close();
    }

    private BridgeProcess matrix(FakeMatrix room) {
        return BridgeProcess.start(
                "matrix",
                "matrix-token",
                """
                "nats":{"urls":["%s"]},
                "matrix":{"homeserver":"%s","access_token_file":"secret","per_second":500,"burst":50},
                "rooms":[
                  {"name":"all","room":"#ops:example.org","stream":"GITLAB","subjects":["gitlab.>"],
                   "from_start":true,"ack_wait":"3s"},
                  {"name":"alerts","room":"#ops:example.org","stream":"ALERTS","subjects":["alerts.>"],
                   "from_start":true}],
                "commands":{"rooms":["#ops:example.org"],"users":["@ann:example.org"],
                  "commands":["deploy"]}
                """
                        .formatted(server.url(), room.url()));
    }

    private HttpResponse<String> post(String hook, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        return post(hook, headers, HttpRequest.BodyPublishers.ofByteArray(body));
    }

    private HttpResponse<String> post(
            String hook, Map<String, String> headers, HttpRequest.BodyPublisher body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + hookPort + "/hooks/" + hook))
                        .timeout(PATIENCE)
                        .POST(body);
        headers.forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(Path sample) throws IOException, InterruptedException {
        Map<String, String> headers = new java.util.HashMap<>();
        String name = sample.getFileName().toString().replace(".json", ".headers");
        for (String line : Files.readAllLines(sample.resolveSibling(name))) {
            int colon = line.indexOf(": ");
            headers.put(line.substring(0, colon), line.substring(colon + 2));
        }
        return post("gitlab", headers, Files.readAllBytes(sample));
    }

    private static List<Path> samples() throws IOException {
        try (Stream<Path> files = Files.list(SAMPLES)) {
            return files.filter(f -> f.toString().endsWith(".json")).sorted().toList();
        }
    }

    private Connection connect() throws IOException, InterruptedException {
        return Nats.connect(new Options.Builder().server(server.url()).build());
    }

    private StreamInfo stream(String name) throws Exception {
        try (Connection connection = connect()) {
            return connection
                    .jetStreamManagement()
                    .getStreamInfo(name, StreamInfoOptions.allSubjects());
        }
    }

    @Test
    void everySampleIsInTheStreamAndInTheRoomOnceThoughEverythingIsKilled() throws Exception {
        List<Path> samples = samples();
        assertThat(samples).hasSize(21);
        try (FakeMatrix room = FakeMatrix.start()) {
            room.beMoody(true);
            try (BridgeProcess matrix = matrix(room)) {
                for (Path sample : samples.subList(0, 12)) {
                    assertThat(post(sample).statusCode()).isEqualTo(200);
                }
                gitlab.kill();
                matrix.kill();
                room.beDown(true);
                gitlab.launch();
                server.restart();
                await().atMost(PATIENCE).until(gitlab::isWell);
                for (Path sample : samples) {
                    assertThat(post(sample).statusCode()).isEqualTo(200);
                    assertThat(post(sample).body()).startsWith("stored 0, known ");
                }
                room.beDown(false);
                matrix.launch();
                await("messages in the room")
                        .atMost(PATIENCE)
                        .until(() -> room.shown().size() >= MESSAGES - CONFIDENTIAL);
                StreamInfo info = stream("GITLAB");
                assertThat(info.getStreamState().getMsgCount()).isEqualTo(MESSAGES);
                await("the last acknowledgement")
                        .atMost(PATIENCE)
                        .until(() -> matrix.metrics().contains("lag_messages{room=\"all\"} 0"));
                assertThat(room.shown()).hasSize(MESSAGES - CONFIDENTIAL);
                assertThat(room.repeated()).as("transactions tried again").isGreaterThan(5);
                assertThat(String.join("\n", room.shown()))
                        .contains("deployment success")
                        .contains("Retry queue grows without bound")
                        .doesNotContain("The customer is named in the log");
                assertThat(ids()).as("ids of the messages").hasSize(MESSAGES);
                assertThat(gitlab.log()).doesNotContain(TOKEN);
                assertThat(matrix.log()).doesNotContain("matrix-token");
            }
        }
    }

    private Set<String> ids() throws Exception {
        Set<String> ids = new HashSet<>();
        try (Connection connection = connect()) {
            for (long sequence = 1; sequence <= MESSAGES; sequence++) {
                MessageInfo message =
                        connection.jetStreamManagement().getMessage("GITLAB", sequence);
                ids.add(message.getHeaders().getFirst("Nats-Msg-Id"));
            }
        }
        return ids;
    }

    @Test
    void whileNatsIsAwayGitlabIsToldSoAndNothingIsKept() throws Exception {
        Path sample = samples().getFirst();
        server.signal("STOP");
        try {
            assertThat(post(sample).statusCode()).isEqualTo(503);
        } finally {
            server.signal("CONT");
        }
        await().atMost(PATIENCE).until(() -> post(sample).statusCode() == 200);
        await("the stream").atMost(PATIENCE).until(gitlab::isWell);
        assertThat(stream("GITLAB").getStreamState().getMsgCount())
                .as("one event and its short form")
                .isEqualTo(2);
    }

    @Test
    void hostileCallsAreRefusedInBoundedMemory() throws Exception {
        Map<String, String> good = Map.of("X-Gitlab-Token", TOKEN, "X-Gitlab-Event", "Push Hook");
        byte[] body = Files.readAllBytes(SAMPLES.resolve("push.json"));
        assertThat(post("gitlab", Map.of("X-Gitlab-Token", TOKEN + "x"), body).statusCode())
                .isEqualTo(401);
        assertThat(post("gitlab", Map.of(), body).statusCode()).isEqualTo(401);
        assertThat(post("nobody", good, body).statusCode()).isEqualTo(404);
        assertThat(post("../gitlab", good, body).statusCode()).isEqualTo(404);
        for (String bad : List.of("", "{", "[1]", "[".repeat(100_000))) {
            assertThat(post("gitlab", good, bad.getBytes(StandardCharsets.UTF_8)).statusCode())
                    .isEqualTo(400);
        }
        byte[] big = new byte[1 << 20];
        for (int i = 0; i < 4; i++) {
            refusedBig(good, big);
        }
        assertThat(gitlab.residentKib()).as("KiB in memory").isLessThan(220 << 10);
        String hostile =
                "{\"object_kind\":\"push\",\"project\":{\"path_with_namespace\":\"a.b/*.>\"}}";
        assertThat(post("gitlab", good, hostile.getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(200);
        assertThat(stream("GITLAB").getStreamState().getSubjectMap())
                .containsOnlyKeys("gitlab.a-b.push.update");
        assertThat(gitlab.metrics())
                .contains("refused_total{source=\"gitlab\",reason=\"login\"} 2")
                .contains("refused_total{source=\"gitlab\",reason=\"bad_body\"} 4");
    }

    /** 50 MB without a length: some of it is sent before the answer is there. */
    private void refusedBig(Map<String, String> headers, byte[] piece) {
        try {
            HttpResponse<String> answer =
                    post(
                            "gitlab",
                            headers,
                            HttpRequest.BodyPublishers.ofInputStream(
                                    () ->
                                            new java.io.SequenceInputStream(
                                                    java.util.Collections.enumeration(
                                                            java.util.Collections.nCopies(50, piece)
                                                                    .stream()
                                                                    .map(ByteArrayInputStream::new)
                                                                    .toList()))));
            assertThat(answer.statusCode()).isEqualTo(413);
        } catch (IOException closed) {
            // The connection was closed on us, which is as good a refusal.
            assertThat(closed).isNotNull();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void alertsJobsAndOthersHaveTheirSubjects() throws Exception {
        Map<String, String> bearer = Map.of("Authorization", "Bearer " + TOKEN);
        String alerts =
                """
                {"receiver":"nats","alerts":[{"status":"firing","fingerprint":"1","startsAt":"t",
                 "labels":{"alertname":"DiskFull","severity":"critical"},
                 "annotations":{"summary":"<b>n1</b> is full"}}]}
                """;
        String job =
                "{\"instance\":\"https://git.example.org\",\"job\":\"55103\",\"status\":\"success\"}";
        try (FakeMatrix room = FakeMatrix.start();
                BridgeProcess matrix = matrix(room)) {
            for (int i = 0; i < 2; i++) {
                byte[] body = alerts.getBytes(StandardCharsets.UTF_8);
                assertThat(post("alertmanager", bearer, body).statusCode()).isEqualTo(200);
            }
            await().atMost(PATIENCE).until(() -> room.shown().size() == 1);
            assertThat(room.shown().getFirst())
                    .contains("[firing] critical DiskFull: \\u003cb\\u003en1")
                    .contains("\\u0026lt;b\\u0026gt;n1");
            assertThat(matrix.isWell()).isTrue();
        }
        byte[] announced = job.getBytes(StandardCharsets.UTF_8);
        assertThat(post("ci/deploy/complete", bearer, announced).body()).startsWith("stored 1");
        assertThat(post(SAMPLES.resolve("deployment-success.json")).body())
                .as("the hook of the job that has announced itself")
                .isEqualTo("stored 1, known 1\n");
        Map<String, String> delivery = new java.util.HashMap<>(bearer);
        delivery.put("X-GitHub-Delivery", "1");
        assertThat(post("github", delivery, announced).body()).startsWith("stored 1");
        assertThat(post("github", delivery, announced).body()).startsWith("stored 0");
        assertThat(stream("ALERTS").getStreamState().getSubjectMap())
                .containsOnlyKeys("alerts.critical.DiskFull");
        assertThat(stream("WEBHOOKS").getStreamState().getSubjectMap())
                .containsOnlyKeys("webhooks.github");
    }

    @Test
    void commandsOfListedPeopleReachTheStreamOnce() throws Exception {
        try (FakeMatrix room = FakeMatrix.start();
                BridgeProcess matrix = matrix(room)) {
            room.say("$1", "@ann:example.org", "!deploy relay");
            room.say("$2", "@eve:example.org", "!deploy relay");
            await().atMost(PATIENCE).until(() -> room.shown().size() == 1);
            matrix.kill();
            matrix.launch();
            room.say("$1", "@ann:example.org", "!deploy relay"); // read again after the crash
            room.say("$3", "@ann:example.org", "!deploy other");
            await().atMost(PATIENCE).until(() -> room.shown().size() == 2);
            assertThat(stream("MATRIX").getStreamState().getSubjectMap())
                    .containsEntry("matrix.command.deploy", 2L)
                    .hasSize(1);
        }
    }

    @Test
    void aRoomThatIsWellMissesNothingThatIsPublishedNext() throws Exception {
        try (FakeMatrix room = FakeMatrix.start();
                Connection connection = connect();
                BridgeProcess matrix =
                        BridgeProcess.begin(
                                "matrix",
                                "matrix-token",
                                """
                                "nats":{"urls":["%s"]},
                                "matrix":{"homeserver":"%s","access_token_file":"secret"},
                                "rooms":[{"name":"late","room":"#ops:example.org","stream":"LATE",
                                  "subjects":["late.>"]}]
                                """
                                        .formatted(server.url(), room.url()))) {
            await().atMost(PATIENCE).until(() -> matrix.log().contains("cannot be asked"));
            assertThat(matrix.health()).startsWith("503 ").contains("room late, stream LATE");
            JetStreamManagement streams = connection.jetStreamManagement();
            streams.addStream(
                    StreamConfiguration.builder().name("LATE").subjects("late.>").build());
            matrix.awaitWell();
            for (int round = 1; round <= 3; round++) {
                connection.jetStream().publish("late." + round, new byte[0]);
                int expected = round;
                await().atMost(PATIENCE).until(() -> room.shown().size() == expected);
                matrix.kill();
                streams.deleteConsumer("LATE", "matrix-late");
                matrix.launch();
            }
        }
    }

    @Test
    void theWebhookBridgeIsNotWellBeforeItsStreamsAreThere() throws Exception {
        try (ServerProcess without = ServerProcess.start("");
                BridgeProcess bridge =
                        BridgeProcess.begin(
                                "gitlab",
                                TOKEN,
                                """
                                "listen":"127.0.0.1:%d","nats":{"urls":["%s"]},
                                "gitlab":{"token_file":"secret"},
                                "alertmanager":{"token_file":"secret"}
                                """
                                        .formatted(BridgeProcess.freePort(), without.url()))) {
            await().atMost(PATIENCE).until(() -> bridge.log().contains("stream ALERTS: "));
            assertThat(bridge.health())
                    .startsWith("503 ")
                    .contains("stream GITLAB", "stream ALERTS");
            without.configure(
                    "jetstream { store_dir: \"%s\" }\n".formatted(Repository.newFolder("store")));
            without.restart();
            bridge.awaitWell();
            try (Connection connection =
                    Nats.connect(new Options.Builder().server(without.url()).build())) {
                assertThat(connection.jetStreamManagement().getStreamNames())
                        .contains("GITLAB", "ALERTS");
            }
        }
    }

    /** The shell lines of the template, as a job runs them. */
    @Test
    void aJobAnnouncesItselfWithCurl() throws Exception {
        Assumptions.assumeTrue(Clients.onPath("curl"), "curl is not installed");
        String template =
                Files.readString(Repository.root().resolve("bridges/gitlab/ci/nats-announce.yml"));
        int from = template.indexOf("      nats_json() {");
        int to = template.indexOf("  build-start:");
        String functions = template.substring(from, to).replaceAll("(?m)^      ", "");
        ProcessBuilder shell =
                new ProcessBuilder(
                                "sh", "-ec", functions + "\nnats_announce deploy complete success")
                        .redirectErrorStream(true);
        shell.environment()
                .putAll(
                        Map.of(
                                "NATS_HOOK_URL", "http://127.0.0.1:" + hookPort + "/",
                                "NATS_HOOK_TOKEN", TOKEN,
                                "CI_SERVER_URL", "https://git.example.org",
                                "CI_JOB_ID", "55103",
                                "CI_COMMIT_REF_NAME", "a\"b\\c $(id) {{ID}}\n"));
        for (String answer : List.of("stored 1, known 0\n", "stored 0, known 1\n")) {
            Process job = shell.start();
            String said = new String(job.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(job.waitFor()).as(said).isZero();
            assertThat(said).isEqualTo(answer);
        }
        assertThat(post(SAMPLES.resolve("deployment-success.json")).body())
                .isEqualTo("stored 1, known 1\n");
    }
}
