package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An account that a reload has added is served like those of the start. */
@Timeout(60)
final class ReloadedAccountsTest {
    private static final String BEFORE =
            """
            system_account: SYS
            accounts {
              SYS { users: [ { user: admin, password: a } ] }
              OLD { users: [ { user: old, password: o } ] }
            """;

    private static final String NEW =
            "  NEW { jetstream: enabled, users: [ { user: new, password: n } ] }\n";

    @TempDir Path folder;

    @AutoClose private JetStreamRig rig;
    @AutoClose private Caller admin;
    @AutoClose private Caller newcomer;

    @BeforeEach
    void reload() throws Exception {
        rig =
                new JetStreamRig(JetStreamRig.options(folder, BEFORE + "}\n"))
                        .withJetStream()
                        .listening();
        admin = rig.caller("admin", "a");
        rig.reload(JetStreamRig.options(folder, BEFORE + NEW + "}\n"));
        newcomer = rig.caller("new", "n");
    }

    @Test
    void jetStreamAnswersInIt() throws Exception {
        assertThat(newcomer.ask("$JS.API.STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s\"]}"))
                .contains("\"did_create\":true");
        assertThat(newcomer.ask("s", "x")).contains("\"stream\":\"S\"", "\"seq\":1");
    }

    @Test
    void itsUsersAskAboutThemselves() throws Exception {
        assertThat(newcomer.ask("$SYS.REQ.USER.INFO", "")).contains("\"account\":\"NEW\"");
        for (String subject :
                new String[] {
                    "$SYS.REQ.ACCOUNT.PING.CONNZ",
                    "$SYS.REQ.SERVER.PING.CONNZ",
                    "$SYS.REQ.ACCOUNT.PING.STATZ"
                }) {
            assertThat(newcomer.ask(subject, ""))
                    .contains("\"server\":{", "\"data\":{")
                    .doesNotContain("error");
        }
    }

    @Test
    void theSystemAccountAsksAboutIt() throws Exception {
        newcomer.tell("SUB here 5\r\n");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.NEW.INFO", ""))
                .contains("\"jetstream_enabled\":true");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.NEW.CONNZ", "")).contains("\"num_connections\":1");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.NEW.CONNS", "")).contains("\"conns\":1");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.NEW.STATZ", "")).contains("\"acc\":\"NEW\"");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.NEW.JSZ", "")).contains("\"name\":\"NEW\"");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.NEW.LEAFZ", "")).contains("\"leafs\":[]");
    }

    @Test
    void itIsExplained() throws Exception {
        newcomer.tell("SUB here 5\r\n");
        assertThat(newcomer.ask("$MR.EXPLAIN.SUBJECT.here", ""))
                .contains("\"account\": \"NEW\"", "\"cid\": " + newcomer.id());
        assertThat(admin.ask("$MR.EXPLAIN.SUBJECT.here", "{\"account\":\"NEW\"}"))
                .contains("\"cid\": " + newcomer.id());
    }

    @Test
    void allSubscriptionsOfAnAccountAreListedUnasked() throws Exception {
        newcomer.tell("SUB here 5\r\n");
        assertThat(admin.ask("$SYS.REQ.ACCOUNT.NEW.SUBSZ", "{\"subscriptions\":false}"))
                .contains("\"subject\":\"here\"", "\"subject\":\"$SYS.REQ.USER.INFO\"");
        assertThat(admin.ask("$SYS.REQ.SERVER.PING.SUBSZ", "")).doesNotContain("\"subject\"");
    }
}
