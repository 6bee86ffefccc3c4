package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is told of accounts that share, and what is ordered for others; as nats-server says it. */
@Timeout(60)
final class SharedAccountsTest {
    private static final String CONFIGURATION =
            """
            system_account: SYS
            accounts {
              SYS { users: [ { user: admin, password: a } ] }
              A { jetstream: enabled, users: [ { user: a, password: a } ], exports: [
                {stream: "st.>", accounts: [B]}
                {service: "sv.lat", latency: {sampling: 20, subject: lat}}
                {service: "$JS.API.>"}, {service: "in.>"}
              ] }
              B { users: [ { user: b, password: b } ], imports: [
                {stream: {account: A, subject: "st.>"}, prefix: "from"}
                {service: {account: A, subject: "sv.lat"}, share: true}
                {service: {account: A, subject: "$JS.API.>"}, to: "JSA.>"}
                {service: {account: A, subject: "in.>"}}
              ] }
            }
            """;

    @TempDir Path folder;

    @AutoClose private JetStreamRig rig;
    @AutoClose private Caller admin;
    @AutoClose private Caller a;
    @AutoClose private Caller b;

    @BeforeEach
    void start() throws Exception {
        rig =
                new JetStreamRig(JetStreamRig.options(folder, CONFIGURATION))
                        .withJetStream()
                        .listening();
        admin = rig.caller("admin", "a");
        a = rig.caller("a", "a");
        b = rig.caller("b", "b");
    }

    @Test
    void accountzShowsExportsAndImports() throws Exception {
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.A.INFO", "").replace("\\u003e", ">"))
                .contains(
                        "{\"subject\":\"sv.lat\",\"type\":\"service\",\"response_type\":\"Singleton\","
                                + "\"service_latency\":{\"sampling\":20,\"results\":\"lat\"}}",
                        "{\"subject\":\"st.>\",\"type\":\"stream\",\"approved_accounts\":[\"B\"]}");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.B.INFO", "").replace("\\u003e", ">"))
                .contains(
                        "{\"subject\":\"st.>\",\"account\":\"A\",\"local_subject\":\"from.st.>\","
                                + "\"type\":\"stream\",\"invalid\":false,\"share\":false,\"tracking\":false}",
                        "{\"subject\":\"sv.lat\",\"account\":\"A\",\"to\":\"sv.lat\",\"local_subject\":"
                                + "\"sv.lat\",\"type\":\"service\",\"invalid\":false,\"share\":true,"
                                + "\"tracking\":false,\"latency\":{\"sampling\":20,\"results\":\"lat\"}}");
    }

    @Test
    void aStreamOfAnotherAccountIsMadeAndFilledThroughServices() throws Exception {
        assertThat(b.ask("JSA.STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"in.>\"]}"))
                .contains("\"did_create\":true");
        assertThat(b.ask("in.x", "1")).contains("\"stream\":\"S\"", "\"seq\":1");
        assertThat(a.ask("$JS.API.STREAM.MSG.GET.S", "{\"seq\":1}"))
                .contains("\"subject\":\"in.x\"", "\"data\":\"MQ==\"")
                .doesNotContain("hdrs");
    }

    @Test
    void aPurgeRemovesTheStreamsOfTheAccount() throws Exception {
        a.ask("$JS.API.STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s\"]}");
        a.ask("$JS.API.STREAM.CREATE.T", "{\"name\":\"T\",\"subjects\":[\"t\"]}");
        String initiated =
                "{\"type\":\"io.nats.jetstream.api.v1.account_purge_response\",\"initiated\":true}";
        assertThat(admin.ask("$JS.API.ACCOUNT.PURGE.NOPE", "")).isEqualTo(initiated);
        assertThat(a.ask("$JS.API.STREAM.NAMES", "")).contains("\"total\":2");
        assertThat(admin.ask("$JS.API.ACCOUNT.PURGE.A", "")).isEqualTo(initiated);
        assertThat(a.ask("$JS.API.STREAM.NAMES", "")).contains("\"total\":0");
    }

    @Test
    void whoReceivesASubjectIsFollowedByImports() throws Exception {
        b.tell("SUB from.st.* 7\r\n");
        a.tell("SUB in.x 7\r\nSUB in.> 8\r\n");
        assertThat(a.ask("$MR.EXPLAIN.SUBJECT.st.x", "").replaceAll("\\s+", " "))
                .contains(
                        "An import of streams takes it to account B as from.st.x, where it has 1"
                                + " subscription.",
                        "\"other_accounts\": [ { \"account\": \"B\", \"by\": \"stream import\", \"hears\":"
                                + " \"from.st.x\", \"subscriptions\": 1 } ]");
        assertThat(b.ask("$MR.EXPLAIN.SUBJECT.in.x", ""))
                .contains(
                        "An import of a service takes it to account A as in.x, where it has 2"
                                + " subscriptions.")
                .doesNotContain("\"user\"");
    }

    @Test
    void whatAnImportBringsIsCountedOverThere() throws Exception {
        b.tell("SUB from.st.* 7\r\n");
        a.tell("PUB st.1 1\r\nx\r\nPUB st.2 1\r\nx\r\n");
        b.tell("PUB from.st.3 1\r\nx\r\n");
        String counted = "\"subject\":\"from.st.*\",\"sid\":\"7\",\"msgs\":1,";
        assertThat(compact("/subsz?subs=1&test=from.st.5&acc=B")).contains(counted);
        assertThat(compact("/connz?subs=detail")).contains(counted);
        assertThat(compact("/subsz?subs=1&test=st.5&acc=A"))
                .contains("\"subject\":\"st.*\",\"sid\":\"7\",\"msgs\":2,");
    }

    private String compact(String page) {
        return rig.page(page).body().replaceAll("\\s+", "");
    }

    @Test
    void whatAnImportBringsCountsForTheMaximum() throws Exception {
        b.tell("SUB from.st.> 7\r\nUNSUB 7 2\r\n");
        a.tell("PUB st.1 1\r\nx\r\n");
        b.tell("PUB from.st.2 1\r\nx\r\n");
        assertThat(compact("/subsz?subs=1&test=from.st.5&acc=B")).contains("\"total\":0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | jwt update error - request body is empty",
                "a.b | jwt update resulted in error - expected 3 chunks",
                "a.b.c | jwt update resulted in error - illegal base64 data at input byte 0",
                "e30.e30.eHg | jwt update resulted in error - claim failed V2 signature verification"
            })
    void claimsAreRefusedWhereThereIsNoOperator(String token, String why) throws Exception {
        for (String subject :
                new String[] {"$SYS.REQ.ACCOUNT.A.CLAIMS.UPDATE", "$SYS.ACCOUNT.A.CLAIMS.UPDATE"}) {
            assertThat(admin.ask(subject, token))
                    .endsWith(
                            "\"error\":{\"account\":\"A\",\"code\":500,\"description\":\""
                                    + why
                                    + "\"}}");
        }
    }
}
