package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What shows of the server's own parts among clients and subscriptions: what nats-server 2.15.2
 * shows of its own.
 */
@Timeout(60)
final class ClientNumbersTest {
    private static final String ACCOUNTS =
            """
            accounts {
              $SYS { users: [ { user: admin, password: a } ] }
              A { jetstream: enabled, users: [ { user: ann, password: a } ] }
              B { users: [ { user: bob, password: a } ] }
            }
            """;

    private static final String STREAM = "{\"name\":\"S\",\"subjects\":[\"s.>\"]}";

    @TempDir Path folder;

    @AutoClose private JetStreamRig rig;

    private void start(String more) throws Exception {
        rig = new JetStreamRig(JetStreamRig.options(folder, ACCOUNTS + more));
        rig.withJetStream().listening();
    }

    private long next() throws IOException {
        try (Caller passing = rig.caller("bob", "a")) {
            return passing.id();
        }
    }

    private static void consumer(Caller who, String name, String config) throws IOException {
        assertThat(
                        who.ask(
                                "$JS.API.CONSUMER.CREATE.S." + name,
                                "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\""
                                        + name
                                        + "\""
                                        + config
                                        + "}}"))
                .contains("\"stream_name\":\"S\"");
    }

    @Test
    void theFirstClientComesAfterOnesOfTheServerAndOneForEachAccount() throws Exception {
        start("");
        // four of the server; $G, A and B
        assertThat(next()).isEqualTo(7);
        assertThat(next()).isEqualTo(8);
    }

    @Test
    void aStreamTakesThreeNumbersAndAConsumerTwo() throws Exception {
        start("");
        try (Caller ann = rig.caller("ann", "a")) {
            assertThat(ann.id()).isEqualTo(7);
            ann.ask("$JS.API.STREAM.CREATE.S", STREAM);
            assertThat(next()).isEqualTo(11);
            consumer(ann, "C", ",\"ack_policy\":\"explicit\"");
            assertThat(next()).isEqualTo(14);
            consumer(ann, "C", ",\"ack_policy\":\"explicit\"");
            ann.ask("$JS.API.CONSUMER.DELETE.S.C", "");
            ann.ask("$JS.API.STREAM.DELETE.S", "");
            assertThat(next()).isEqualTo(15);
        }
    }

    @Test
    void anAccountThatAReloadBringsTakesOne() throws Exception {
        start("");
        assertThat(next()).isEqualTo(7);
        rig.reload(JetStreamRig.options(folder, ACCOUNTS.replace("B {", "C { }\n  B {")));
        assertThat(next()).isEqualTo(9);
    }

    @Test
    void whatTheServerListensToIsCounted() throws Exception {
        start("");
        try (Caller ann = rig.caller("ann", "a")) {
            long before = subscriptions("A");
            long everywhere = subscriptions();
            ann.ask("$JS.API.INFO", "");
            // the answers to all requests of other accounts
            assertThat(subscriptions()).isEqualTo(everywhere + 1);
            ann.ask("$JS.API.STREAM.CREATE.S", STREAM.replace("}", ",\"allow_direct\":true}"));
            // its subject, and two to read messages directly
            assertThat(subscriptions("A")).isEqualTo(before + 3);
            consumer(ann, "C", ",\"ack_policy\":\"explicit\"");
            assertThat(subscriptions("A")).isEqualTo(before + 7);
            consumer(ann, "D", ",\"deliver_subject\":\"d\",\"ack_policy\":\"none\"");
            assertThat(subscriptions("A")).isEqualTo(before + 9);
            consumer(
                    ann,
                    "F",
                    ",\"deliver_subject\":\"f\",\"ack_policy\":\"none\",\"flow_control\":true,"
                            + "\"idle_heartbeat\":1000000000");
            assertThat(subscriptions("A")).isEqualTo(before + 13);
            // one for each consumer in the system account
            assertThat(subscriptions()).isEqualTo(everywhere + 1 + 13 + 3);
            ann.ask("$JS.API.STREAM.DELETE.S", "");
            assertThat(subscriptions("A")).isEqualTo(before);
            assertThat(subscriptions()).isEqualTo(everywhere + 1);
        }
    }

    private long subscriptions() {
        return number(rig.page("/varz").body(), "subscriptions");
    }

    private long subscriptions(String account) {
        return number(rig.page("/accountz?acc=" + account).body(), "subscriptions");
    }

    private static long number(String page, String field) {
        return Long.parseLong(
                page.replaceFirst("(?s).*\"" + field + "\":\\s*(\\d+).*", "$1").strip());
    }

    @Test
    void thePartsOfAStreamComeAndGoInTheCountsOfConnections() throws Exception {
        start("");
        try (Caller ann = rig.caller("ann", "a");
                Caller admin = rig.caller("admin", "a")) {
            ann.ask("$JS.API.INFO", "");
            admin.tell("SUB $SYS.ACCOUNT.*.SERVER.CONNS 2\r\n");
            long ours = subscriptions("A");
            long system = subscriptions("$SYS");
            ann.ask("$JS.API.STREAM.CREATE.S", STREAM);
            assertThat(counts(admin, 3))
                    .containsExactly("A " + ours, "$SYS " + system, at(ours, 1));
            consumer(ann, "C", ",\"ack_policy\":\"explicit\"");
            assertThat(counts(admin, 2)).containsExactly(at(ours, 1), "$SYS " + system);
            ann.ask("$JS.API.CONSUMER.DELETE.S.C", "");
            assertThat(counts(admin, 2)).containsExactly(at(ours, 1), "$SYS " + system);
            ann.ask("$JS.API.STREAM.DELETE.S", "");
            assertThat(counts(admin, 3))
                    .containsExactly("A " + ours, "$SYS " + system, "A " + ours);
        }
    }

    private static String at(long ours, int more) {
        return "A " + (ours + more);
    }

    /** Of which account it is told, and how many subscriptions it had then. */
    private static List<String> counts(Caller admin, int count) throws IOException {
        List<String> told = new ArrayList<>();
        while (told.size() < count) {
            String event = admin.heard();
            String account = event.replaceFirst("(?s).*\"acc\":\"([^\"]+)\".*", "$1");
            told.add(account + " " + number(event, "num_subscriptions"));
        }
        return told;
    }
}
