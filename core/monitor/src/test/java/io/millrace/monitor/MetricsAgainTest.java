package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.MetricsOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.monitor.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What one answer of /metrics leaves to the next ones, and what it must not. */
@Timeout(120)
final class MetricsAgainTest {
    private static final String OPENMETRICS = "application/openmetrics-text;version=1.0.0";
    private static final String[] NAMES = {
        "exporter", "helm", "surveyor", "millrace", "exporter,helm,surveyor,millrace"
    };

    /** Other names each time: the same ones would be given the answer of a moment ago. */
    @Test
    void whatAConsumerIsSaidToBeForIsThatOfNow() throws Exception {
        try (JetStreamRig rig = rig();
                Caller wire = rig.caller()) {
            stream(wire, "S");
            consumer(wire, "S", "c", "before");
            assertThat(text(rig.scrape(null, null, "names=exporter")))
                    .contains("consumer_desc=\"before\"");
            consumer(wire, "S", "c", "after");

            assertThat(text(rig.scrape(null, null, "names=exporter,millrace")))
                    .contains("consumer_desc=\"after\"")
                    .doesNotContain("before");
        }
    }

    @Test
    void whatIsGoneIsNotShown() throws Exception {
        try (JetStreamRig rig = rig();
                Caller wire = rig.caller()) {
            for (String name : new String[] {"A", "B", "C"}) {
                stream(wire, name);
                consumer(wire, name, "of" + name, "");
            }
            String all = text(rig.scrape(null, null, "names=exporter,surveyor"));
            assertThat(named("stream_name", "jetstream_stream_last_seq", all))
                    .containsExactly("A", "B", "C");
            wire.ask("$JS.API.STREAM.DELETE.B", "");
            wire.ask("$JS.API.CONSUMER.DELETE.C.ofC", "");
            stream(wire, "D");

            String later = text(rig.scrape(null, null, "names=exporter,surveyor,millrace"));
            assertThat(named("stream_name", "jetstream_stream_last_seq", later))
                    .containsExactly("A", "C", "D");
            assertThat(named("stream", "nats_core_account_jetstream_replica_count", later))
                    .containsExactly("A", "C", "D");
            assertThat(named("consumer_name", "jetstream_consumer_num_pending", later))
                    .containsExactly("ofA");
            assertThat(named("consumer_name", "millrace_consumer_lag_seconds", later))
                    .containsExactly("ofA");
        }
    }

    /** All kinds of answers are made by turns and at the same time, and none is mixed up. */
    @Test
    void answersThatAreMadeAtTheSameTimeAreWhole() throws Exception {
        try (JetStreamRig rig = rig();
                Caller wire = rig.caller();
                ExecutorService readers = Executors.newFixedThreadPool(8)) {
            for (int i = 0; i < 40; i++) {
                stream(wire, "S" + i);
                consumer(wire, "S" + i, "c", "of " + i);
            }
            List<Callable<String>> asking = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                // an option of its own for each: nobody is given what was made for another
                String query = "names=" + NAMES[i % NAMES.length];
                String accept = i % 2 == 0 ? OPENMETRICS : null;
                String encoding = i % 3 == 0 ? null : "gzip";
                int most = 50_000 + i;
                asking.add(
                        () -> {
                            rig.server.reload(options(most).build());
                            Response answer = rig.scrape(accept, encoding, query);
                            assertWhole(text(answer), query, accept != null);
                            return query;
                        });
            }
            for (Future<String> done : readers.invokeAll(asking)) {
                assertThat(done.get()).startsWith("names=");
            }
        }
    }

    private static final Pattern LINE =
            Pattern.compile(
                    "[a-zA-Z_:][a-zA-Z0-9_:]*(?:\\{(?:[a-z_]+=\"(?:[^\"\\\\]|\\\\.)*\",?)+})? \\S+");

    private static void assertWhole(String text, String query, boolean open) {
        String body = open ? text.replaceFirst("# EOF\n$", "") : text;
        assertThat(text.endsWith("# EOF\n")).isEqualTo(open);
        assertThat(body).endsWith("\n").doesNotContain("# EOF");
        assertThat(body.lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> LINE.matcher(line).matches(), "a sample");
        assertThat(body.lines().filter(line -> line.startsWith("# TYPE "))).doesNotHaveDuplicates();
        if (query.contains("exporter")) {
            assertThat(named("stream_name", "jetstream_stream_last_seq", body))
                    .hasSize(40)
                    .doesNotHaveDuplicates();
        }
        assertThat(body.contains("\nmillrace_info{")).isEqualTo(query.contains("millrace"));
        assertThat(body.contains("\ngnatsd_varz_start{")).isEqualTo(query.contains("exporter"));
        assertThat(body.contains("\nnats_varz_start{")).isEqualTo(query.contains("helm"));
        assertThat(body.contains("\nnats_core_uptime{")).isEqualTo(query.contains("surveyor"));
    }

    /** A few turns of the loop for each of them, and a plain answer of some megabytes. */
    @Test
    void thousandsOfStreamsAreAllShown() throws Exception {
        try (JetStreamRig rig = rig();
                Caller wire = rig.caller()) {
            for (int i = 0; i < 5_000; i++) {
                stream(wire, "S" + i);
            }
            for (String query : new String[] {"names=exporter", "names=exporter,millrace"}) {
                String all = text(rig.scrape(null, "gzip", query));

                assertThat(named("stream_name", "jetstream_stream_last_seq", all))
                        .hasSize(5_000)
                        .doesNotHaveDuplicates()
                        .isSorted();
            }
        }
    }

    /** The values of one label of all samples of a family, in their order. */
    private static List<String> named(String label, String family, String text) {
        Pattern value = Pattern.compile("[{,]" + label + "=\"([^\"]*)\"");
        return text.lines()
                .filter(line -> line.startsWith(family + "{"))
                .map(
                        line -> {
                            var found = value.matcher(line);
                            return found.find() ? found.group(1) : "";
                        })
                .toList();
    }

    private static JetStreamRig rig() throws Exception {
        return new JetStreamRig(options(50_000).build()).withJetStream().listening();
    }

    private static OptionsBuilder options(int most) {
        OptionsBuilder options = JetStreamRig.options();
        options.metrics =
                new MetricsOptions(true, most, true, true, false, MetricsOptions.ALL_NAMES);
        return options;
    }

    private static void stream(Caller wire, String name) throws IOException {
        wire.ask(
                "$JS.API.STREAM.CREATE." + name,
                "{\"name\":\"" + name + "\",\"subjects\":[\"" + name + ".>\"]}");
    }

    private static void consumer(Caller wire, String stream, String name, String description)
            throws IOException {
        wire.ask(
                "$JS.API.CONSUMER.DURABLE.CREATE." + stream + "." + name,
                "{\"stream_name\":\"%s\",\"config\":{\"durable_name\":\"%s\",\"description\":\"%s\"}}"
                        .formatted(stream, name, description));
    }

    private static String text(Response answer) throws IOException {
        assertThat(answer.status()).isEqualTo(200);
        if (!answer.headers().containsKey("Content-Encoding")) {
            return new String(answer.body(), StandardCharsets.UTF_8);
        }
        try (GZIPInputStream body = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
