package io.millrace.jetstream;

import io.millrace.jetstream.api.StreamConfig;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonTree;
import java.nio.charset.StandardCharsets;

/**
 * What the store keeps of a stream besides its messages. Immutable.
 *
 * @param createdNanos since 1970
 * @param unfinished whether its messages are still being restored: nobody was told that it is
 *     there, and a start that meets it lets it go
 */
record StreamDefinition(
        String account, long createdNanos, StreamConfig config, boolean unfinished) {
    private static final int VERSION = 1;

    StreamDefinition(String account, long createdNanos, StreamConfig config) {
        this(account, createdNanos, config, false);
    }

    /**
     * Reads what {@link #bytes} wrote.
     *
     * @throws JsonException when it is something else
     */
    static StreamDefinition of(byte[] bytes) throws JsonException {
        JsonFields fields =
                JsonFields.of(JsonTree.parse(bytes, 0, bytes.length), "StreamDefinition");
        if (fields.whole("version") != VERSION) {
            throw new JsonException("the definition has version " + fields.whole("version"));
        }
        JsonFields config = fields.object("config", "StreamConfig");
        if (config == null) {
            throw new JsonException("the definition holds no configuration");
        }
        return new StreamDefinition(
                fields.text("account"),
                fields.whole("created"),
                StreamConfig.read(config),
                fields.flag("unfinished"));
    }

    byte[] bytes() {
        JsonPage page =
                JsonPage.compact()
                        .object(null)
                        .number("version", VERSION)
                        .text("account", account)
                        .number("created", createdNanos)
                        .flagUnlessFalse("unfinished", unfinished);
        config.write(page, "config");
        return page.endObject().toString().getBytes(StandardCharsets.UTF_8);
    }
}
