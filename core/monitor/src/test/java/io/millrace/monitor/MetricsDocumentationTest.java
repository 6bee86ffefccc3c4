package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.MetricsOptions;
import io.millrace.config.OptionsBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of the reference page are what a server answers: "-Dmillrace.metrics.page=write" makes
 * them anew, without it a stale page fails.
 */
final class MetricsDocumentationTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "metrics.md");
    private static final String MARK = "<!-- made by MetricsDocumentationTest: %s -->\n";
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"");

    /** One family as the answer shows it. */
    private record Family(String name, String type, String help, Set<String> labels) {}

    @Test
    void theTablesEqualTheAnswer() throws Exception {
        String page = Files.readString(PAGE);
        String made = page;
        for (String names : MetricsOptions.ALL_NAMES) {
            if (!names.equals(MetricsOptions.HELM)) {
                made = replaced(made, names, table(families(names)));
            }
        }
        if ("write".equals(System.getProperty("millrace.metrics.page"))) {
            Files.writeString(PAGE, made);
            return;
        }
        assertThat(page).isEqualTo(made);
    }

    /** The same figures, under another prefix: so the page needs no table of them. */
    @Test
    void theNamesOfTheHelmChartsAreThoseOfTheExporter() throws Exception {
        List<String> helm = new ArrayList<>();
        families(MetricsOptions.HELM).forEach(family -> helm.add(family.name));
        List<String> exporter = new ArrayList<>();
        for (Family family : families(MetricsOptions.EXPORTER)) {
            exporter.add(family.name.replaceFirst("^(?:gnatsd|jetstream)_", "nats_"));
        }
        assertThat(helm).containsExactlyInAnyOrderElementsOf(exporter);
    }

    private static String replaced(String page, String names, String table) {
        String begin = MARK.formatted(names);
        String end = MARK.formatted("end of " + names);
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        assertThat(from).as("mark of " + names).isNotNegative();
        assertThat(to).as("end mark of " + names).isGreaterThan(from);
        return page.substring(0, from + begin.length()) + table + page.substring(to);
    }

    private static String table(List<Family> families) {
        StringBuilder table =
                new StringBuilder("| metric | type | labels | |\n|---|---|---|---|\n");
        for (Family family : families) {
            table.append("| `").append(family.name).append("` | ").append(family.type);
            table.append(" | ").append(String.join(", ", family.labels)).append(" | ");
            table.append(family.help).append(" |\n");
        }
        return table.toString();
    }

    private static List<Family> families(String names) throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.metrics = new MetricsOptions(true, 50_000, true, true, true, List.of(names));
        try (JetStreamRig rig = new JetStreamRig(options.build()).withJetStream().listening();
                Caller wire = rig.caller()) {
            wire.ask("$JS.API.STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s\"]}");
            wire.ask(
                    "$JS.API.CONSUMER.CREATE.S.C",
                    "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\"}}");
            wire.ask("s", "one");
            return families(
                    new String(rig.scrape(null, null, null).body(), StandardCharsets.UTF_8)
                            .lines()
                            .toList());
        }
    }

    private static List<Family> families(List<String> lines) throws IOException {
        Map<String, Family> families = new TreeMap<>();
        String help = "";
        Family family = null;
        for (String line : lines) {
            if (line.startsWith("# HELP ")) {
                help = line.split(" ", 4)[3];
            } else if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ", -1);
                family = new Family(words[2], words[3], help, new TreeSet<>());
                families.put(family.name, family);
            } else if (family != null) {
                Matcher label = LABEL.matcher(line);
                while (label.find()) {
                    family.labels.add(label.group(1));
                }
            }
        }
        return List.copyOf(families.values());
    }
}
