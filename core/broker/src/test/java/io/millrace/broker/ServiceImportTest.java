package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.Publication;
import io.millrace.protocol.PublicationWriter;
import io.millrace.testkit.SimulatedPeer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests to services of other accounts, and their answers. */
final class ServiceImportTest {
    private static final String ACCOUNTS =
            """
            A { users: [{user: a, password: p}], exports: [
              {service: "one"}, {service: "many", response_type: stream}
              {service: "chunk", response_type: chunked}
              {service: "slow", response_threshold: "300ms"}
              {service: "w.*.*"}, {service: "seen", allow_trace: true}, {service: "old.>"}
            ], mappings: {"old.a": "one", "old.b": {destination: "old.b", weight: 0}} }
            B { users: [{user: b, password: p}], exports: [{service: "local"}], imports: [
              {service: {account: A, subject: "one"}, to: "local"}
              {service: {account: A, subject: "many"}}
              {service: {account: A, subject: "chunk"}}
              {service: {account: A, subject: "slow"}}
              {service: {account: A, subject: "seen"}}
              {service: {account: A, subject: "old.>"}}
              {service: {account: A, subject: "w.*.*"}, to: "v.$2.$1", share: true}
            ] }
            C { users: [{user: c, password: p}]
                imports: [{service: {account: B, subject: "local"}, to: "far"}] }
            """;

    @TempDir Path folder;
    private SharedAccounts shared;
    private SimulatedPeer a;
    private SimulatedPeer b;

    @BeforeEach
    void begin() {
        shared = new SharedAccounts(folder, ACCOUNTS);
        a = shared.client("a");
        b = shared.client("b");
        shared.say(b, "SUB in.> 1\n");
    }

    private String ask(String subject, String reply) {
        shared.say(b, "PUB " + subject + " " + reply + " 1\nq\n");
        return a.heard();
    }

    private void answer(String reply, String text) {
        shared.say(a, "PUB " + reply + " " + text.length() + "\n" + text + "\n");
    }

    private int awaited() {
        return shared.world.server.ask(
                () -> {
                    Accounts accounts = shared.world.server.accounts();
                    return shared.world.server.awaitedResponses(accounts.named("A")).size();
                });
    }

    @Test
    void aRequestGoesOverAndItsAnswerComesBack() {
        shared.say(a, "SUB one 7\n");
        String asked = ask("local", "in.1");
        assertThat(SharedAccounts.plain(asked))
                .isEqualTo("HMSG one 7 _R_\nNATS/1.0\nNats-Request-Info: {\"acc\":\"B\"}\n\nq\n");
        answer(SharedAccounts.reply(asked), "yes");
        assertThat(b.heard()).isEqualTo("MSG in.1 1 3\r\nyes\r\n");
    }

    @Test
    void aSingleAnswerIsTheLast() {
        shared.say(a, "SUB one 7\n");
        String reply = SharedAccounts.reply(ask("local", "in.1"));
        answer(reply, "yes");
        answer(reply, "no");
        assertThat(b.heard()).isEqualTo("MSG in.1 1 3\r\nyes\r\n");
        assertThat(awaited()).isZero();
    }

    @Test
    void aStreamOfAnswersGoesOnUntilTheRequesterLeaves() {
        shared.say(a, "SUB many 7\n");
        shared.say(b, "SUB out 2\n");
        String reply = SharedAccounts.reply(ask("many", "out"));
        answer(reply, "1");
        answer(reply, "2");
        assertThat(b.heard()).isEqualTo("MSG out 2 1\r\n1\r\nMSG out 2 1\r\n2\r\n");
        assertThat(awaited()).isOne();
        shared.say(b, "UNSUB 2\n");
        assertThat(awaited()).isZero();
    }

