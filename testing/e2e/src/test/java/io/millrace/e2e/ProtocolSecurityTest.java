package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Published holes of the past in the client protocol and in logging in. */
final class ProtocolSecurityTest {
    private static final String TWO_ACCOUNTS =
            """
            accounts {
              A { users: [{user: a, password: pw}] }
              B { users: [{user: b, password: pw}] }
              SYS { users: [{user: system, password: pw}] }
            }
            system_account: SYS
            """;

    private static String header(String... lines) {
        return "NATS/1.0\r\n" + String.join("\r\n", lines) + "\r\n\r\n";
    }

    /** CVE-2019-13126: sizes beyond 32 and beyond 64 bits. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "PUB foo 380571791000988",
                "PUB foo 18446744073709551615123",
                "PUB foo 9223372036854775807",
                "PUB foo 2147483648",
                "PUB foo 4294967297",
                "HPUB foo 12 380571791000988",
                "HPUB foo 380571791000988 380571791000988",
                "HPUB foo 18446744073709551615123 18446744073709551615123",
                "HPUB foo 4294967297 4294967297",
                "PUB foo -1",
                "HPUB foo -1 10",
            })
    void aSizeThatFitsNoNumberEndsTheConnection(String line) {
        try (ServerProcess server = ServerProcess.start("");
                RawClient client = RawClient.connect(server.port())) {
            client.send(line + "\r\n");
            assertThat(client.readToEnd()).isEmpty();
            server.assertServing();
        }
    }

    @Test
    void aSizeOfNineDigitsIsAViolationOfTheMaximumPayload() {
        try (ServerProcess server = ServerProcess.start("");
                RawClient client = RawClient.connect(server.port())) {
            client.send("PUB foo 199380988\r\n");
            assertThat(client.readToEnd()).containsExactly("-ERR 'Maximum Payload Violation'");
            server.assertServing();
        }
    }

    /** CVE-2022-24450: to name an account is no way into it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"account\":\"B\"",
                "\"account\":\"SYS\"",
                "\"account\":\"B\",\"new_account\":true",
                "\"account\":\"NEW\",\"new_account\":true",
            })
    void namingAnAccountInConnectLeadsNowhere(String members) {
        try (ServerProcess server = ServerProcess.start(TWO_ACCOUNTS);
                RawClient b = RawClient.login(server.port(), "b");
                RawClient a =
                        RawClient.connect(
                                server.port(), "\"user\":\"a\",\"pass\":\"pw\"," + members)) {
            a.send("SUB > 1\r\nSUB $SYS.> 2\r\nPING\r\n");
            String first = a.readLine();
            b.send("PUB secret 1\r\nx\r\n");
            assertThat(b.ping()).isEmpty();
            if (!first.startsWith("-ERR")) {
                assertThat(a.ping()).noneMatch(line -> line.startsWith("MSG secret"));
            } else {
                assertThat(first).isEqualTo("-ERR 'Authorization Violation'");
            }
            server.assertServing();
        }
    }

    /** secnote-2026-24: the way in without CONNECT asks the same questions as CONNECT. */
    @ParameterizedTest
    @ValueSource(strings = {"PING\r\n", "SUB foo 1\r\n", "PUB foo 0\r\n\r\n"})
    void aUserForWebSocketsIsNoWayInForOthers(String first) {
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                no_auth_user: guest
                                authorization { users: [
                                  {user: guest, password: pw,
                                   allowed_connection_types: ["WEBSOCKET"]}
                                ] }
                                """);
                RawClient client = RawClient.dial(server.port())) {
            client.send(first);
            assertThat(client.readToEnd()).containsExactly("-ERR 'Authorization Violation'");
            server.assertServing();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PING\r\n", "CONNECT {}\r\nPING\r\n"})
    void aUserThatNeedsAProxyIsNoWayInWithoutOne(String first) {
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                no_auth_user: guest
                                proxies { trusted: [
                                  {key: UBQJ6LPDB6ACRZ7FJNSHIXAA4PF7XR3PYHWCU4F5DBMFMLE25HKYF5QJ}
                                ] }
                                authorization { users: [
                                  {user: guest, password: pw, proxy_required: true}
                                ] }
                                """);
                RawClient client = RawClient.dial(server.port())) {
            client.send(first);
            assertThat(client.readToEnd())
                    .singleElement()
                    .asString()
                    .startsWith("-ERR '")
                    .doesNotContain("PONG");
            server.assertServing();
        }
    }

    @Test
    void theUserForEverybodyIsUsedWithoutConnect() {
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                no_auth_user: guest
                                authorization { users: [
                                  {user: guest, password: pw, permissions { publish: "open" } }
                                ] }
                                """);
                RawClient client = RawClient.dial(server.port())) {
            client.send("PUB closed 0\r\n\r\n");
            assertThat(client.ping())
                    .containsExactly("-ERR 'Permissions Violation for Publish to \"closed\"'");
        }
    }

    /** secnote-2023-01: an authorization block keeps strangers out, whatever accounts say. */
    @Test
    void usersBesideASystemAccountLeaveNoDoorForStrangers() {
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                authorization { users: [{user: a, password: pw}] }
                                accounts { $SYS { users: [{user: system, password: pw}] } }
                                """);
                RawClient stranger = RawClient.connect(server.port());
                RawClient user = RawClient.login(server.port(), "a")) {
            stranger.send("PING\r\n");
            assertThat(stranger.readToEnd()).containsExactly("-ERR 'Authorization Violation'");
            assertThat(user.ping()).isEmpty();
        }
    }

    /** secnote-2026-15: a trace goes only where its sender may publish. */
    @Test
    void aTraceDestinationIsAPublishToo() {
        String header = header("Nats-Trace-Dest: secret.trace");
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                max_payload: 1000
                                authorization { users: [
                                  {user: free, password: pw}
                                  {user: narrow, password: pw, permissions {
                                    publish: "allowed.>" } }
                                ] }
                                """);
                RawClient free = RawClient.login(server.port(), "free");
                RawClient narrow = RawClient.login(server.port(), "narrow")) {
            free.send("SUB > 1\r\n");
            assertThat(free.ping()).isEmpty();
            narrow.send(
                    "HPUB allowed.x %d %d\r\n%s\r\n"
                            .formatted(header.length(), header.length(), header));
            assertThat(narrow.ping())
                    .containsExactly(
                            "-ERR 'Permissions Violation for Publish to \"secret.trace\"'");
            assertThat(free.ping()).isEmpty();
            narrow.send("PUB allowed.x %d\r\n%s\r\n".formatted(header.length(), header));
            assertThat(narrow.ping()).as("a header in the payload is none").isEmpty();
            assertThat(free.ping()).noneMatch(line -> line.contains("MSG secret"));
            narrow.send(
                    "HPUB allowed.x %d %d\r\n%s%s\r\n"
                            .formatted(header.length(), 1001, header, "x".repeat(1001)));
            assertThat(narrow.readToEnd()).contains("-ERR 'Maximum Payload Violation'");
            assertThat(free.ping()).isEmpty();
            server.assertServing();
        }
    }

    /** secnote-2026-09: who asks is said by the server, once, and by nobody else. */
    @Test
    void forgedRequestInformationIsRemoved() {
        String header =
                header(
                        "Nats-Request-Info: {\"acc\":\"SYS\"}",
                        "Kept: yes",
                        "nats-request-info: {\"acc\":\"B\"}",
                        "Nats-Request-Info: {\"acc\":\"C\"}");
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                accounts {
                                  A {
                                    users: [{user: a, password: pw}]
                                    exports: [{service: "ask"}]
                                  }
                                  B {
                                    users: [{user: b, password: pw}]
                                    imports: [{service: {account: A, subject: "ask"}, share: true}]
                                  }
                                }
                                """);
                RawClient service = RawClient.login(server.port(), "a");
                RawClient client = RawClient.login(server.port(), "b")) {
            service.send("SUB ask 1\r\n");
            assertThat(service.ping()).isEmpty();
            client.send(
                    "HPUB ask reply.here %d %d\r\n%s\r\n"
                            .formatted(header.length(), header.length(), header));
            assertThat(client.ping()).isEmpty();
            assertThat(service.ping())
                    .anyMatch(line -> line.startsWith("HMSG ask 1 _R_."))
                    .contains("Kept: yes")
                    .filteredOn(line -> line.startsWith("Nats-Request-Info:"))
                    .singleElement()
                    .asString()
                    .contains("\"acc\":\"B\"")
                    .contains("\"user\":\"b\"");
        }
    }

    /** Fixed in 2.12.8. */
    @Test
    void aSecondConnectEndsTheSubscriptionsOfTheFirst() {
        try (ServerProcess server = ServerProcess.start(TWO_ACCOUNTS);
                RawClient client = RawClient.login(server.port(), "a");
                RawClient a = RawClient.login(server.port(), "a");
                RawClient b = RawClient.login(server.port(), "b")) {
            client.send("SUB news 1\r\n");
            assertThat(client.ping()).isEmpty();
            client.send("CONNECT {\"verbose\":false,\"user\":\"b\",\"pass\":\"pw\"}\r\n");
            assertThat(client.ping()).isEmpty();
            for (RawClient sender : new RawClient[] {a, b}) {
                sender.send("PUB news 0\r\n\r\n");
                assertThat(sender.ping()).isEmpty();
            }
            assertThat(client.ping()).isEmpty();
        }
    }

    /** CVE-2020-26149 and the redaction of 2.12.6: what a client says of itself stays unsaid. */
    @Test
    void noSecretOfAClientGetsIntoTheLog() {
        try (ServerProcess server =
                ServerProcess.startMonitored(
                        "authorization { users: [{user: a, password: opensesame}] }\n", "-DV")) {
            try (RawClient client =
                    RawClient.connect(server.port(), "\"user\":\"a\",\"pass\":\"opensesame\"")) {
                assertThat(client.ping()).isEmpty();
            }
            try (RawClient client =
                    RawClient.connect(
                            server.port(),
                            "\"user\":\"a\",\"pass\":\"wrongsecret\",\"auth_token\":\"tokensecret\","
                                    + "\"sig\":\"signature1\",\"nkey\":\"nkey1\",\"jwt\":\"jwt1\"")) {
                assertThat(client.readToEnd()).containsExactly("-ERR 'Authorization Violation'");
            }
            assertThat(server.log())
                    .contains("CONNECT")
                    .doesNotContain("opensesame")
                    .doesNotContain("wrongsecret")
                    .doesNotContain("tokensecret")
                    .doesNotContain("signature1");
            assertThat(server.http("/connz?auth=true&state=any").body())
                    .doesNotContain("opensesame")
                    .doesNotContain("wrongsecret");
        }
    }

    /** Malformed CONNECTs that cost others their parser. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CONNECT {\"user\":null,\"pass\":null,\"sig\":null,\"jwt\":null,\"nkey\":null}",
                "CONNECT {\"jwt\":\"a.b.c\",\"sig\":\"\"}",
                "CONNECT {\"jwt\":\"eyJ9.eyJ9.\",\"sig\":\"AAAA\"}",
                "CONNECT {\"nkey\":\"UBQJ\",\"sig\":\"x\"}",
                "CONNECT {\"nkey\":\"SUAL75GAJORXTMMQFII74EHO4CJSAZIR44GEBJRFXIH7WUSVQRAXXVQ2IY\"}",
                "CONNECT {\"protocol\":99999999999999999999}",
                "CONNECT {\"user\":{\"a\":1}}",
                "CONNECT \"x\"",
                "CONNECT {\"user\":\"\\ud800\"}",
            })
    void aStrangeConnectIsRefusedAndNothingElse(String line) {
        try (ServerProcess server =
                        ServerProcess.start(
                                """
                                authorization { users: [{nkey:
                                  UD43H3PEYDYQU43IMAKE6NZWJX4QMZOSFVO3CQRDDYEDL5WNZT6Q5E5F}] }
                                """);
                RawClient client = RawClient.dial(server.port())) {
            client.send(line + "\r\nPING\r\n");
            assertThat(client.readToEnd()).doesNotContain("PONG");
            server.assertServing();
        }
    }

    @Test
    void deepNestingInConnectIsRefused() {
        try (ServerProcess server = ServerProcess.start("");
                RawClient client = RawClient.dial(server.port())) {
            client.send("CONNECT {\"a\":" + "[".repeat(1500) + "\r\nPING\r\n");
            assertThat(client.readToEnd()).doesNotContain("PONG");
            server.assertServing();
        }
    }
}
