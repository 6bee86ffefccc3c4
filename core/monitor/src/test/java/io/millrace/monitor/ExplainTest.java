package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.Options;
import io.millrace.config.Reload;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who receives a subject, who may what, why a connection ended, what a reload would change. */
final class ExplainTest {
    private static final String ACCOUNTS =
            """
            system_account: SYS
            max_payload: 1000
            accounts {
              SYS { users: [ { user: admin, password: a } ] }
              APP {
                jetstream: enabled
                mappings { old.*: new.$1, lost.>: [ { destination: lost.>, weight: 0% } ] }
                users: [
                  { user: ann, password: a }
                  { user: bob, password: b, permissions {
                      publish: { allow: ["in", "work.>", "$MR.EXPLAIN.>"], deny: "work.secret" }
                      subscribe: { allow: ["in", "news.>"], deny: "news.private" }
                  } }
                ]
              }
            }
            """;

    @TempDir Path folder;

    private JetStreamRig rig;
    private Caller admin;
    private Caller ann;
    private Caller bob;

    @BeforeEach
    void start() throws Exception {
        rig = new JetStreamRig(options(ACCOUNTS)).withJetStream().listening();
        admin = rig.caller("admin", "a");
        ann = rig.caller("ann", "a");
        bob = rig.caller("bob", "b");
    }

    @AfterEach
    void stop() throws IOException {
        admin.close();
        ann.close();
        bob.close();
        rig.close();
    }

    private Options options(String content) throws Exception {
        return JetStreamRig.options(folder, content);
    }

    private static String flat(String json) {
        return json.replaceAll("\\s+", " ");
    }

    @Test
    void aSubjectThatNobodyHearsIsSaidToBeLost() throws Exception {
        assertThat(ann.ask("$MR.EXPLAIN.SUBJECT.orders.new", ""))
                .contains("Nobody receives orders.new: no client has subscribed to it");
    }

    @Test
    void receiversAreNamedWithTheirQueueGroups() throws Exception {
        ann.tell("SUB orders.* 7\r\nSUB orders.new workers 8\r\n");
        assertThat(flat(ann.ask("$MR.EXPLAIN.SUBJECT.orders.new", "")))
                .contains("2 subscriptions of clients hear it, of each queue group one at a time")
                .contains(
                        "\"subscription\": \"orders.*\", \"hears\": \"orders.new\", \"user\": \"ann\"")
                .contains("\"queue\": \"workers\"");
    }

    @Test
    void mappingsAreFollowed() throws Exception {
        ann.tell("SUB new.x 7\r\n");
        assertThat(ann.ask("$MR.EXPLAIN.SUBJECT.old.x", ""))
                .contains(
                        "A mapping sends old.x to new.x (100%). 1 subscription of a client hears");
    }

    @Test
    void streamsAndTheirConsumersReceiveToo() throws Exception {
        ann.ask(
                "$JS.API.STREAM.CREATE.S",
                "{\"name\":\"S\",\"subjects\":[\"orders.>\"],\"storage\":\"memory\"}");
        ann.ask(
                "$JS.API.CONSUMER.CREATE.S.C",
                "{\"stream_name\":\"S\",\"config\":{\"name\":\"C\",\"durable_name\":\"C\","
                        + "\"filter_subject\":\"orders.new\"}}");
        assertThat(flat(ann.ask("$MR.EXPLAIN.SUBJECT.orders.new", "")))
                .contains("stored by S.")
                .contains(
                        "\"stream\": \"S\", \"stored_as\": \"orders.new\", \"consumers\": [ \"C\" ]");
        assertThat(flat(ann.ask("$MR.EXPLAIN.SUBJECT.orders.old", "")))
                .contains("\"stored_as\": \"orders.old\", \"consumers\": []");
    }

    @Test
    void aSubjectMustBeOne() throws Exception {
        assertThat(ann.ask("$MR.EXPLAIN.SUBJECT", "{\"subject\":\"a.*\"}"))
                .contains("\"code\": 400")
                .contains("no subject that a message can have");
    }

