package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.MetricsOptions;
import io.millrace.config.OptionsBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every metric that a published board asks for is there, with every label that it selects or groups
 * by.
 */
final class PublishedBoardsTest {
    private static final String BOARDS = "published-boards.tsv";
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    /** What a server alone does not have: nor would nats-server and the surveyor show it. */
    private static final List<String> NOT_OF_ONE_SERVER =
            List.of(
                    "nats_core_route_(?!count).*",
                    "nats_core_gateway_(?!count).*",
                    "nats_core_raftz_.*",
                    "nats_core_jetstream_cluster_raft_.*",
                    "nats_core_jetstream_meta_snapshot_.*",
                    "nats_latency_.*");

    /** Prometheus itself adds those. */
    private static final Set<String> OF_PROMETHEUS = Set.of("job", "instance");

    /** One metric of one board. */
    private record Wanted(String board, String metric, Set<String> labels) {}

    @Test
    void whatTheyAskForIsThere() throws Exception {
        Map<String, Set<String>> there = labelsByName();
        List<String> missing = new ArrayList<>();
        int found = 0;
        for (Wanted wanted : wanted()) {
            if (NOT_OF_ONE_SERVER.stream().anyMatch(wanted.metric::matches)) {
                continue;
            }
            Set<String> labels = there.get(wanted.metric);
            Set<String> asked = new HashSet<>(wanted.labels);
            asked.removeAll(OF_PROMETHEUS);
            if (labels == null || !labels.containsAll(asked)) {
                missing.add(wanted + ", there is " + labels);
            }
            found++;
        }
        assertThat(missing).isEmpty();
        assertThat(found).isGreaterThan(120);
    }

    /** Of the customary exporter's boards there is nothing that could be missing. */
    @Test
    void theExportersBoardsNeedNoException() throws IOException {
        assertThat(wanted())
                .filteredOn(wanted -> wanted.board.startsWith("nats-io/prometheus-nats-exporter"))
                .isNotEmpty()
                .noneMatch(wanted -> NOT_OF_ONE_SERVER.stream().anyMatch(wanted.metric::matches));
    }

    private static Map<String, Set<String>> labelsByName() throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.metrics =
                new MetricsOptions(true, 50_000, true, true, true, MetricsOptions.ALL_NAMES);
        Map<String, Set<String>> labels = new HashMap<>();
        try (JetStreamRig rig = new JetStreamRig(options.build()).withJetStream().listening();
                Caller wire = rig.caller()) {
            wire.ask("$JS.API.STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s\"]}");
            wire.ask(
                    "$JS.API.CONSUMER.CREATE.S.C",
                    "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\"}}");
            wire.ask("s", "one");
            String all = new String(rig.scrape(null, null, null).body(), StandardCharsets.UTF_8);
            all.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(
                            line -> {
                                Set<String> its =
                                        labels.computeIfAbsent(
                                                line.split("[{ ]", 2)[0], any -> new HashSet<>());
                                Matcher label = LABEL.matcher(line);
                                while (label.find()) {
                                    its.add(label.group(1));
                                }
                            });
        }
        return labels;
    }

    private static List<Wanted> wanted() throws IOException {
        try (InputStream resource = PublishedBoardsTest.class.getResourceAsStream(BOARDS)) {
            assertThat(resource).isNotNull();
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .map(
                            cells ->
                                    new Wanted(
                                            cells[0] + " " + cells[1],
                                            cells[2],
                                            cells[3].isEmpty()
                                                    ? Set.of()
                                                    : Set.of(cells[3].split(",", -1))))
                    .toList();
        }
    }
}
