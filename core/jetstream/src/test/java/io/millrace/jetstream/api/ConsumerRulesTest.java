package io.millrace.jetstream.api;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every line of consumer-configurations.jsonl is a request that was sent to nats-server 2.15.2,
 * with what it answered: the configuration of the consumer, or an error. Lines with "old" are
 * updates. The first lines are the streams.
 */
final class ConsumerRulesTest {
    record Recording(String json, Map<String, StreamConfig> streams) {
        @Override
        public String toString() {
            return json;
        }
    }

    static List<Recording> recordings() throws IOException, JsonException {
        Map<String, StreamConfig> streams = new HashMap<>();
        List<Recording> recordings = new ArrayList<>();
        try (InputStream file =
                requireNonNull(
                        ConsumerRulesTest.class.getResourceAsStream(
                                "consumer-configurations.jsonl"))) {
            String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
            for (String line : text.lines().toList()) {
                JsonFields fields = JsonFields.of(JsonTree.parse(line), "Recording");
                JsonFields stream = fields.object("stream_config", "StreamConfig");
                if (stream == null) {
                    recordings.add(new Recording(line, streams));
                } else {
                    StreamConfig config = StreamConfig.read(stream);
                    streams.put(config.name(), config);
                }
            }
        }
        return recordings;
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void answersAsNatsServerDoes(Recording recording) throws JsonException {
        JsonFields fields = JsonFields.of(JsonTree.parse(recording.json), "Recording");
        Json result = fields.value("result");
        String expected =
                result == null
                        ? error(requireNonNull(fields.object("error", "Error")))
                        : result.written();
        StreamConfig stream = requireNonNull(recording.streams.get(fields.text("stream")));
        assertThat(answer(fields, stream)).isEqualTo(expected);
    }

    private static String error(JsonFields error) throws JsonException {
        return error.integer("code")
                + " "
                + error.integer("err_code")
                + " "
                + error.text("description");
    }

    private static String answer(JsonFields fields, StreamConfig stream) throws JsonException {
        ConsumerConfig asked =
                ConsumerConfig.read(requireNonNull(fields.object("config", "ConsumerConfig")));
        JsonFields old = fields.object("old", "ConsumerConfig");
        long account = fields.whole("account_max_ack_pending");
        boolean pedantic = fields.flag("pedantic");
        ServerLimits limits = limits(fields.object("limits", "Limits"));
        try {
            ConsumerConfig config =
                    old == null
                            ? ConsumerRules.complete(asked, stream, limits, account, pedantic)
                            : ConsumerRules.update(
                                    ConsumerConfig.read(old),
                                    asked,
                                    stream,
                                    limits,
                                    account,
                                    pedantic);
            JsonPage page = JsonPage.compact();
            ApiLevel.shown(config).write(page, null);
            return page.toString();
        } catch (ApiException refused) {
            return refused.error().code()
                    + " "
                    + refused.error().errorCode()
                    + " "
                    + refused.description();
        }
    }

    private static ServerLimits limits(@Nullable JsonFields limits) throws JsonException {
        return limits == null
                ? ServerLimits.NONE
                : new ServerLimits(
                        limits.whole("max_ack_pending"),
                        limits.whole("max_request_batch"),
                        0,
                        0,
                        0);
    }

    @Test
    void textsHaveTheirLengths() throws ApiException {
        complete(ConsumerConfig.builder().description("d".repeat(4096)));
        assertRefused(
                ConsumerConfig.builder().description("d".repeat(4097)),
                "consumer description is too long, maximum allowed is 4096");
        assertRefused(
                ConsumerConfig.builder().description("é".repeat(4096)),
                "consumer description is too long, maximum allowed is 4096");
        complete(ConsumerConfig.builder().metadata(Map.of("a", "b".repeat(131_055))));
        assertRefused(
                ConsumerConfig.builder().metadata(Map.of("a", "b".repeat(131_056))),
                "consumer metadata exceeds maximum size of 128KB");
    }

    @Test
    void namesAreThoseOfFiles() throws ApiException {
        complete(ConsumerConfig.builder().name("n".repeat(255)));
        assertRefused(
                ConsumerConfig.builder().name("n".repeat(256)),
                "error creating store for consumer");
        assertRefused(
                ConsumerConfig.builder().durable("n".repeat(256)),
                "consumer name is too long, maximum allowed is 255");
        assertRefused(
                ConsumerConfig.builder().durable("a").name("b"),
                "Consumer Durable and Name have to be equal if both are provided");
    }

    private static void assertRefused(ConsumerConfig.Builder config, String description) {
        assertThatThrownBy(() -> complete(config))
                .isInstanceOf(ApiException.class)
                .hasMessage(description);
    }

    private static void complete(ConsumerConfig.Builder config) throws ApiException {
        ConsumerRules.complete(
                config.build(),
                StreamConfig.builder().name("S").subjects(List.of("s.>")).build(),
                ServerLimits.NONE,
                0,
                false);
    }
}
