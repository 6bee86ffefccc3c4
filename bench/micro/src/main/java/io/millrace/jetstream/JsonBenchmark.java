package io.millrace.jetstream;

import io.millrace.jetstream.api.PullRefusedException;
import io.millrace.jetstream.api.PullRequest;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.micro.MicroBenchmark;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonTree;
import io.millrace.store.StreamState;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;

/** What is read and written of JSON: requests of the API, their answers, and acks of publishes. */
public class JsonBenchmark extends MicroBenchmark {
    private static final long CREATED = 1_780_000_000_123_456_789L;

    private final byte[] createStream =
            ascii(
                    """
                    {"name":"ORDERS","description":"all orders","subjects":["orders.>","returns.*"],\
                    "retention":"limits","max_consumers":-1,"max_msgs":-1,"max_bytes":1073741824,\
                    "max_age":86400000000000,"max_msgs_per_subject":-1,"max_msg_size":-1,\
                    "discard":"old","storage":"file","num_replicas":1,"duplicate_window":120000000000,\
                    "allow_direct":true,"metadata":{"owner":"shop"}}""");
    private final byte[] pull =
            ascii("{\"batch\":100,\"expires\":30000000000,\"idle_heartbeat\":5000000000}");
    private final byte[] connect =
            ascii(
                    """
                    {"verbose":false,"pedantic":false,"tls_required":false,"name":"shop","lang":"go",\
                    "version":"1.52.0","protocol":1,"echo":true,"headers":true,"no_responders":true}""");
    private final StreamConfig config;
    private final StreamState state =
            new StreamState(1_234_567, 345_678_901, 1, CREATED, 1_234_567, CREATED + 5, 4_321, 0);
    private final PubAckWriter ack = new PubAckWriter("ORDERS", "");
    private long sequence = 1_000_000;

    public JsonBenchmark() {
        try {
            config = readStreamCreate();
        } catch (JsonException broken) {
            throw new IllegalStateException(broken);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** The request that makes or changes a stream. */
    @Benchmark
    public final StreamConfig readStreamCreate() throws JsonException {
        JsonFields fields =
                JsonFields.of(
                        JsonTree.parse(createStream, 0, createStream.length),
                        "StreamConfigRequest");
        StreamConfig read = StreamConfig.read(fields.embedded("StreamConfig"));
        fields.refuseUnknown();
        return read;
    }

    /** The request for a batch of messages. */
    @Benchmark
    public PullRequest readPull() throws PullRefusedException {
        return PullRequest.read(pull);
    }

    /** What a client says of itself when it connects. */
    @Benchmark
    public @Nullable ConnectOptions readConnect() {
        return ConnectOptions.parse(connect, 0, connect.length);
    }

    /** The answer that describes a stream. */
    @Benchmark
    public byte[] writeStreamInfo() {
        JsonPage page = JsonPage.compact().object(null);
        page.text("type", "io.nats.jetstream.api.v1.stream_info_response").number("total", 0);
        page.number("offset", 0).number("limit", 0);
        config.write(page, "config");
        page.text("created", StreamInfo.time(CREATED)).object("state");
        StreamInfo.counts(page, state);
        page.number("consumer_count", 3).endObject().text("ts", StreamInfo.time(CREATED));
        return page.endObject().toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The answer to one publish. */
    @Benchmark
    public int writePubAck() {
        ack.stored(++sequence, false);
        return ack.length();
    }
}
