package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.DiskException;
import io.millrace.testkit.SimulatedDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said over HTTP about JetStream; texts and codes are those of nats-server 2.15.2. */
@Timeout(60)
final class JetStreamPagesTest {
    private static JetStreamRig running() throws Exception {
        JetStreamRig rig =
                new JetStreamRig(JetStreamRig.options().build()).withJetStream().listening();
        try (Caller wire = rig.caller()) {
            wire.ask(
                    "$JS.API.STREAM.CREATE.S",
                    "{\"name\":\"S\",\"subjects\":[\"s\"],\"max_bytes\":100000}");
            wire.ask(
                    "$JS.API.STREAM.CREATE.R",
                    "{\"name\":\"R\",\"subjects\":[\"r\"],\"storage\":\"memory\"}");
            wire.ask(
                    "$JS.API.CONSUMER.CREATE.S.C",
                    "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\",\"name\":\"C\"}}");
            wire.ask("s", "x");
        }
        return rig;
    }

    /** Without the parts that are different each time. */
    private static String plain(Page page) {
        return page.body()
                .replaceAll("\"(\\d{4}-[^\"]*Z|N[A-Z0-9]{55})\"", "\"?\"")
                .replaceAll("\\s+", "");
    }

    @Test
    void hostileWordsInStreamsAndConsumersComeBackAsText() throws Exception {
        try (JetStreamRig rig = running();
                Caller client = rig.caller()) {
            String evil = "</script><script>alert(1)</script>";
            String meant =
                    "\"description\":\""
                            + evil
                            + "\",\"metadata\":{\""
                            + evil
                            + "\":\""
                            + evil
                            + "\"}";
            client.ask(
                    "$JS.API.STREAM.CREATE.E",
                    "{\"name\":\"E\",\"subjects\":[\"<script>.x\"]," + meant + "}");
            client.ask(
                    "$JS.API.CONSUMER.CREATE.E.C",
                    "{\"stream_name\":\"E\",\"config\":{\"durable_name\":\"C\",\"name\":\"C\","
                            + meant
                            + "}}");
            assertThat(rig.page("/jsz?accounts=1&streams=1&consumers=1&config=1").body())
                    .contains("\"\\u003cscript\\u003e.x\"", "\\u003c/script\\u003e")
                    .doesNotContain("<script", "</script");
            String asked = client.ask("$MR.EXPLAIN.SUBJECT.<script>.x", "");
            assertThat(asked).contains("\"stream\": \"E\"");
        }
    }

    @Test
    void whatJetStreamHoldsIsCounted() throws Exception {
        try (JetStreamRig rig = running()) {
            assertThat(plain(rig.page("/jsz")))
                    .isEqualTo(
                            "{'memory':0,'storage':32,'reserved_memory':0,'reserved_storage':100000,"
                                    .concat(
                                            "'accounts':1,'ha_assets':0,'api':{'level':5,'total':3,")
                                    .concat("'errors':0},'server_id':'?','now':'?','config':{")
                                    .concat("'max_memory':134217728,'max_storage':268435456,")
                                    .concat("'store_dir':'/data/jetstream',")
                                    .concat("'sync_interval':120000000000,'sync_always':true,")
                                    .concat("'compress_ok':true,'strict':true},")
                                    .concat("'limits':{'default_max_consumers':1000},'streams':2,")
                                    .concat("'consumers':1,'messages':1,'bytes':32,'total':1}")
                                    .replace('\'', '"'));
        }
    }

    @Test
    void moreIsShownToWhomAsksForIt() throws Exception {
        try (JetStreamRig rig = running()) {
            assertThat(plain(rig.page("/jsz"))).doesNotContain("account_details");
            assertThat(plain(rig.page("/jsz?accounts=1")))
                    .contains(
                            "\"account_details\":[{\"name\":\"$G\",\"id\":\"$G\",\"memory\":0,"
                                    + "\"storage\":32,\"reserved_memory\":18446744073709551615,")
                    .doesNotContain("stream_detail");
            assertThat(plain(rig.page("/jsz?streams=1")))
                    .contains(
                            "\"stream_detail\":[{\"name\":\"S\",\"created\":\"?\","
                                    + "\"cluster\":{\"leader\":\"rec\"},\"state\":{\"messages\":1,")
                    .contains("{\"name\":\"R\"")
                    .doesNotContain("consumer_detail");
            assertThat(plain(rig.page("/jsz?acc=$G&consumers=1&config=1&raft=1")))
                    .contains("\"streams\":2,\"streams_leader\":2,")
                    .contains("\"config\":{\"name\":\"S\",\"subjects\":[\"s\"],")
                    .contains(
                            "\"consumer_detail\":[{\"stream_name\":\"S\",\"name\":\"C\","
                                    + "\"created\":\"?\",\"config\":{\"durable_name\":\"C\",");
        }
    }

