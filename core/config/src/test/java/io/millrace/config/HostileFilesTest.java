package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a file holds, reading it ends in options or in a ConfigException. */
final class HostileFilesTest {
    private static final long SEED = Long.getLong("millrace.seed", 20261125L);
    private static final int ROUNDS = 3000;

    @Test
    void randomBytesAreReadOrRefused() {
        Random random = new Random(SEED);
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            byte[] content = new byte[random.nextInt(200)];
            random.nextBytes(content);
            refused += refusals(content, round);
        }

        assertThat(refused).as("seed " + SEED).isPositive();
    }

    @Test
    void goodFilesWithWrongBytesAreReadOrRefused() throws IOException {
        Random random = new Random(SEED);
        List<Recorded.Check> checks = Recorded.checks("check-bad.txt");
        int refused = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Recorded.Check check = checks.get(random.nextInt(checks.size()));
            byte[] content = check.configuration().getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < 3 && content.length > 0; i++) {
                String bytes = "{}[]()\"'\\$:=,;#/ \n0a%";
                content[random.nextInt(content.length)] =
                        (byte) bytes.charAt(random.nextInt(bytes.length()));
            }
            refused += refusals(content, round);
        }

        assertThat(refused).as("seed " + SEED).isPositive();
    }

    @Test
    void endlessNestingIsRefused() {
        byte[] content = ("a: " + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);

        assertThatThrownBy(() -> ConfigFile.load("x.conf", content, Map.of()))
                .isInstanceOf(ConfigException.class);
    }

    private static int refusals(byte[] content, int round) {
        try {
            ConfigFile.load("x.conf", content, Map.of());
            return 0;
        } catch (ConfigException expected) {
            return 1;
        } catch (RuntimeException | StackOverflowError wrong) {
            throw new AssertionError("seed " + SEED + ", round " + round, wrong);
        }
    }
}
