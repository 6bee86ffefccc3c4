package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Published holes of the past in permissions: deny wins, on every path, for every subject. */
final class PermissionSecurityTest {
    private static final String QUEUE_REFUSED =
            "-ERR 'Permissions Violation for Subscription to \"admin.secret\""
                    + " using queue \"workers\"'";

    /** A server with the user "narrow", who has these subscribe permissions, and "free". */
    private static ServerProcess server(String subscribe) {
        return ServerProcess.start(
                """
                authorization { users: [
                  {user: free, password: pw}
                  {user: narrow, password: pw, permissions { subscribe { %s } } }
                ] }
                """
                        .formatted(subscribe));
    }

    /** What {@code client} is delivered when somebody else publishes to these subjects. */
    private static List<String> delivered(
            ServerProcess server, RawClient client, String... subjects) {
        assertThat(client.ping()).isEmpty();
        try (RawClient free = RawClient.login(server.port(), "free")) {
            for (String subject : subjects) {
                free.send("PUB " + subject + " 1\r\nx\r\n");
            }
            assertThat(free.ping()).isEmpty();
        }
        return client.ping().stream()
                .filter(line -> line.startsWith("MSG "))
                .map(line -> line.split(" ", -1)[1])
                .toList();
    }

    /** secnote-2026-18: a plain and a queue deny side by side. */
    @ParameterizedTest
    @ValueSource(strings = {"[\"admin.>\", \"> restricted\"]", "[\"> restricted\", \"admin.>\"]"})
    void aPlainDenyHoldsForQueuesInAnyOrder(String deny) {
        try (ServerProcess server = server("allow: \">\", deny: " + deny);
                RawClient narrow = RawClient.login(server.port(), "narrow")) {
            narrow.send("SUB admin.secret workers 1\r\n");
            assertThat(narrow.ping()).containsExactly(QUEUE_REFUSED);
            narrow.send("SUB admin.secret 2\r\n");
            assertThat(narrow.ping())
                    .containsExactly(
                            "-ERR 'Permissions Violation for Subscription to \"admin.secret\"'");
            narrow.send("SUB other restricted 3\r\nSUB other workers 4\r\n");
            assertThat(narrow.ping())
                    .containsExactly(
                            "-ERR 'Permissions Violation for Subscription to \"other\""
                                    + " using queue \"restricted\"'");
        }
    }

    /** secnote-2026-17: subscription and deny overlap, and neither contains the other. */
    @ParameterizedTest
    @CsvSource({
        "*.secret, foo.*, foo.secret, foo.open",
        "foo.*.bar, foo.baz.*, foo.baz.bar, foo.baz.open",
        "*.*.bar, foo.*.*, foo.x.bar, foo.x.open",
        "a.>, *.b, a.b, c.b",
    })
    void whatADenyAndASubscriptionShareIsNotDelivered(
            String deny, String subscription, String secret, String open) {
        try (ServerProcess server = server("allow: \">\", deny: \"" + deny + "\"");
                RawClient narrow = RawClient.login(server.port(), "narrow")) {
            narrow.send("SUB " + subscription + " 1\r\n");
            assertThat(delivered(server, narrow, secret, open)).containsExactly(open);
        }
        try (ServerProcess server = server("allow: \">\", deny: \"" + deny + "\"");
                RawClient narrow = RawClient.login(server.port(), "narrow")) {
            narrow.send("SUB " + subscription + " group 1\r\n");
            assertThat(delivered(server, narrow, secret, open)).containsExactly(open);
        }
    }

    /** secnote-2026-17: a member that may not have a message does not eat it. */
    @Test
    void aMessageRefusedByOneMemberOfAGroupGoesToAnother() {
        try (ServerProcess server = server("allow: \">\", deny: \"*.secret\"");
                RawClient narrow = RawClient.login(server.port(), "narrow");
                RawClient other = RawClient.login(server.port(), "free")) {
            narrow.send("SUB foo.* group 1\r\n");
            assertThat(narrow.ping()).isEmpty();
            other.send("SUB foo.* group 1\r\n");
            String[] subjects = new String[40];
            Arrays.fill(subjects, "foo.secret");
            assertThat(delivered(server, other, subjects)).hasSize(40);
            assertThat(narrow.ping()).isEmpty();
        }
    }

    /** CVE-2022-29946. */
    @Test
    void aQueueSubscriptionWiderThanADenyGetsAllButTheDenied() {
        try (ServerProcess server = server("allow: \"foo.>\", deny: \"foo.restricted\"");
                RawClient narrow = RawClient.login(server.port(), "narrow")) {
            narrow.send("SUB foo.> group 1\r\n");
            assertThat(delivered(server, narrow, "foo.a", "foo.restricted", "foo.b"))
                    .containsExactly("foo.a", "foo.b");
            narrow.send("SUB foo.* 2\r\n");
            assertThat(delivered(server, narrow, "foo.a", "foo.restricted"))
                    .containsExactly("foo.a", "foo.a");
        }
    }

    /** Fixed in 2.14.4: a deny for some queues only, met by a wildcard subscription. */
    @Test
    void aDenyForOneQueueHoldsForWildcardsAndSparesOtherQueues() {
        try (ServerProcess server = server("allow: \">\", deny: \"admin.secret work.*\"");
                RawClient narrow = RawClient.login(server.port(), "narrow")) {
            narrow.send("SUB admin.* work.one 1\r\n");
            assertThat(delivered(server, narrow, "admin.secret", "admin.open"))
                    .containsExactly("admin.open");
            narrow.send("UNSUB 1\r\nSUB admin.* rest 2\r\n");
            assertThat(delivered(server, narrow, "admin.secret", "admin.open"))
                    .containsExactly("admin.secret", "admin.open");
        }
    }

    @Test
    void aPermissionOfWhiteSpaceIsRefusedAtTheStart() {
        assertThat(
                        ServerProcess.refused(
                                """
                                authorization { users: [{user: a, password: pw, permissions {
                                  subscribe: [" "] } }] }
                                """))
                .contains("subject \" \" is not a valid subject");
    }

    @Test
    void publishesBesideTheAllowedAreRefusedAndReachNobody() {
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                authorization { users: [
                                  {user: free, password: pw}
                                  {user: narrow, password: pw, permissions { publish {
                                    allow: ["orders.>", "exact"], deny: "orders.*.secret" } } }
                                ] }
                                """);
                RawClient free = RawClient.login(server.port(), "free");
                RawClient narrow = RawClient.login(server.port(), "narrow")) {
            free.send("SUB > 1\r\n");
            assertThat(free.ping()).isEmpty();
            narrow.send("PUB orders.1 0\r\n\r\nPUB orders.1.secret 0\r\n\r\nPUB exact 0\r\n\r\n");
            narrow.send(
                    "PUB exact.more 0\r\n\r\nHPUB orders.2.secret 12 12\r\nNATS/1.0\r\n\r\n\r\n");
            assertThat(narrow.ping())
                    .containsExactly(
                            "-ERR 'Permissions Violation for Publish to \"orders.1.secret\"'",
                            "-ERR 'Permissions Violation for Publish to \"exact.more\"'",
                            "-ERR 'Permissions Violation for Publish to \"orders.2.secret\"'");
            assertThat(free.ping())
                    .filteredOn(line -> !line.isEmpty())
                    .containsExactly("MSG orders.1 1 0", "MSG exact 1 0");
        }
    }
}
