package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Map;

/** Whatever a file holds, reading it ends in options or in findings. */
final class ConfigFileFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void readsOrSaysWhatIsWrong(byte[] content) {
        try {
            ConfigFile.Loaded loaded =
                    ConfigFile.load("fuzz.conf", content, Map.of("HOME", "here", "N", "7"));
            assertThat(loaded.warnings()).noneMatch(String::isBlank);
            OptionsCheck.check(loaded.options());
        } catch (ConfigException wrong) {
            assertThat(wrong.getMessage()).isNotBlank();
        }
    }
}