    @Test
    void anEmptyMessageEndsAnswersInChunks() {
        shared.say(a, "SUB chunk 7\n");
        String reply = SharedAccounts.reply(ask("chunk", "in.1"));
        answer(reply, "1");
        answer(reply, "");
        answer(reply, "2");
        assertThat(b.heard()).isEqualTo("MSG in.1 1 1\r\n1\r\nMSG in.1 1 0\r\n\r\n");
        assertThat(awaited()).isZero();
    }

    @Test
    void anAnswerAfterTheThresholdIsTooLate() {
        shared.say(a, "SUB slow 7\n");
        String reply = SharedAccounts.reply(ask("slow", "in.1"));
        shared.world.loop.advance(400 * SimulatedServer.MILLI);
        assertThat(awaited()).isZero();
        answer(reply, "late");
        assertThat(b.heard()).isEmpty();
    }

    @Test
    void anAnswerIsAwaitedForTwoMinutesUnlessConfigured() {
        shared.say(a, "SUB one 7\n");
        ask("local", "in.1");
        shared.world.loop.advance(119 * SimulatedServer.SECOND);
        assertThat(awaited()).isOne();
        shared.world.loop.advance(2 * SimulatedServer.SECOND);
        assertThat(awaited()).isZero();
    }

    @Test
    void whoeverAsksWhereNobodyListensIsTold() {
        assertThat(shared.say(b, "PUB local in.1 1\nq\n"))
                .isEqualTo("HMSG in.1 1 37 37\r\nNATS/1.0 503\r\nNats-Subject: local\r\n\r\n\r\n");
        assertThat(awaited()).isZero();
    }

    @Test
    void wildcardsChangeTheirPlacesAndWhoAsksIsSharedWhereItIsConfigured() {
        shared.say(a, "SUB w.> 7\n");
        String asked = SharedAccounts.plain(ask("v.x.y", "in.1"));
        assertThat(asked).startsWith("HMSG w.y.x 7 _R_\nNATS/1.0\nNats-Request-Info: {\"start\":");
        assertThat(asked)
                .contains("\"acc\":\"B\",\"user\":\"b\"")
                .endsWith(
                        "\"server\":\"rec\",\"kind\":\"Client\",\"client_type\":\"nats\"}\n\nq\n");
    }

    @Test
    void theMappingsOfTheAccountOfTheServiceCount() {
        shared.say(a, "SUB one 7\nSUB old.> 8\n");
        assertThat(ask("old.a", "in.1")).startsWith("HMSG one 7 _R_.");
        assertThat(ask("old.c", "in.1")).startsWith("HMSG old.c 8 _R_.");
        assertThat(shared.say(b, "PUB old.b in.1 1\nq\n")).contains("NATS/1.0 503");
        assertThat(a.heard()).isEmpty();
    }

    @Test
    void aRequestThroughAThirdAccountSaysWhoAskedFirst() {
        shared.say(a, "SUB one 7\n");
        SimulatedPeer c = shared.client("c");
        shared.say(c, "SUB in.c 1\nPUB far in.c 1\nq\n");
        String asked = a.heard();
        assertThat(SharedAccounts.plain(asked))
                .contains("Nats-Request-Info: {\"acc\":\"C\",\"svc\":\"B\"}\n");
        answer(SharedAccounts.reply(asked), "yes");
        assertThat(c.heard()).isEqualTo("MSG in.c 1 3\r\nyes\r\n");
    }

    @Test
    void whatARequestSaysOfItselfIsNotBelieved() {
        shared.say(a, "SUB one 7\n");
        String lines = "A: b\nnats-request-info: {\"acc\":\"SYS\",\"id\":1}\n";
        shared.say(b, SharedAccounts.withHeaders("local", lines, "q"));
        assertThat(SharedAccounts.plain(a.heard()))
                .contains("A: b\nNats-Request-Info: {\"acc\":\"B\"}\n")
                .doesNotContain("SYS");
    }

