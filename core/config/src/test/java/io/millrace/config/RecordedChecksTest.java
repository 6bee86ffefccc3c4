package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What "-t" says of each recorded file, word by word. */
final class RecordedChecksTest {
    /** Their subject is a feature that the table does not name as supported. */
    private static final Set<String> NOT_BUILT =
            Set.of(
                    "json",
                    "mqtt-consumer-replicas",
                    "mqtt-without-js",
                    "mqtt-no-server-name",
                    "cluster-compression",
                    "cluster-gateway-name-conflict",
                    "js-cluster-no-name",
                    "js-cluster-no-server-name");

    @TempDir Path folder;

    static Stream<Recorded.Check> built() throws IOException {
        return all().filter(check -> !NOT_BUILT.contains(check.name()));
    }

    static Stream<Recorded.Check> notBuilt() throws IOException {
        return all().filter(check -> NOT_BUILT.contains(check.name()));
    }

    private static Stream<Recorded.Check> all() throws IOException {
        return Stream.concat(
                Recorded.checks("check-good.txt").stream(),
                Recorded.checks("check-bad.txt").stream());
    }

    @ParameterizedTest
    @MethodSource("built")
    void checkSaysWhatNatsServerSays(Recorded.Check check) throws IOException {
        // The recording does not hold the included file; its digest is that of this one.
        Files.writeString(folder.resolve("inc.conf"), "port: 16053\n");

        String answer = answerTo(check);

        if (check.name().equals("include")) {
            assertThat(answer).contains("include.conf is valid");
            return;
        }
        assertThat(answer.stripTrailing()).isEqualTo(check.answer());
    }

    @ParameterizedTest
    @MethodSource("notBuilt")
    void whatIsNotBuiltIsRefusedByItsName(Recorded.Check check) throws IOException {
        Path file = written(check);

        assertThatThrownBy(() -> ConfigFile.load(file.toString(), Map.of()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is not supported yet");
    }

    private String answerTo(Recorded.Check check) throws IOException {
        Path file = written(check);
        String answer;
        try {
            ConfigFile.Loaded loaded = ConfigFile.load(file.toString(), Map.of("REC_NAME", "rec"));
            answer =
                    loaded.warnings().isEmpty()
                            ? "configuration file "
                                    + file
                                    + " is valid ("
                                    + loaded.options().configDigest()
                                    + ")"
                            : String.join("\n", loaded.warnings());
        } catch (ConfigException wrong) {
            answer = wrong.getMessage();
        }
        return "nats-server: " + answer.replace(folder.toString(), "$DIR");
    }

    private Path written(Recorded.Check check) throws IOException {
        return Files.writeString(folder.resolve(check.name() + ".conf"), check.configuration());
    }
}
