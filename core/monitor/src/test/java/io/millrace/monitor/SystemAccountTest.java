package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.OptionsBuilder;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered in the system account; the words are those of nats-server 2.15.2. */
/* Everybody is in the system account here: it is made the account of those who name none. */
@Timeout(60)
final class SystemAccountTest {
    @AutoClose private JetStreamRig rig;
    @AutoClose private Caller wire;

    @BeforeEach
    void start() throws IOException {
        OptionsBuilder options = JetStreamRig.options();
        options.systemAccount = "$G";
        options.serverTags = List.of("az:1");
        rig = new JetStreamRig(options.build()).listening();
        wire = rig.caller();
    }

    private String ask(String what, String body) throws IOException {
        return wire.ask("$SYS.REQ.SERVER." + rig.server.identity().id() + "." + what, body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ROUTEZ |"
                        + " {\"server_id\":\"?\",\"server_name\":\"rec\",\"now\":\"?\",\"num_routes\":0,\"routes\":[]}",
                "GATEWAYZ |"
                        + " {\"server_id\":\"?\",\"now\":\"?\",\"outbound_gateways\":{},\"inbound_gateways\":{}}",
                "LEAFZ | {\"server_id\":\"?\",\"now\":\"?\",\"leafnodes\":0,\"leafs\":[]}",
                "RAFTZ | {}",
                "IPQUEUESZ | {\"System recvQ\":{\"pending\":0,\"in_progress\":1}}",
                "HEALTHZ | {\"status\":\"unavailable\",\"status_code\":503,\"error\":\"JetStream"
                        + " not enabled (10076)\"}",
                "PROFILEZ | {\"profile\":null,\"error\":\"Profile name not specified\"}",
            })
    void whatALoneServerHasNotIsEmpty(String what, String data) throws IOException {
        assertThat(ask(what, "").replaceAll("\"(\\d{4}-[^\"]*Z|N[A-Z0-9]{55})\"", "\"?\""))
                .endsWith(",\"data\":" + data + "}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "KICK | {\"cid\":999} | no such client or leafnode id",
                "KICK | {} | no such client or leafnode id",
                "LDM | {\"cid\":999} | no such client id",
                "CONNZ | {\"sort\":\"nope\"} | invalid sorting option: nope",
                "CONNZ | {\"filter_subject\":\"a\"} | filter by subject only valid with account"
                        + " filtering",
                "SUBSZ | {\"test\":\"a..b\"} | invalid test subject, must be valid publish subject:"
                        + " a..b",
                "ACCOUNTZ | {\"account\":\"NOPE\"} | Account NOPE does not exist",
            })
    void whatCannotBeDoneIsSaid(String what, String body, String why) throws IOException {
        assertThat(ask(what, body))
                .endsWith("\"error\":{\"code\":500,\"description\":\"" + why + "\"}}");
    }

    @Test
    void whatIsNoJsonIsSaidToBeNone() throws IOException {
        assertThat(ask("VARZ", "{bad"))
                .endsWith(
                        "\"error\":{\"code\":400,\"description\":\"invalid character 'b' looking"
                                + " for beginning of object key string\"}}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"server_name\":\"re\"}",
                "{\"server_name\":\"rec\",\"exact_match\":true}",
                "{\"tags\":[\"az:1\"]}",
            })
    void thisServerIsMeant(String choice) throws IOException {
        assertThat(wire.ask("$SYS.REQ.SERVER.PING.VARZ", choice))
                .contains("\"server_name\":\"rec\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"server_name\":\"other\"}",
                "{\"server_name\":\"re\",\"exact_match\":true}",
                "{\"tags\":[\"x\"]}",
                "{\"cluster\":\"x\"}",
                "{\"domain\":\"x\"}",
            })
    void anotherServerIsMeant(String choice) throws IOException {
        wire.request("$SYS.REQ.SERVER.PING.VARZ", choice);
        assertThat(wire.ask("$SYS.REQ.SERVER.PING.IDZ", choice)).startsWith("{\"name\":\"rec\",");
    }

    @Test
    void aClientIsSentAwayAndThenEnded() throws IOException {
        try (Caller victim = rig.caller()) {
            long cid = victim.id();
            assertThat(ask("LDM", "{\"cid\":" + cid + "}")).doesNotContain("error\"");
            assertThat(victim.infoLine()).contains("\"ldm\":true");
            assertThat(ask("KICK", "{\"cid\":" + cid + "}")).doesNotContain("error\"");
            assertThat(victim.isEnded()).isTrue();
        }
        assertThat(rig.page("/connz?state=closed").body()).contains("\"reason\": \"Kicked\"");
    }

    @Test
    void anAnswerIsCompressedForWhomLikesThat() throws IOException {
        assertThat(wire.askWith("Accept-Encoding: gzip", "$SYS.REQ.SERVER.PING.IDZ"))
                .startsWith("NATS/1.0\r\nContent-Encoding: gzip\r\n\r\n\u001f");
        assertThat(wire.askWith("Accept-Encoding: snappy", "$SYS.REQ.SERVER.PING.IDZ"))
                .startsWith("NATS/1.0\r\nContent-Encoding: snappy\r\n\r\n")
                .contains("sNaPpY", "\"name\":\"rec\"");
    }

    @Test
    void hostileNamesComeBackAsTextInEveryView() throws IOException {
        String evil = "</script><script>alert('x')</script>\\\"\\u0000\\u2028";
        try (Caller hostile = rig.caller("{\"name\":\"" + evil + "\",\"lang\":\"" + evil + "\"}")) {
            hostile.say("SUB <b>&\"'. " + "q<i> 7\r\nSUB <b>\"& q<i> <s>\"\r\n");
            hostile.tell("");
            for (String path :
                    List.of("/connz?subs=1", "/connz?subs=detail&auth=1", "/subsz?subs=1")) {
                assertThat(rig.page(path).body())
                        .contains("\\u003cb\\u003e\\\"\\u0026")
                        .doesNotContain("<b>", "<script", "<i>");
            }
            assertThat(ask("CONNZ", "{\"subscriptions\":true}")).doesNotContain("<script", "<b>");
            assertThat(rig.page("/connz?sort=%3cscript%3e").contentType()).startsWith("text/plain");
        }
    }

    @Test
    void connectionsAreFoundByWhatTheyListenTo() throws IOException {
        try (Caller listener = rig.caller("{\"name\":\"listener\"}")) {
            listener.say("SUB a.* 5\r\n");
            listener.tell("");
            assertThat(ask("CONNZ", "{\"acc\":\"$G\",\"filter_subject\":\"a.b\"}"))
                    .contains("\"num_connections\":1,\"total\":2", "\"name\":\"listener\"");
        }
    }

    @Test
    void aMessageTellsItsWay() throws IOException {
        try (Caller listener = rig.caller("{\"name\":\"listener\",\"headers\":true}")) {
            listener.say("SUB way.> grp 5\r\n");
            listener.tell("");
            String trace =
                    wire.trace("way.one", "Nats-Trace-Only: 1")
                            .replaceAll("\"ts\":\"[^\"]*\"", "\"ts\":\"?\"")
                            .replaceAll("\"cid\":\\d+", "\"cid\":0");
            assertThat(trace)
                    .endsWith(
                            ",\"request\":{\"header\":{\"Nats-Trace-Dest\":[\"in\"],"
                                    + "\"Nats-Trace-Only\":[\"1\"]},\"msgsize\":54},\"events\":["
                                    + "{\"type\":\"in\",\"ts\":\"?\",\"kind\":0,\"cid\":0,"
                                    + "\"acc\":\"$G\",\"subj\":\"way.one\"},"
                                    + "{\"type\":\"eg\",\"ts\":\"?\",\"kind\":0,\"cid\":0,"
                                    + "\"name\":\"listener\",\"sub\":\"way.\\u003e\",\"queue\":\"grp\"}]}");
            assertThat(rig.page("/connz?subs=detail").body())
                    .containsPattern(
                            "\"subject\": \"way.\\\\u003e\",\\s*\"qgroup\": \"grp\",\\s*\"sid\":"
                                    + " \"5\",\\s*\"msgs\": 0");
        }
    }
}
