package io.millrace.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The JSON form of a stream's configuration. */
final class StreamConfigTest {
    private static final String EVERYTHING =
            """
            {"name":"X","description":"d","subjects":["x.*"],"retention":"interest",\
            "max_consumers":10,"max_msgs":1000,"max_bytes":1000000,"max_age":3600000000000,\
            "max_msgs_per_subject":5,"max_msg_size":1024,"discard":"new","storage":"memory",\
            "num_replicas":1,"no_ack":true,"duplicate_window":60000000000,\
            "placement":{"cluster":"c","tags":["a"],"preferred":"p"},"mirror":{"name":"M"},\
            "sources":[{"name":"O","opt_start_seq":3,"opt_start_time":"2020-01-01T00:00:00Z",\
            "filter_subject":"f","subject_transforms":[{"src":"o","dest":"x.o"}],\
            "external":{"api":"a.b","deliver":""},\
            "consumer":{"name":"a","deliver_subject":"b"}}],"compression":"s2","first_seq":7,\
            "subject_transform":{"src":"x.*","dest":"y.$1"},\
            "republish":{"src":"x.*","dest":"q.$1","headers_only":true},"allow_direct":true,\
            "mirror_direct":true,"discard_new_per_subject":true,"sealed":true,\
            "deny_delete":true,"deny_purge":true,"allow_rollup_hdrs":true,\
            "consumer_limits":{"inactive_threshold":1,"max_ack_pending":3},\
            "allow_msg_ttl":true,"subject_delete_marker_ttl":1000000000,\
            "allow_msg_counter":true,"allow_atomic":true,"allow_msg_schedules":true,\
            "persist_mode":"async","allow_batched":true,"metadata":{"a":"2","z":"1"}}""";

    @Test
    void isWrittenInTheOrderOfTheRealServer() throws JsonException {
        assertThat(read(EVERYTHING)).hasToString(EVERYTHING);
    }

    @Test
    void leavesOutWhatIsNotSet() throws JsonException {
        assertThat(read("{\"name\":\"X\"}"))
                .hasToString(
                        """
                        {"name":"X","retention":"limits","max_consumers":0,"max_msgs":0,\
                        "max_bytes":0,"max_age":0,"max_msgs_per_subject":0,"max_msg_size":0,\
                        "discard":"old","storage":"file","num_replicas":0,"compression":"none",\
                        "allow_direct":false,"mirror_direct":false,"sealed":false,\
                        "deny_delete":false,"deny_purge":false,"allow_rollup_hdrs":false,\
                        "consumer_limits":{},"allow_msg_ttl":false}""");
    }

    @Test
    void equalsAnotherOfTheSameValues() throws JsonException {
        StreamConfig config = read(EVERYTHING);
        assertThat(config).isEqualTo(read(EVERYTHING)).hasSameHashCodeAs(read(EVERYTHING));
        assertThat(config.toBuilder().build()).isEqualTo(config);
        assertThat(config.toBuilder().sealed(false).build()).isNotEqualTo(config);
        assertThat(config.toBuilder().metadata(Map.of()).build()).isNotEqualTo(config);
    }

    @Test
    void refusesAChoiceItDoesNotKnow() {
        assertThatThrownBy(() -> read("{\"retention\":\"nope\"}"))
                .hasMessage("can not unmarshal \"\\\"nope\\\"\"");
        assertThatThrownBy(() -> read("{\"storage\":null}"))
                .hasMessage("can not unmarshal \"null\"");
        assertThatThrownBy(() -> read("{\"compression\":\"zip\"}"))
                .hasMessage("unknown compression algorithm");
    }

    @Test
    void isWrittenUnderAKey() throws JsonException {
        JsonPage page = JsonPage.compact().object(null);
        read(EVERYTHING).write(page, "config");
        assertThat(page.endObject()).hasToString("{\"config\":" + EVERYTHING + "}");
    }

    private static StreamConfig read(String json) throws JsonException {
        JsonFields fields = JsonFields.of(JsonTree.parse(json), "StreamConfigRequest");
        StreamConfig config = StreamConfig.read(fields.embedded("StreamConfig"));
        fields.refuseUnknown();
        return config;
    }
}
