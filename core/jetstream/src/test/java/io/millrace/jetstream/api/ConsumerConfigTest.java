package io.millrace.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts as nats-server 2.15 answers them. */
final class ConsumerConfigTest {
    private static final String PULL =
            "{\"durable_name\":\"f1\",\"name\":\"f1\",\"description\":\"d\","
                    + "\"deliver_policy\":\"by_start_time\","
                    + "\"opt_start_time\":\"2023-12-31T22:00:00.5Z\",\"ack_policy\":\"explicit\","
                    + "\"ack_wait\":1,\"max_deliver\":9,\"backoff\":[1,2,3],"
                    + "\"filter_subjects\":[\"s.a\",\"s.b\"],\"replay_policy\":\"original\","
                    + "\"sample_freq\":\"50%\",\"max_waiting\":7,\"max_ack_pending\":8,"
                    + "\"headers_only\":true,\"max_batch\":3,\"max_expires\":5000000000,"
                    + "\"max_bytes\":77,\"inactive_threshold\":5,\"num_replicas\":1,"
                    + "\"mem_storage\":true,\"metadata\":{\"a\":\"b\",\"z\":\"1\"},"
                    + "\"pause_until\":\"2099-01-01T00:00:00Z\",\"priority_groups\":[\"a\"],"
                    + "\"priority_policy\":\"pinned_client\",\"priority_timeout\":7000000000}";
    private static final String PUSH =
            "{\"name\":\"f2\",\"deliver_policy\":\"by_start_sequence\",\"opt_start_seq\":4,"
                    + "\"ack_policy\":\"all\",\"ack_wait\":30000000000,\"max_deliver\":-1,"
                    + "\"filter_subject\":\"s.a\",\"replay_policy\":\"instant\","
                    + "\"rate_limit_bps\":10,\"max_ack_pending\":1000,\"flow_control\":true,"
                    + "\"deliver_subject\":\"d\",\"deliver_group\":\"g\","
                    + "\"idle_heartbeat\":1000000000,\"inactive_threshold\":5000000000,"
                    + "\"num_replicas\":0,\"direct\":true}";

    @ParameterizedTest
    @ValueSource(strings = {PULL, PUSH})
    void whatWasReadIsWrittenInTheSameOrder(String json) throws JsonException {
        JsonPage page = JsonPage.compact();
        read(json).write(page, null);
        assertThat(page.toString()).isEqualTo(json);
    }

    @ParameterizedTest
    @ValueSource(strings = {PULL, PUSH})
    void aBuilderKeepsEveryField(String json) throws JsonException {
        ConsumerConfig config = read(json);
        assertThat(config.toBuilder().build()).isEqualTo(config).hasSameHashCodeAs(config);
        assertThat(config.toBuilder().headersOnly(!config.headersOnly()).build())
                .isNotEqualTo(config);
    }

    @Test
    void nothingWrittenIsAConfigurationOfZeros() throws JsonException {
        assertThat(read("{}")).isEqualTo(ConsumerConfig.builder().build());
        assertThat(read("{\"deliver_policy\":\"undefined\",\"name\":null,\"backoff\":null}"))
                .isEqualTo(ConsumerConfig.builder().build());
    }

    @Test
    void filtersAreThoseInForceHoweverWritten() throws JsonException {
        assertThat(read(PULL).filters()).containsExactly("s.a", "s.b");
        assertThat(read(PUSH).filters()).containsExactly("s.a");
        assertThat(read("{}").filters()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"50%,50", "7,7", "'',0", "x,0"})
    void samplesMayCarryTheirSign(String written, int percent) {
        assertThat(ConsumerConfig.builder().sampleFrequency(written).build().samplePercent())
                .isEqualTo(percent);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"deliver_policy\":\"soon\"}|can not unmarshal \"\\\"soon\\\"\"",
                "{\"deliver_policy\":null}|can not unmarshal \"null\"",
                "{\"ack_policy\":\"maybe\"}|can not unmarshal \"\\\"maybe\\\"\"",
                "{\"replay_policy\":5}|can not unmarshal \"5\"",
                "{\"priority_policy\":\"x\"}|unknown priority policy: \"x\"",
                "{\"priority_policy\":null}|unknown priority policy: null",
                "{\"priority_policy\":{\"a\":[1]}}|unknown priority policy: {\"a\":[1]}",
                "{\"opt_start_time\":5}|Time.UnmarshalJSON: input is not a JSON string",
                "{\"ack_wait\":\"5s\"}|json: cannot unmarshal string into Go struct field"
                        + " ConsumerConfig.ack_wait of type time.Duration",
                "{\"backoff\":[5.5]}|json: cannot unmarshal number 5.5 into Go struct field"
                        + " ConsumerConfig.backoff of type time.Duration",
                "{\"rate_limit_bps\":-1}|json: cannot unmarshal number -1 into Go struct field"
                        + " ConsumerConfig.rate_limit_bps of type uint64",
            })
    void whatIsOfAnotherKindIsRefused(String json, String words) {
        assertThatThrownBy(() -> read(json)).isInstanceOf(JsonException.class).hasMessage(words);
    }

    private static ConsumerConfig read(String json) throws JsonException {
        JsonFields fields = JsonFields.of(JsonTree.parse(json), "ConsumerConfig");
        ConsumerConfig config = ConsumerConfig.read(fields);
        fields.refuseUnknown();
        return config;
    }
}
