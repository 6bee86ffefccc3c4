package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonTree;
import java.nio.charset.StandardCharsets;

/**
 * What the store keeps of a consumer besides how far it is. Immutable.
 *
 * @param createdNanos since 1970
 * @param streamEnd the stream's last sequence when the consumer was made: up to there, the newest
 *     message of each subject is meant by the policy of that name
 */
record ConsumerDefinition(String name, long createdNanos, long streamEnd, ConsumerConfig config) {
    private static final int VERSION = 1;

    /**
     * Reads what {@link #bytes} wrote.
     *
     * @throws JsonException when it is something else
     */
    static ConsumerDefinition of(byte[] bytes) throws JsonException {
        JsonFields fields =
                JsonFields.of(JsonTree.parse(bytes, 0, bytes.length), "ConsumerDefinition");
        if (fields.whole("version") != VERSION) {
            throw new JsonException("the definition has version " + fields.whole("version"));
        }
        JsonFields config = fields.object("config", "ConsumerConfig");
        if (config == null) {
            throw new JsonException("the definition holds no configuration");
        }
        return new ConsumerDefinition(
                fields.text("name"),
                fields.whole("created"),
                fields.whole("stream_end"),
                ConsumerConfig.read(config));
    }

    byte[] bytes() {
        JsonPage page =
                JsonPage.compact()
                        .object(null)
                        .number("version", VERSION)
                        .text("name", name)
                        .number("created", createdNanos)
                        .number("stream_end", streamEnd);
        config.write(page, "config");
        return page.endObject().toString().getBytes(StandardCharsets.UTF_8);
    }

    ConsumerDefinition with(ConsumerConfig changed) {
        return new ConsumerDefinition(name, createdNanos, streamEnd, changed);
    }
}
