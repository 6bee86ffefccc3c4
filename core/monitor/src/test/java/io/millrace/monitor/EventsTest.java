package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ConfigException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the server says of itself, in the order in which nats-server 2.15.2 says it. */
@Timeout(60)
final class EventsTest {
    private static final String ACCOUNTS =
            """
            accounts {
              $SYS { users: [ { user: admin, password: a } ] }
              A { users: [ { user: ann, password: a } ] }
            }
            """;

    private static final String CONNS = "$SYS.ACCOUNT.A.SERVER.CONNS";
    private static final String OLD_CONNS = "$SYS.SERVER.ACCOUNT.A.CONNS";

    @TempDir Path folder;

    @AutoClose private JetStreamRig rig;
    @AutoClose private Caller admin;

    @BeforeEach
    void listen() throws IOException, ConfigException {
        rig = new JetStreamRig(JetStreamRig.options(folder, ACCOUNTS)).listening();
        admin = rig.caller("admin", "a");
        admin.tell("SUB $SYS.ACCOUNT.> 2\r\nSUB $SYS.SERVER.> 3\r\n");
    }

    /** The next events but for the regular figures. */
    private List<String> events(int count) throws IOException {
        List<String> events = new ArrayList<>();
        while (events.size() < count) {
            String event = admin.heard();
            if (!event.contains(".STATSZ ")) {
                events.add(event);
            }
        }
        return events;
    }

    private static List<String> subjects(List<String> events) {
        return events.stream()
                .map(event -> event.substring(0, event.indexOf(' ')))
                .map(subject -> subject.replaceFirst("\\.N[A-Z2-7]{55}\\.", ".ID."))
                .toList();
    }

    private void open(String lines) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), rig.server.port())) {
            socket.getOutputStream().write(lines.getBytes(StandardCharsets.UTF_8));
            socket.getInputStream().readAllBytes();
        }
    }

    @Test
    void whoComesIsCountedFirst() throws IOException {
        try (Caller ann = rig.caller("ann", "a")) {
            List<String> events = events(3);
            assertThat(subjects(events))
                    .containsExactly(OLD_CONNS, CONNS, "$SYS.ACCOUNT.A.CONNECT");
            assertThat(events.get(1)).contains("\"conns\":1", "\"num_subscriptions\":4");
            assertThat(events.get(2)).contains("\"id\":" + ann.id());
        }
    }

    @Test
    void whoGoesCountsNoMore() throws IOException {
        rig.caller("ann", "a").close();
        List<String> events = events(6).subList(3, 6);
        assertThat(subjects(events)).containsExactly(OLD_CONNS, CONNS, "$SYS.ACCOUNT.A.DISCONNECT");
        assertThat(events.get(1)).contains("\"conns\":0", "\"num_subscriptions\":4");
        assertThat(events.get(2)).contains("\"reason\":\"Client Closed\"");
    }

    @Test
    void bothNoticesOfACountAreOneEventSentTwice() throws IOException {
        rig.caller("ann", "a").close();
        List<String> events = events(2);
        assertThat(field(events.get(0), "id")).isEqualTo(field(events.get(1), "id"));
        assertThat(Long.parseLong(field(events.get(1), "seq")))
                .isEqualTo(Long.parseLong(field(events.get(0), "seq")) + 1);
    }

    private static String field(String event, String name) {
        return event.replaceFirst(".*?\"" + name + "\":\"?([^\",]*).*", "$1");
    }

    @Test
    void whoIsNotLetInIsCountedNowhere() throws IOException {
        open("CONNECT {\"user\":\"ann\",\"pass\":\"wrong\"}\r\n");
        List<String> events = events(2);
        assertThat(subjects(events))
                .containsExactly("$SYS.SERVER.ID.CLIENT.AUTH.ERR", "$SYS.ACCOUNT.$G.DISCONNECT");
        assertThat(events).allMatch(event -> event.contains("\"acc\":\"$G\",\"user\":\"ann\","));
        open("CONNECT {\"verbose\":\"}\r\n");
        assertThat(subjects(events(1))).containsExactly("$SYS.ACCOUNT.$G.DISCONNECT");
    }

    @Test
    void whoSpeaksBeforeHisLoginHasFailedIt() throws IOException {
        open("PUB x 1\r\nx\r\n");
        assertThat(subjects(events(2)))
                .containsExactly("$SYS.SERVER.ID.CLIENT.AUTH.ERR", "$SYS.ACCOUNT.$G.DISCONNECT");
    }

    @Test
    void whoNeedsNoLoginHasComeWithHisFirstWord() throws IOException, ConfigException {
        rig.reload(JetStreamRig.options(folder, ACCOUNTS.replaceFirst("A \\{.*", "")));
        open("foo\r\n");
        List<String> events = events(2);
        assertThat(subjects(events))
                .containsExactly("$SYS.ACCOUNT.$G.CONNECT", "$SYS.ACCOUNT.$G.DISCONNECT");
        assertThat(events.get(1)).contains("\"reason\":\"Protocol Violation\"");
    }

    @Test
    void whoLosesHisUserByAReloadHasFailedToLogIn() throws IOException, ConfigException {
        try (Caller ann = rig.caller("ann", "a")) {
            events(3);
            rig.reload(JetStreamRig.options(folder, ACCOUNTS.replace("ann", "bob")));
            assertThat(ann.isEnded()).isTrue();
        }
        assertThat(subjects(events(4)))
                .containsExactly(
                        "$SYS.SERVER.ID.CLIENT.AUTH.ERR",
                        OLD_CONNS,
                        CONNS,
                        "$SYS.ACCOUNT.A.DISCONNECT");
    }

    @Test
    void theEndOfAServerIsSaidInItsName() throws IOException {
        rig.server.shutDown();
        String event = events(1).getFirst();
        assertThat(subjects(List.of(event))).containsExactly("$SYS.SERVER.ID.SHUTDOWN");
        assertThat(event)
                .contains(".SHUTDOWN {\"name\":\"rec\",\"host\":")
                .doesNotContain("server");
    }
}
