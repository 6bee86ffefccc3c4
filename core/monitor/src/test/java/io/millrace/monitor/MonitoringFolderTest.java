package io.millrace.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.config.MetricsOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonTree;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scrape configuration, alerts, rules and boards that come with the server. */
final class MonitoringFolderTest {
    private static final Path FOLDER = Path.of("..", "..", "monitoring");
    private static final Pattern METRIC =
            Pattern.compile("\\b(?:gnatsd|jetstream|nats|millrace|jvm|process)_[a-z0-9_]+");
    private static final Pattern RECORDED = Pattern.compile("record: (\\S+)");

    @TempDir private Path folder;

    @Test
    void everyMetricThatIsNamedIsThere() throws Exception {
        Set<String> named = new TreeSet<>();
        for (Path file : files()) {
            String text = Files.readString(file);
            Matcher recorded = RECORDED.matcher(text);
            while (recorded.find()) {
                assertThat(recorded.group(1)).startsWith("instance:");
            }
            String own = text.replaceAll("instance:[a-z0-9_:]+", "");
            Matcher metric = METRIC.matcher(own);
            while (metric.find()) {
                named.add(metric.group());
            }
        }
        String answer = answer("text/plain");
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(named)
                .allMatch(
                        name ->
                                answer.contains("\n" + name + " ")
                                        || answer.contains("\n" + name + "{"));
    }

    @Test
    void theBoardsAreReadable() throws Exception {
        Set<String> uids = new TreeSet<>();
        for (Path file : files()) {
            if (file.toString().endsWith(".json")) {
                Json.Obj board = (Json.Obj) JsonTree.parse(Files.readString(file));
                assertThat(board.field("panels")).isInstanceOf(Json.Array.class);
                uids.add(((Json.Text) board.fields().get("uid")).value());
            }
        }
        assertThat(uids)
                .containsExactly("millrace-clients", "millrace-jetstream", "millrace-overview");
    }

    @Test
    void promtoolAcceptsConfigurationRulesAndAlerts() throws Exception {
        List<String> answer =
                promtool(null, "check", "config", FOLDER.resolve("prometheus.yml").toString());
        assertThat(answer).last().isEqualTo("0");
    }

    @Test
    void promtoolHasNothingToSayAgainstNamesOfOurOwn() throws Exception {
        String own = answer("text/plain", "names=millrace");
        assertThat(promtool(own, "check", "metrics")).containsExactly("0");
    }

    /** How others have called things is not ours to mend: it says so, but it can read them all. */
    @Test
    void promtoolCanReadEveryName() throws Exception {
        List<String> answer = promtool(answer("text/plain"), "check", "metrics");
        assertThat(answer).last().isIn("0", "3");
        assertThat(answer).noneMatch(line -> line.startsWith("millrace_"));
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(FOLDER)) {
            List<Path> files =
                    found.filter(file -> file.toString().matches(".*\\.(?:json|yml)"))
                            .sorted()
                            .toList();
            assertThat(files).hasSize(6);
            return files;
        }
    }

    private static String answer(String accept) throws Exception {
        return answer(accept, null);
    }

    private static String answer(String accept, @Nullable String query) throws Exception {
        OptionsBuilder options = JetStreamRig.options();
        options.metrics =
                new MetricsOptions(true, 50_000, true, true, true, MetricsOptions.ALL_NAMES);
        try (JetStreamRig rig = new JetStreamRig(options.build()).withJetStream().listening();
                Caller wire = rig.caller()) {
            wire.ask("$JS.API.STREAM.CREATE.S", "{\"name\":\"S\",\"subjects\":[\"s\"]}");
            wire.ask(
                    "$JS.API.CONSUMER.CREATE.S.C",
                    "{\"stream_name\":\"S\",\"config\":{\"durable_name\":\"C\"}}");
            wire.ask("s", "one");
            return new String(rig.scrape(accept, null, query).body(), StandardCharsets.UTF_8);
        }
    }

    /** What it says, and as the last line how it ended. */
    private List<String> promtool(@Nullable String input, String... arguments) throws Exception {
        Path tool = promtool();
        assumeTrue(tool != null, "promtool is not there: it comes with Prometheus");
        Path given = Files.writeString(folder.resolve("input"), input == null ? "" : input);
        Path said = folder.resolve("said");
        List<String> command = new ArrayList<>(List.of(String.valueOf(tool)));
        command.addAll(List.of(arguments));
        Process process =
                new ProcessBuilder(command)
                        .redirectInput(given.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        List<String> lines = new ArrayList<>(Files.readAllLines(said));
        lines.add(Integer.toString(process.exitValue()));
        return lines;
    }

    private static @Nullable Path promtool() {
        List<String> places = new ArrayList<>();
        String tools = System.getenv("MILLRACE_TOOLS");
        if (tools != null) {
            places.add(tools + "/bin");
        }
        String path = System.getenv("PATH");
        if (path != null) {
            places.addAll(List.of(path.split(File.pathSeparator, -1)));
        }
        for (String place : places) {
            Path tool = Path.of(place, "promtool");
            if (Files.isExecutable(tool)) {
                return tool;
            }
        }
        return null;
    }
}
