package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Whatever the words of a command line (one a line), they are understood or refused. */
final class CommandLineFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void understandsOrRefuses(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        String[] words = text.isEmpty() ? new String[0] : text.split("\n", -1);
        switch (CommandLine.parse(words, Map.of())) {
            case CommandLine.Run(Flags flags) -> load(flags);
            case CommandLine.Test(Flags flags) -> load(flags);
            case CommandLine.Show(String shown) -> assertThat(shown).isNotBlank();
            case CommandLine.SendSignal(String command, String process) ->
                    assertThat(text).contains(command).contains(process);
            case CommandLine.Refused(int exit, String output, String error) -> {
                assertThat(exit).isBetween(0, 1);
                assertThat(error).isNotBlank();
            }
        }
    }

    private static void load(Flags flags) {
        String file = flags.configFile();
        if (file != null && (file.startsWith("/dev") || file.startsWith("/proc"))) {
            return; // some of them have no end
        }
        try {
            Options options = flags.load().options();
            OptionsCheck.check(options);
        } catch (ConfigException wrong) {
            assertThat(wrong.getMessage()).isNotBlank();
        }
    }
}
