package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.MetricsOptions;
import io.millrace.config.MonitorOptions;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.monitor.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/** What /metrics answers, to whom, and how much of it. */
final class MetricsPageTest {
    private static final String OPENMETRICS =
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4";

    @Test
    void whoDoesNotSayWhatHeWantsGetsText() throws Exception {
        try (JetStreamRig rig = rig(JetStreamRig.options())) {
            Response answer = rig.scrape(null, null, null);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.headers())
                    .containsEntry("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            assertThat(text(answer))
                    .contains("# TYPE gnatsd_varz_connections gauge\ngnatsd_varz_connections{")
                    .contains("# TYPE gnatsd_connz_in_bytes counter\n")
                    .contains("# TYPE nats_core_sent_bytes counter\n")
                    .contains("# TYPE millrace_slow_consumers_total counter\n")
                    .doesNotContain("# EOF")
                    .doesNotContain("nats_varz_");
        }
    }

    /** A counter may be called as it likes in text only: elsewhere it ends in "_total". */
    @Test
    void openMetricsKeepsTheNamesOfEverySample() throws Exception {
        try (JetStreamRig rig = rig(JetStreamRig.options())) {
            Response answer = rig.scrape(OPENMETRICS, null, null);

            assertThat(answer.headers().get("Content-Type"))
                    .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
            String open = text(answer);
            assertThat(open)
                    .endsWith("# EOF\n")
                    .contains("# TYPE nats_core_sent_bytes unknown\nnats_core_sent_bytes{")
                    .contains(
                            "# TYPE millrace_slow_consumers counter\nmillrace_slow_consumers_total 0");
            assertThat(names(open)).isEqualTo(names(text(rig.scrape("text/plain", null, null))));
        }
    }

    @Test
    void aReaderThatCanIsAnsweredCompressed() throws Exception {
        try (JetStreamRig rig = rig(JetStreamRig.options())) {
            Response answer = rig.scrape(OPENMETRICS, "gzip", null);

            assertThat(answer.headers()).containsEntry("Content-Encoding", "gzip");
            try (GZIPInputStream body =
                    new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .endsWith("# EOF\n");
            }
            assertThat(rig.scrape(null, "gzip;q=0, br", null).headers())
                    .doesNotContainKey("Content-Encoding");
        }
    }

    @Test
    void aRequestMayAskForOtherNames() throws Exception {
        try (JetStreamRig rig = rig(JetStreamRig.options())) {
            assertThat(names(text(rig.scrape(null, null, "names=helm"))))
                    .contains("nats_varz_connections", "nats_server_total_streams")
                    .allMatch(name -> name.startsWith("nats_"));
            assertThat(names(text(rig.scrape(null, null, "names=millrace,surveyor"))))
                    .contains("nats_core_info", "millrace_info", "jvm_threads_current")
                    .noneMatch(name -> name.startsWith("gnatsd_"));
            assertThat(rig.scrape(null, null, "names=statsd").status()).isEqualTo(400);
        }
    }

