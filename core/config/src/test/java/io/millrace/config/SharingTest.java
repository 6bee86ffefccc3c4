package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Imports and exports of accounts: what is read, and what nats-server 2.15.2 says of the rest. */
final class SharingTest {
    /** A file, and what was said of it. */
    record Case(String name, String file, String answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> recorded() throws IOException {
        try (InputStream stream = SharingTest.class.getResourceAsStream("sharing.txt")) {
            String all =
                    new String(
                            Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
            List<String> blocks = List.of(all.split("(?m)^## ", -1));
            return blocks.stream()
                    .skip(1)
                    .map(
                            block -> {
                                int line = block.indexOf('\n');
                                int end = block.indexOf("\n--\n");
                                return new Case(
                                        block.substring(0, line),
                                        block.substring(line + 1, end + 1),
                                        block.substring(end + 4).strip());
                            });
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void theAnswerIsThatOfNatsServer(Case recorded) {
        String answer = "valid";
        try {
            options(recorded.file());
        } catch (ConfigException wrong) {
            answer = wrong.getMessage();
        }
        assertThat(answer.strip()).isEqualTo(recorded.answer());
    }

    private static Options options(String configuration) throws ConfigException {
        return ConfigFile.load("c.conf", configuration.getBytes(StandardCharsets.UTF_8), Map.of())
                .options();
    }

    @Test
    void everythingThatTheyMaySayIsRead() throws ConfigException {
        List<AccountOptions> accounts =
                options(
                                """
                                accounts {
                                  A { exports: [
                                    {stream: "st.*", accounts: [B], account_token_position: 2}
                                    {service: "sv", response: chunk, threshold: "3s", allow_trace: true}
                                    {service: "sl", latency: {sampling: "40%", subject: lat}}
                                  ] }
                                  B { imports: [
                                    {stream: {account: A, subject: "st.*"}, to: "x.$1", allow_trace: true}
                                    {stream: {account: A, subject: "st.B"}, prefix: "p"}
                                    {service: {account: A, subject: "sv"}, share: true}
                                  ] }
                                }
                                """)
                        .accounts();
        assertThat(accounts.get(0).exports())
                .containsExactly(
                        new ExportOptions(
                                false,
                                "st.*",
                                List.of("B"),
                                2,
                                ExportOptions.Responses.SINGLETON,
                                0,
                                null,
                                false),
                        new ExportOptions(
                                true,
                                "sv",
                                null,
                                0,
                                ExportOptions.Responses.CHUNKED,
                                3_000_000_000L,
                                null,
                                true),
                        new ExportOptions(
                                true,
                                "sl",
                                null,
                                0,
                                ExportOptions.Responses.SINGLETON,
                                0,
                                new ExportOptions.Latency(40, "lat"),
                                false));
        assertThat(accounts.get(1).imports())
                .containsExactly(
                        new ImportOptions(false, "A", "st.*", "x.$1", "", false, true),
                        new ImportOptions(false, "A", "st.B", "", "p", false, false),
                        new ImportOptions(true, "A", "sv", "", "", true, false));
        assertThat(accounts.get(1).imports().get(1).local()).isEqualTo("p.st.B");
    }
}