    @Test
    void accountsComeInPages() throws Exception {
        try (JetStreamRig rig = running()) {
            assertThat(plain(rig.page("/jsz?accounts=1&offset=1")))
                    .doesNotContain("account_details")
                    .endsWith("\"total\":1}");
            assertThat(plain(rig.page("/jsz?acc=$G&offset=1"))).contains("account_details");
            assertThat(plain(rig.page("/jsz?acc=NOPE"))).doesNotContain("account_details");
            assertThat(rig.page("/jsz?limit=x").status()).isEqualTo(400);
        }
    }

    @Test
    void aServerWithoutItSaysSo() throws IOException {
        try (JetStreamRig rig = new JetStreamRig(JetStreamRig.options().build()).listening()) {
            assertThat(plain(rig.page("/jsz"))).contains("\"disabled\":true,");
            assertThat(plain(rig.page("/varz"))).contains("\"jetstream\":{},");
            assertThat(rig.page("/healthz").body())
                    .isEqualTo(
                            "{\"status\":\"unavailable\","
                                    + "\"error\":\"JetStream not enabled (10076)\"}");
        }
    }

    @Test
    void theServersFiguresHoldThoseOfJetStream() throws Exception {
        try (JetStreamRig rig = running()) {
            assertThat(plain(rig.page("/varz")))
                    .contains("\"jetstream\":{\"config\":{\"max_memory\":134217728,")
                    .contains("},\"stats\":{\"memory\":0,\"storage\":32,")
                    .contains("},\"limits\":{\"default_max_consumers\":1000}},\"tls_timeout\"");
            assertThat(plain(rig.page("/accountz?acc=$G"))).contains("\"jetstream_enabled\":true");
            assertThat(plain(rig.page("/accountz?acc=$SYS")))
                    .contains("\"jetstream_enabled\":false");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | 200 | {'status':'ok'}",
                "js-enabled=1 | 200 | {'status':'ok'}",
                "account=$G&stream=S&consumer=C | 200 | {'status':'ok'}",
                "account=B | 404 | {'status':'unavailable','error':'JetStream account #B# not found'}",
                "account=$G&stream=X | 404 |"
                        + " {'status':'unavailable','error':'JetStream stream #X# not found on"
                        + " account #$G#'}",
                "account=$G&stream=S&consumer=X | 404 |"
                        + " {'status':'unavailable','error':'JetStream consumer #X# not found for"
                        + " stream #S# on account #$G#'}",
                "account=$G&stream=X&js-server-only=1 | 200 | {'status':'ok'}",
                "stream=S | 400 |"
                        + " {'status':'error','error':'#account# must not be empty when checking"
                        + " stream health'}",
                "account=$G&consumer=C&details=1 | 400 |"
                        + " {'status':'error','errors':[{'type':'BAD_REQUEST','error':'#stream# must"
                        + " not be empty when checking consumer health'}]}",
                "account=$G&stream=X&details=1 | 404 |"
                        + " {'status':'error','errors':[{'type':'STREAM','account':'$G','stream':'X',"
                        + "'error':'JetStream stream #X# not found on account #$G#'}]}",
            })
    void healthIsAboutWhatWasNamed(String query, int status, String body) throws Exception {
        try (JetStreamRig rig = running()) {
            Page page = rig.page("/healthz?" + query);
            assertThat(page.body()).isEqualTo(body.replace('\'', '"').replace("#", "\\\""));
            assertThat(page.status()).isEqualTo(status);
        }
    }

    @Test
    void aServerThatDoesNotListenYetIsNotReady() throws Exception {
        try (JetStreamRig rig = new JetStreamRig(JetStreamRig.options().build()).withJetStream()) {
            Page page = rig.page("/healthz");
            assertThat(page.status()).isEqualTo(500);
            assertThat(page.body())
                    .isEqualTo(
                            "{\"status\":\"error\","
                                    + "\"error\":\"failed to be ready for connections after 1ms:"
                                    + " server\"}");
        }
    }

    @Test
    void whileTheDiskTakesNothingStreamsOnItAreUnavailable() throws Exception {
        try (JetStreamRig rig = running();
                Caller wire = rig.caller()) {
            rig.disk.fault(
                    (call, path) ->
                            call == SimulatedDisk.Call.WRITE ? DiskException.Code.IO : null);
            assertThat(wire.ask("s", "y")).contains("\"error\"");

            Page page = rig.page("/healthz");
            assertThat(page.status()).isEqualTo(503);
            assertThat(page.body())
                    .startsWith(
                            "{\"status\":\"unavailable\",\"error\":"
                                    + "\"JetStream stream '$G \\u003e S' write error: ");
            assertThat(rig.page("/healthz?account=$G&stream=R").status()).isEqualTo(200);
            assertThat(rig.page("/healthz?js-server-only=1").status()).isEqualTo(200);
            assertThat(rig.page("/healthz?details=1").body())
                    .startsWith(
                            "{\"status\":\"error\",\"errors\":[{\"type\":\"STREAM\","
                                    + "\"account\":\"$G\",\"stream\":\"S\",\"error\":");
        }
    }
}