    @Test
    void whereItIsSwitchedOffThereIsNoSuchPage() throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.metrics = new MetricsOptions(false, 1, true, true, false, List.of("exporter"));
        try (JetStreamRig rig = rig(options)) {
            assertThat(rig.scrape(null, null, null).status()).isEqualTo(404);
        }
    }

    @Test
    void withoutJetStreamItSaysSo() throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.jetstream = Options.defaults().jetstream();
        try (JetStreamRig rig = new JetStreamRig(options.build()).listening()) {
            assertThat(text(rig.scrape(null, null, null)))
                    .containsPattern("jetstream_server_jetstream_disabled\\{[^}]*} 1\n")
                    .containsPattern("nats_core_jetstream_enabled\\{[^}]*} 0\n")
                    .doesNotContain("millrace_store_");
        }
    }

    @Test
    void consumersSayHowFarTheyAreBehind() throws Exception {
        try (JetStreamRig rig = rig(JetStreamRig.options());
                Caller wire = rig.caller()) {
            stream(wire, "ORDERS");
            wire.ask(
                    "$JS.API.CONSUMER.CREATE.ORDERS.slow",
                    "{\"stream_name\":\"ORDERS\",\"config\":{\"durable_name\":\"slow\","
                            + "\"ack_policy\":\"explicit\"}}");
            String idle = "millrace_consumer_lag_seconds{account=\"$G\",stream_name=\"ORDERS\"";
            assertThat(text(rig.scrape(null, null, "names=millrace")))
                    .contains(idle + ",consumer_name=\"slow\"} 0\n");
            wire.ask("ORDERS.new", "one");

            String behind = text(rig.scrape(null, null, "names=millrace,exporter"));
            assertThat(behind)
                    .containsPattern("lag_seconds\\{[^}]*consumer_name=\"slow\"} \\d*\\.?\\d+")
                    .doesNotContain(idle + ",consumer_name=\"slow\"} 0\n")
                    .containsPattern("jetstream_consumer_num_pending\\{[^}]*} 1\n")
                    .containsPattern("millrace_publish_ack_seconds_count 1\n")
                    .containsPattern("millrace_store_sync_seconds_count [1-9]");
        }
    }

    /** Names are what clients chose; none of them may end a label, a line or the whole answer. */
    @Test
    void hostileNamesStayWithinTheirLabels() throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.metrics =
                new MetricsOptions(true, 50_000, true, true, true, MetricsOptions.ALL_NAMES);
        String connect = "{\"verbose\":false,\"name\":\"a\\\"} 1\\nevil 2\\u0000\\\\\"}";
        try (JetStreamRig rig = rig(options);
                Caller wire = new Caller(rig.server.port(), connect)) {
            String name = "S\"x}{=,é";
            stream(wire, name);
            wire.ask(
                    "$JS.API.CONSUMER.CREATE." + name + ".c",
                    "{\"stream_name\":\"S\\\"x}{=,é\",\"config\":{\"durable_name\":\"c\","
                            + "\"description\":\"d\\n# EOF\\n\\u0000\"}}");

            String all = text(rig.scrape(null, null, null));

            assertThat(all)
                    .contains("stream_name=\"S\\\"x}{=,é\"")
                    .contains(",name=\"a\\\"} 1\\nevil 2\uFFFD\\\\\",")
                    .contains("consumer_desc=\"d\\n# EOF\\n\uFFFD\"");
            assertThat(all.indexOf('\0')).isNegative();
            assertThat(all.lines().filter(line -> !line.startsWith("#")))
                    .allMatch(line -> line.matches(LINE), "a sample");
        }
    }

    private static final String LINE =
            "[a-zA-Z_:][a-zA-Z0-9_:]*"
                    + "(?:\\{[a-z_]+=\"(?:[^\"\\\\]|\\\\.)*\"(?:,[a-z_]+=\"(?:[^\"\\\\]|\\\\.)*\")*})?"
                    + " (?:[0-9.eE+-]+|[+]Inf)";

    @Test
    void whatWouldBeTooMuchIsLeftOutAndCounted() throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.metrics =
                new MetricsOptions(true, 160, true, true, false, List.of("exporter", "millrace"));
        try (JetStreamRig rig = rig(options);
                Caller wire = rig.caller()) {
            for (int i = 0; i < 30; i++) {
                stream(wire, "S" + i);
            }

            String all = text(rig.scrape(null, null, null));

            assertThat(all.lines().filter(line -> line.startsWith("jetstream_stream_last_seq{")))
                    .hasSize(20);
            assertThat(all)
                    .contains("millrace_metrics_left_out{what=\"streams\"} 10\n")
                    .containsPattern("jetstream_server_total_streams\\{[^}]*} 30\n");
        }
    }

    /** However many ask at once, the server is looked at a few times only. */
    @Test
    void aThousandReadersAtOnceGetTheSame() throws Exception {
        try (JetStreamRig rig = rig(JetStreamRig.options());
                ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Response>> asking = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                asking.add(() -> rig.scrape(null, null, null));
            }
            Set<byte[]> different = Collections.newSetFromMap(new IdentityHashMap<>());
            for (Future<Response> answered : readers.invokeAll(asking)) {
                assertThat(answered.get().status()).isEqualTo(200);
                different.add(answered.get().body());
            }
            assertThat(different).hasSizeLessThan(50);
        }
    }

    /** Over HTTP, as Prometheus asks; below a path of its own. */
    @Test
    void prometheusIsAnsweredWhileOthersDoNotRead() throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.monitor = new MonitorOptions("127.0.0.1", -1, 0, "/nats.io");
        List<Socket> lazy = new ArrayList<>();
        try (JetStreamRig rig = rig(options)) {
            for (int i = 0; i < 100; i++) {
                Socket socket = new Socket();
                socket.setReceiveBufferSize(1024);
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), rig.httpPort()));
                socket.getOutputStream()
                        .write(
                                "GET /nats.io/metrics HTTP/1.1\r\nHost: a\r\n\r\n"
                                        .getBytes(StandardCharsets.US_ASCII));
                lazy.add(socket);
            }
            String answer = overHttp(rig.httpPort(), "/nats.io/metrics");

            assertThat(answer)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .contains("application/openmetrics-text; version=1.0.0")
                    .contains("gnatsd_varz_http_req_stats_nats_io_metrics")
                    .endsWith("# EOF\n");
        } finally {
            for (Socket socket : lazy) {
                socket.close();
            }
        }
    }

    private static String overHttp(int port, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(
                            ("GET "
                                            + path
                                            + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nAccept: "
                                            + OPENMETRICS
                                            + "\r\n\r\n")
                                    .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static JetStreamRig rig(OptionsBuilder options)
            throws IOException, io.millrace.store.StoreException {
        return new JetStreamRig(options.build()).withJetStream().listening();
    }

    private static void stream(Caller wire, String name) throws IOException {
        String quoted = name.replace("\\", "\\\\").replace("\"", "\\\"");
        wire.ask(
                "$JS.API.STREAM.CREATE." + name,
                "{\"name\":\"" + quoted + "\",\"subjects\":[\"" + quoted + ".>\"]}");
    }

    private static String text(Response answer) {
        assertThat(answer.status()).isEqualTo(200);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static Set<String> names(String text) {
        Set<String> names = new HashSet<>();
        text.lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        return names;
    }
}