    @Test
    void anAnswerMayWantAnAnswer() {
        shared.say(a, "SUB many 7\nSUB back 8\n");
        String reply = SharedAccounts.reply(ask("many", "in.1"));
        shared.say(a, "PUB " + reply + " back 1\n1\n");
        String heard = b.heard();
        assertThat(SharedAccounts.plain(heard)).isEqualTo("MSG in.1 1 _R_ 1\n1\n");
        shared.say(b, "PUB " + SharedAccounts.reply(heard) + " 2\nok\n");
        assertThat(a.heard()).isEqualTo("MSG back 8 2\r\nok\r\n");
    }

    @Test
    void anAnswerMayShowAnotherSubjectThanTheOneThatItGoesTo() {
        shared.say(a, "SUB many 7\n");
        byte[] reply = SharedAccounts.reply(ask("many", "in.1")).getBytes(StandardCharsets.UTF_8);
        byte[] shown = "shown".getBytes(StandardCharsets.UTF_8);
        byte[] none = new byte[0];
        Publication message =
                new PublicationWriter().write(shown, 0, 5, none, 0, 0, none, 0, 0, shown, 0, 5);
        Server server = shared.world.server;
        int taken =
                server.ask(
                        () ->
                                server.clientIn(server.accounts().named("A"))
                                        .publishTo(reply, 0, reply.length, message));
        shared.world.loop.settle();
        assertThat(taken).isOne();
        assertThat(b.heard()).isEqualTo("MSG shown 1 5\r\nshown\r\n");
    }

    @Test
    void nobodyCanAskForAnAnswerInThePlaceOfAnother() {
        shared.say(a, "SUB one 7\n");
        String reply = SharedAccounts.reply(ask("local", "in.1"));
        assertThat(shared.say(b, "PUB local " + reply + " 1\nq\n"))
                .isEqualTo(
                        "-ERR 'Permissions Violation for Publish with Reply of \""
                                + reply
                                + "\"'\r\n");
    }

    @Test
    void aTraceEndsAtTheBorderUnlessItMayBeFollowed() {
        shared.say(a, "SUB one 7\nSUB seen 8\n");
        shared.say(b, "SUB t 9\n");
        String trace = "Nats-Trace-Dest: t\n";
        assertThat(shared.say(b, SharedAccounts.withHeaders("local", trace, "q")))
                .contains("{\"type\":\"si\"", "\"acc\":\"A\",\"from\":\"local\",\"to\":\"one\"}]}");
        assertThat(a.heard()).contains("Nats-Trace-Dest: trace disabled\r\n");
        assertThat(shared.say(b, SharedAccounts.withHeaders("seen", trace, "q")))
                .contains("{\"type\":\"si\"", "{\"type\":\"eg\"");
        assertThat(a.heard()).contains("Nats-Trace-Dest: t\r\n");
    }

    @Test
    void aReloadTakesAServiceAwayAndAnswersOnTheirWayArrive() {
        shared.say(a, "SUB one 7\n");
        String reply = SharedAccounts.reply(ask("local", "in.1"));
        shared.reload(
                """
                A { users: [{user: a, password: p}], exports: [{service: "one"}] }
                B { users: [{user: b, password: p}] }
                C { users: [{user: c, password: p}] }
                """);
        answer(reply, "yes");
        assertThat(b.heard()).isEqualTo("MSG in.1 1 3\r\nyes\r\n");
        assertThat(shared.say(b, "PUB local in.2 1\nq\n")).contains("NATS/1.0 503");
        shared.reload(ACCOUNTS);
        assertThat(ask("local", "in.3")).startsWith("HMSG one 7 _R_");
    }

    @Test
    void answersToWhoHasLeftAreGivenUp() {
        shared.say(a, "SUB many 7\n");
        shared.say(b, "PUB many in.1 0\n\n".repeat(1_000));
        assertThat(awaited()).isEqualTo(1_000);
        b.leave();
        shared.world.loop.settle();
        assertThat(awaited()).isZero();
    }
}
