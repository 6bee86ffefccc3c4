package io.millrace.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.nats.client.Connection;
import io.nats.client.Message;
import io.nats.client.Nats;
import io.nats.client.Options;
import io.nats.client.Subscription;
import io.nats.client.impl.Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published holes of the past in JetStream, and what lies beside them. */
final class JetStreamSecurityTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String API = "$JS.API.";

    private static ServerProcess server;
    private static Connection mine;
    private static Connection other;

    @BeforeAll
    static void start() throws Exception {
        server =
                ServerProcess.startStoring(
                        """
                        jetstream: enabled
                        accounts {
                          MINE { jetstream: enabled, users: [
                            {user: mine, password: pw}
                            {user: reader, password: pw, permissions: {publish: {
                              allow: ["$JS.API.CONSUMER.>", "$JS.ACK.kept.>"]
                              deny: ["$JS.API.CONSUMER.DELETE.>"] }}}
                          ] }
                          OTHER { jetstream: enabled, users: [{user: other, password: pw}] }
                        }
                        """);
        mine = login("mine");
        other = login("other");
    }

    private static Connection login(String user) throws Exception {
        return Nats.connect(
                new Options.Builder().server(server.url()).userInfo(user, "pw").build());
    }

    @AfterAll
    static void stop() throws Exception {
        mine.close();
        other.close();
        server.close();
    }

    @BeforeEach
    void makeAStream() throws Exception {
        create(mine, "kept", "");
        ask(mine, "CONSUMER.CREATE.kept.reader", consumer("reader", ""));
    }

    @AfterEach
    void dropItAndAskWhetherTheServerLives() throws Exception {
        assertThat(ask(mine, "STREAM.DELETE.kept", "")).contains("\"success\":true");
        server.assertServing();
    }

    private static String create(Connection nc, String name, String more) throws Exception {
        return ask(
                nc,
                "STREAM.CREATE." + name,
                "{\"name\":\"%s\",\"subjects\":[\"%s.>\"]%s}".formatted(name, name, more));
    }

    private static String consumer(String name, String more) {
        return "{\"stream_name\":\"kept\",\"config\":{\"durable_name\":\"%s\",\"name\":\"%s\",\"ack_policy\":\"explicit\"%s}}"
                .formatted(name, name, more);
    }

    private static String ask(Connection nc, String call, String body) throws Exception {
        return answer(nc.request(API + call, body.getBytes(UTF_8)), PATIENCE);
    }

    private static String answer(CompletableFuture<Message> asked, Duration patience)
            throws Exception {
        try {
            Message answer = asked.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            String status = answer.getStatus() == null ? "" : answer.getStatus().toString();
            return status + new String(answer.getData(), UTF_8);
        } catch (CancellationException | ExecutionException e) {
            return "no responders";
        } catch (TimeoutException e) {
            return "no answer";
        }
    }

    private static String info() throws Exception {
        return ask(mine, "STREAM.INFO.kept", "");
    }

    private static String error(int code) {
        return "\"err_code\":" + code;
    }

    /** CVE-2022-42708. */
    @ParameterizedTest
    @ValueSource(strings = {"-1", "-11"})
    void fewerReplicasThanNoneAreRefused(String replicas) throws Exception {
        String more = ",\"num_replicas\":" + replicas;
        assertThat(create(mine, "few", more)).contains(error(10133));
        assertThat(
                        ask(
                                mine,
                                "STREAM.UPDATE.kept",
                                "{\"name\":\"kept\",\"subjects\":[\"kept.>\"]" + more + "}"))
                .contains(error(10133));
        for (String call :
                List.of("CONSUMER.CREATE.kept.few", "CONSUMER.DURABLE.CREATE.kept.few")) {
            assertThat(ask(mine, call, consumer("few", more))).contains(error(10133));
        }
        assertThat(ask(mine, "CONSUMER.CREATE.kept.reader", consumer("reader", more)))
                .contains(error(10133));
    }

    static Stream<String> numbers() {
        return Stream.of(
                "-2", "-9223372036854775808", "9223372036854775807", "9223372036854775808");
    }

    /** CVE-2022-42708, its siblings: every other number of a configuration. */
    @ParameterizedTest
    @MethodSource("numbers")
    void noNumberOfAConfigurationHarmsTheServer(String number) throws Exception {
        for (String field :
                List.of(
                        "max_msgs",
                        "max_bytes",
                        "max_age",
                        "max_consumers",
                        "max_msg_size",
                        "max_msgs_per_subject",
                        "duplicate_window",
                        "first_seq",
                        "subject_delete_marker_ttl")) {
            String answer = create(mine, "odd", ",\"%s\":%s".formatted(field, number));
            assertThat(answer).as(field).startsWith("{\"type\":");
            if (!answer.contains("\"error\"")) {
                mine.request("odd.a", new byte[10]).get(20, TimeUnit.SECONDS);
                ask(mine, "STREAM.DELETE.odd", "");
            }
        }
        for (String field :
                List.of(
                        "ack_wait",
                        "max_deliver",
                        "max_ack_pending",
                        "max_waiting",
                        "opt_start_seq",
                        "inactive_threshold",
                        "max_batch",
                        "max_expires",
                        "max_bytes",
                        "rate_limit_bps",
                        "idle_heartbeat",
                        "priority_timeout")) {
            String more = ",\"%s\":%s".formatted(field, number);
            assertThat(ask(mine, "CONSUMER.CREATE.kept.odd", consumer("odd", more)))
                    .as(field)
                    .startsWith("{\"type\":");
            ask(mine, "CONSUMER.DELETE.kept.odd", "");
        }
    }

    /** secnote of 2.12.6: sums of reservations must not wrap around. */
    @ParameterizedTest
    @ValueSource(strings = {"file", "memory"})
    void hugeReservationsAreRefusedBesideSmallOnes(String storage) throws Exception {
        String kind = ",\"storage\":\"%s\"".formatted(storage);
        assertThat(create(mine, "small", kind + ",\"max_bytes\":1000")).doesNotContain("\"error\"");
        assertThat(create(mine, "huge", kind + ",\"max_bytes\":9223372036854775807"))
                .contains(error(storage.equals("file") ? 10047 : 10028));
        ask(mine, "STREAM.DELETE.small", "");
    }

    /** secnote of 2.12.6: places in a list that do not exist. */
    @ParameterizedTest
    @CsvSource({"-1,0", "-9223372036854775808,0", "9223372036854775807,1", "100,1", "1,1"})
    void anyPlaceInAListIsAnswered(String asked, int shown) throws Exception {
        String body = "{\"offset\":%s}".formatted(asked);
        for (String call :
                List.of(
                        "STREAM.NAMES",
                        "STREAM.LIST",
                        "CONSUMER.NAMES.kept",
                        "CONSUMER.LIST.kept")) {
            assertThat(ask(mine, call, body))
                    .as(call)
                    .contains("\"total\":1,\"offset\":%d,".formatted(shown));
        }
        mine.request("kept.a", new byte[1]).get(20, TimeUnit.SECONDS);
        String subjects = "{\"subjects_filter\":\">\",\"offset\":%s}".formatted(asked);
        assertThat(ask(mine, "STREAM.INFO.kept", subjects))
                .contains("\"total\":1,\"offset\":%d,".formatted(shown));
    }

    /** 2.12.8: names that are no names, in the subject and in the body. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a/b", "a\\b", "a b", "a\tb", "a\rb", "a\nb", "a\fb", "a.b", "a*", "a>", ".."
            })
    void aNameThatCouldBeAPathOrTwoIsRefused(String name) throws Exception {
        String spelt =
                name.replace("\\", "\\\\")
                        .replace("\t", "\\t")
                        .replace("\r", "\\r")
                        .replace("\n", "\\n")
                        .replace("\f", "\\f");
        boolean token = name.matches("[a-z/\\\\]+");
        String inSubject = token ? name : "any";
        for (String answer :
                List.of(
                        ask(
                                mine,
                                "STREAM.CREATE." + inSubject,
                                "{\"name\":\"%s\",\"subjects\":[\"n\"]}".formatted(spelt)),
                        ask(mine, "CONSUMER.CREATE.kept." + inSubject, consumer(spelt, "")),
                        ask(mine, "CONSUMER.CREATE.kept", consumer(spelt, "")),
                        ask(mine, "CONSUMER.DURABLE.CREATE.kept." + inSubject, consumer(spelt, "")),
                        ask(
                                mine,
                                "STREAM.RESTORE." + inSubject,
                                "{\"config\":{\"name\":\"%s\"},\"state\":{}}".formatted(spelt)))) {
            assertThat(answer).contains("\"error\"");
        }
        assertThat(ask(mine, "STREAM.NAMES", "")).contains("\"total\":1,");
        assertThat(ask(mine, "CONSUMER.NAMES.kept", "")).contains("\"total\":1,");
    }

    /** secnote-2025-01: what only the system account may do. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SERVER.REMOVE",
                "ACCOUNT.PURGE.MINE",
                "ACCOUNT.STREAM.MOVE.MINE.kept",
                "ACCOUNT.STREAM.CANCEL_MOVE.MINE.kept",
                "ACCOUNT.PURGE.foo/hello"
            })
    void anOrdinaryAccountIsNotAnsweredOnWhatTheSystemMayDo(String call) throws Exception {
        for (Connection nc : List.of(mine, other)) {
            CompletableFuture<Message> asked = nc.request(API + call, "{}".getBytes(UTF_8));
            assertThat(answer(asked, Duration.ofMillis(200))).isEqualTo("no answer");
        }
        assertThat(info()).contains("\"name\":\"kept\"");
    }

    @Test
    void anotherAccountSeesAndMovesNothing() throws Exception {
        mine.request("kept.a", "secret".getBytes(UTF_8)).get(20, TimeUnit.SECONDS);
        String delivered = nextAck();
        assertThat(ask(other, "STREAM.NAMES", "")).contains("\"total\":0,");
        for (String call :
                List.of(
                        "STREAM.INFO.kept",
                        "STREAM.DELETE.kept",
                        "STREAM.PURGE.kept",
                        "CONSUMER.INFO.kept.reader",
                        "CONSUMER.DELETE.kept.reader")) {
            assertThat(ask(other, call, "")).as(call).contains(error(10059));
        }
        assertThat(ask(other, "STREAM.MSG.GET.kept", "{\"seq\":1}")).contains(error(10059));
        for (String call : List.of("DIRECT.GET.kept.kept.a", "CONSUMER.MSG.NEXT.kept.reader")) {
            assertThat(ask(other, call, "")).as(call).isEqualTo("no responders");
        }
        assertThat(answer(other.request("kept.a", new byte[1]), PATIENCE))
                .isEqualTo("no responders");
        assertThat(answer(other.request(delivered, new byte[0]), PATIENCE))
                .isEqualTo("no responders");
        assertThat(info()).contains("\"messages\":1,");
        assertThat(ask(mine, "CONSUMER.INFO.kept.reader", "")).contains("\"num_ack_pending\":1,");
    }

    /** Takes one message and returns where its ack goes. */
    private static String nextAck() throws Exception {
        Subscription inbox = mine.subscribe("taken");
        mine.publish(API + "CONSUMER.MSG.NEXT.kept.reader", "taken", new byte[0]);
        Message message = inbox.nextMessage(PATIENCE);
        inbox.unsubscribe();
        return message.getReplyTo();
    }

    @Test
    void rightsToTheApiAreRightsToItsSubjects() throws Exception {
        try (RawClient reader = RawClient.login(server.port(), "reader")) {
            reader.send("PUB $JS.API.STREAM.DELETE.kept 0\r\n\r\n");
            reader.send("PUB $JS.API.CONSUMER.DELETE.kept.reader 0\r\n\r\n");
            reader.send("PUB kept.a 1\r\nx\r\n");
            assertThat(reader.ping())
                    .hasSize(3)
                    .allMatch(line -> line.startsWith("-ERR 'Permissions Violation for Publish"));
        }
        assertThat(info()).contains("\"messages\":0,").contains("\"consumer_count\":1");
    }

    /** 2.12.9: who sends a message must not be answered in the name of a consumer. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "$JS.ACK.kept.reader.1.1.1.0.0@evil",
                "$JS.ACK.a",
                "_R_.a",
                "_GR_.abcd.ef.a",
                "$GR.a.b"
            })
    void aReplyThatIsTheServersOwnIsRefused(String reply) {
        try (RawClient client = RawClient.login(server.port(), "mine")) {
            client.send("SUB plain 1\r\nPUB plain " + reply + " 1\r\nx\r\n");
            client.send("HPUB plain " + reply + " 12 13\r\nNATS/1.0\r\n\r\nx\r\n");
            String refused =
                    "-ERR 'Permissions Violation for Publish with Reply of \"" + reply + "\"'";
            assertThat(client.ping()).containsExactly(refused, refused);
            client.send("PUB plain $JS.ACKS.a 1\r\nx\r\n");
            assertThat(client.ping()).containsExactly("MSG plain 1 $JS.ACKS.a 1", "x");
        }
    }

    /** 2.14.3: a pull request without a group where one client is pinned; and odder ones. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"batch\":1}",
                "{\"batch\":1,\"group\":\"\"}",
                "{\"batch\":1,\"group\":\"x\"}",
                "{\"batch\":1,\"group\":\"g\",\"expires\":-5}",
                "{\"batch\":1,\"group\":\"g\",\"expires\":-9223372036854775808}",
                "{\"batch\":9223372036854775807,\"no_wait\":true,\"group\":\"g\"}",
                "{\"batch\":-1,\"max_bytes\":-5,\"no_wait\":true,\"group\":\"g\"}",
                "{\"batch\":1,\"group\":\"g\",\"expires\":1000,\"idle_heartbeat\":9223372036854775807}",
                "{\"batch\":1,\"group\":\"g\",\"priority\":-9223372036854775808}",
                "{"
            })
    void anyPullRequestIsAnswered(String body) throws Exception {
        String pinned =
                ",\"priority_groups\":[\"g\"],\"priority_policy\":\"pinned_client\",\"priority_timeout\":1000000000";
        ask(mine, "CONSUMER.CREATE.kept.pinned", consumer("pinned", pinned));
        assertThat(ask(mine, "CONSUMER.MSG.NEXT.kept.pinned", body)).containsPattern("4\\d\\d");
    }

    /** An ack is data of an attacker too. */
    @Test
    void anyAckLeavesTheConsumerSound() throws Exception {
        mine.request("kept.a", "x".getBytes(UTF_8)).get(20, TimeUnit.SECONDS);
        String reply = nextAck();
        String[] tokens = reply.split("\\.", -1);
        for (int i = 2; i < tokens.length; i++) {
            for (String odd : List.of("-1", "0", "9223372036854775808", "x", "*")) {
                String[] changed = tokens.clone();
                changed[i] = odd;
                // What names another stream or consumer acknowledges nothing here.
                mine.publish(String.join(".", changed), (i < 4 ? "+ACK" : "+WPI").getBytes(UTF_8));
            }
        }
        for (String body :
                List.of(
                        "-NAK {\"delay\":-1",
                        "-NAK 9223372036854775808",
                        "-NAK {\"delay\":\"x\"}",
                        "+NXT {",
                        "+NXT -1",
                        "+TERMINATE",
                        "+WPI +WPI",
                        "\u0000",
                        "-NAK".repeat(200))) {
            mine.publish(reply + ".", body.getBytes(UTF_8));
        }
        mine.flush(PATIENCE);
        assertThat(ask(mine, "CONSUMER.INFO.kept.reader", "")).contains("\"num_ack_pending\":1,");
        mine.publish(reply, "-NAK {\"delay\":9223372036854775807}".getBytes(UTF_8));
        mine.publish(reply, "-NAK".getBytes(UTF_8));
        assertThat(nextAck()).contains(".kept.reader.2.1.");
    }

    @Test
    void headersCountOnlyByTheirNames() throws Exception {
        for (String name : List.of("X", "X-Nats-Expected-Last-Sequence")) {
            assertThat(publish(name, "Nats-Expected-Last-Sequence: 7")).contains("\"seq\":");
        }
        for (String odd : List.of("-1", "x", "18446744073709551616")) {
            assertThat(publish("Nats-Expected-Last-Sequence", odd)).startsWith("{");
        }
        assertThat(publish("Nats-Expected-Last-Sequence", "7")).contains(error(10071));
        assertThat(publish("Nats-TTL", "-5")).contains("\"error\"");
        assertThat(publish("Nats-Rollup", "evil")).contains("\"error\"");
    }

    private static String publish(String header, String value) throws Exception {
        Headers headers = new Headers().put(header, value);
        return answer(mine.request("kept.h", headers, new byte[1]), PATIENCE);
    }

    static Stream<String> calls() {
        return Stream.of(
                "INFO",
                "STREAM.CREATE.X",
                "STREAM.UPDATE.kept",
                "STREAM.INFO.kept",
                "STREAM.NAMES",
                "STREAM.LIST",
                "STREAM.PURGE.kept",
                "STREAM.MSG.GET.kept",
                "STREAM.MSG.DELETE.kept",
                "CONSUMER.CREATE.kept",
                "CONSUMER.CREATE.kept.x",
                "CONSUMER.DURABLE.CREATE.kept.x",
                "CONSUMER.NAMES.kept",
                "CONSUMER.LIST.kept",
                "CONSUMER.INFO.kept.reader",
                "CONSUMER.PAUSE.kept.reader",
                "CONSUMER.UNPIN.kept.reader",
                "CONSUMER.RESET.kept.reader",
                "STREAM.SNAPSHOT.kept",
                "STREAM.RESTORE.kept",
                "DIRECT.GET.kept");
    }

    @ParameterizedTest
    @MethodSource("calls")
    void anyBodyIsAnswered(String call) throws Exception {
        String deep = "[".repeat(100_000);
        for (String body :
                List.of(
                        "",
                        "null",
                        "[]",
                        "{",
                        "5",
                        "\"x\"",
                        deep,
                        "{\"a\":" + deep,
                        "{\"config\":null,\"name\":null,\"seq\":null}",
                        "{\"seq\":-1}",
                        "{\"seq\":18446744073709551616}",
                        "{\"config\":{\"name\":[]}}",
                        "{\"seq\":1e999}",
                        "\u0000")) {
            assertThat(ask(mine, call, body)).as(body).isNotEqualTo("no answer");
        }
    }

    /** secnote-2026-12, and what 2.14.4 repaired beside it. */
    @Test
    void aRestoreBringsBackOnlyTheStreamOfItsSubject() throws Exception {
        assertThat(ask(mine, "STREAM.RESTORE.TEST", restore("OTHER"))).contains(error(10056));
        assertThat(ask(mine, "STREAM.RESTORE.kept", restore(""))).contains(error(10130));
        assertThat(ask(mine, "STREAM.RESTORE.kept", restore("kept"))).contains(error(10130));
        for (String wild : List.of("a.*", "a.>")) {
            assertThat(
                            ask(
                                    mine,
                                    "STREAM.SNAPSHOT.kept",
                                    "{\"deliver_subject\":\"%s\"}".formatted(wild)))
                    .contains(error(10015));
        }
        assertThat(ask(mine, "STREAM.NAMES", "")).contains("\"total\":1,");
    }

    private static String restore(String name) {
        return "{\"config\":{\"name\":\"%s\",\"subjects\":[\"r\"]},\"state\":{}}".formatted(name);
    }

    /** CVE-2022-26652; archives of every kind are tested where they are read. */
    @Test
    void whatIsNoArchiveRestoresNothing() throws Exception {
        String begun = ask(mine, "STREAM.RESTORE.back", restore("back"));
        String to = begun.replaceAll(".*\"deliver_subject\":\"([^\"]*)\".*", "$1");
        String said = answer(mine.request(to, "../../x".repeat(1000).getBytes(UTF_8)), PATIENCE);
        if (!said.contains("\"error\"")) {
            said = answer(mine.request(to, new byte[0]), PATIENCE);
        }
        assertThat(said).contains("\"error\"");
        await("nothing is left of it")
                .atMost(PATIENCE)
                .until(() -> ask(mine, "STREAM.NAMES", "").contains("\"total\":1,"));
        assertThat(outsideTheStore()).isEmpty();
    }

    private static List<Path> outsideTheStore() throws IOException {
        try (Stream<Path> files = Files.walk(server.folder().getParent(), 4)) {
            return files.filter(path -> path.getFileName().toString().equals("x")).toList();
        }
    }
}