    @Test
    void theRuleThatDecidesIsNamed() throws Exception {
        assertThat(asAdmin("bob", "publish", "work.a"))
                .contains("bob may publish on work.a: allowed by \\\"work.>\\\".");
        assertThat(asAdmin("bob", "publish", "work.secret"))
                .contains("bob may not publish on work.secret: denied by \\\"work.secret\\\".");
        assertThat(asAdmin("bob", "publish", "other"))
                .contains("bob may not publish on other: the list of what is allowed does not");
        assertThat(asAdmin("bob", "subscribe", "news.>"))
                .contains("\"decision\": \"filtered\"")
                .contains("\\\"news.private\\\" covers are denied, and left out.");
        assertThat(asAdmin("bob", "subscribe", "news.private")).contains("denied by");
        assertThat(asAdmin("ann", "publish", "any"))
                .contains("there is no list of what is allowed, so everything is.");
        assertThat(asAdmin("eve", "publish", "any")).contains("no user or nkey \\\"eve\\\"");
    }

    private String asAdmin(String user, String action, String subject) throws IOException {
        return admin.ask(
                "$MR.EXPLAIN.PERMISSION",
                "{\"user\":\"%s\",\"action\":\"%s\",\"subject\":\"%s\"}"
                        .formatted(user, action, subject));
    }

    @Test
    void everybodyMayAskAboutHimselfAlone() throws Exception {
        assertThat(bob.ask("$MR.EXPLAIN.PERMISSION.publish.work.a", ""))
                .contains("bob may publish on work.a");
        assertThat(bob.ask("$MR.EXPLAIN.PERMISSION.publish.work.a", "{\"user\":\"ann\"}"))
                .contains("\"code\": 403");
        assertThat(bob.ask("$MR.EXPLAIN.SUBJECT.x", "{\"account\":\"SYS\"}"))
                .contains("only the system account may ask about other accounts");
        assertThat(bob.ask("$MR.EXPLAIN.RELOAD", "")).contains("\"code\": 403");
    }

    @Test
    void theEndOfAConnectionIsExplained() throws Exception {
        Caller large = rig.caller("ann", "a");
        long cid = Long.parseLong(own(large));
        try {
            large.tell("PUB x 2000\r\n" + "x".repeat(2000) + "\r\n");
        } catch (IOException ended) {
            // that is what is asked about
        }
        large.close();
        assertThat(admin.ask("$MR.EXPLAIN.CONNECTION." + cid, ""))
                .contains("\"open\": false")
                .contains("The client sent a message larger than max_payload.");
        assertThat(ann.ask("$MR.EXPLAIN.CONNECTION." + own(ann), "")).contains("\"open\": true");
        assertThat(ann.ask("$MR.EXPLAIN.CONNECTION." + own(admin), "")).contains("\"code\": 404");
        assertThat(admin.ask("$MR.EXPLAIN.CONNECTION.x", ""))
                .contains("is no connection number (cid)");
    }

    /** The number of the asker's connection: where its inbox leads. */
    private static String own(Caller wire) throws IOException {
        wire.tell("SUB own 9\r\n");
        String answer = flat(wire.ask("$MR.EXPLAIN.SUBJECT.own", "{\"account\":\"\"}"));
        wire.tell("UNSUB 9\r\n");
        if (answer.contains("\"cid\": ")) {
            return answer.replaceAll(".*\"cid\": (\\d+).*", "$1");
        }
        return flat(wire.ask("$MR.EXPLAIN.SUBJECT.in", "{\"account\":\"SYS\"}"))
                .replaceAll(".*\"cid\": (\\d+).*", "$1");
    }

    @Test
    void aReloadIsForetold() throws Exception {
        rig.wouldReload(Reload.between(rig.server.options(), options(ACCOUNTS + "debug: true\n")));
        assertThat(admin.ask("$MR.EXPLAIN.RELOAD", ""))
                .contains("\"accepted\": true")
                .contains("A reload would be accepted and change 1 setting")
                .contains("Reloaded: debug = true");

        rig.wouldReload(
                Reload.between(rig.server.options(), options(ACCOUNTS + "max_pending: 100000\n")));
        assertThat(admin.ask("$MR.EXPLAIN.RELOAD", ""))
                .contains("\"accepted\": false")
                .contains("config reload not supported for MaxPending");
    }
}
