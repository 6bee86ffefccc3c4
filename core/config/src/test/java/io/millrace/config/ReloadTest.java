package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a reload accepts and refuses; the recorded cases word by word. */
final class ReloadTest {
    private static final String BASE =
            "host: 127.0.0.1\nport: 4222\nhttp: \"127.0.0.1:16115\"\nserver_name: rec\n";

    /** One recorded reload: the file before and after, and the log of it. */
    record Case(String name, String before, String after, List<String> log) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> recorded() throws IOException {
        List<Case> cases = new ArrayList<>();
        for (String part : Recorded.text("reload.txt").split("(?m)^=== ", -1)) {
            String[] lines = part.split("\n", -1);
            if (lines.length > 2 && lines[2].startsWith(" -> ")) {
                cases.add(
                        new Case(
                                lines[0],
                                configuration(lines[1].trim()),
                                configuration(lines[2].substring(4)),
                                log(lines)));
            }
        }
        return cases.stream().filter(ReloadTest::isBuilt);
    }

    private static String configuration(String recorded) {
        return recorded.equals("(nothing)") ? "" : recorded.replace(" ; ", "\n") + "\n";
    }

    private static List<String> log(String[] lines) {
        List<String> log = new ArrayList<>();
        for (String line : lines) {
            int text = line.indexOf("] Reload");
            int refused = line.indexOf("configuration: config reload");
            if (refused >= 0) {
                log.add(line.substring(refused + "configuration: ".length()));
            } else if (text >= 0 && !line.contains("Reloaded server configuration")) {
                log.add(line.substring(text + 2));
            }
        }
        return log;
    }

    /** The recordings of listeners that the table does not name as supported stay out. */
    private static boolean isBuilt(Case recorded) {
        try {
            options(recorded.before());
            options(recorded.after());
            return !recorded.log().isEmpty() && !recorded.name().equals("ocsp");
        } catch (ConfigException notBuilt) {
            return false;
        }
    }

    private static Options options(String configuration) throws ConfigException {
        byte[] content = (BASE + configuration).getBytes(StandardCharsets.UTF_8);
        return ConfigFile.load("server.conf", content, Map.of()).options();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void recordedReloadsAreDecidedTheSame(Case recorded) throws ConfigException {
        Reload reload = Reload.between(options(recorded.before()), options(recorded.after()));

        List<String> log =
                switch (reload) {
                    case Reload.Refused refused -> List.of(refused.why());
                    case Reload.Accepted accepted ->
                            accepted.changes().stream().map(Reload.Change::logText).toList();
                };
        assertThat(log).isEqualTo(recorded.log());
    }

    @Test
    void enoughRecordedReloadsAreBuilt() throws IOException {
        assertThat(recorded().count()).isGreaterThan(45);
    }

    @Test
    void changesComeInTheOrderInWhichTheyAreApplied() throws ConfigException {
        Options now =
                options("write_deadline: \"1s\"\ndebug: true\ntrace: true\nmax_connections: 5\n");

        Reload reload = Reload.between(options(""), now);

        assertThat(((Reload.Accepted) reload).changes())
                .extracting(Reload.Change::logText)
                .containsExactly(
                        "Reloaded: trace = true",
                        "Reloaded: debug = true",
                        "Reloaded: max_connections = 5",
                        "Reloaded: authorization users",
                        "Reloaded: accounts",
                        "Reloaded: write_deadline = 1s");
    }

    @Test
    void userOfNobodyMayGoTogetherWithItsName() throws ConfigException {
        Options old = options("no_auth_user: a\nauthorization { users: [{user: a, password: b}] }");
        Options stays = options("authorization { users: [{user: a, password: b}] }");

        assertThat(Reload.between(old, stays))
                .isEqualTo(
                        new Reload.Refused(
                                "config reload not supported for NoAuthUser: old=a, new="));
        assertThat(Reload.between(old, options(""))).isInstanceOf(Reload.Accepted.class);
    }
}
