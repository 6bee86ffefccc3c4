package io.millrace.jetstream.snapshot;

import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonWalk;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The state of the stream when the snapshot was taken. Immutable: any thread.
 *
 * @param messages how many it held
 * @param bytes how much they took in the store that wrote the archive
 * @param firstSequence 0 in a stream that never held a message; in one that is empty now, the last
 *     sequence and one
 * @param firstTime RFC 3339
 * @param lastTime RFC 3339
 * @param subjects how many different ones
 * @param deleted how many sequences between the first and the last have no message
 * @param consumers how many follow in the archive
 */
public record ArchivedState(
        long messages,
        long bytes,
        long firstSequence,
        String firstTime,
        long lastSequence,
        String lastTime,
        long subjects,
        long deleted,
        long consumers)
        implements ArchivePart {
    /** The time of nothing: what Go writes for a time that was never set. */
    public static final String NEVER = "0001-01-01T00:00:00Z";

    static ArchivedState parse(byte[] json, int offset, int length) throws JsonException {
        long messages = 0;
        long bytes = 0;
        long first = 0;
        long last = 0;
        long subjects = 0;
        long deleted = 0;
        long consumers = 0;
        String firstTime = NEVER;
        String lastTime = NEVER;
        try (JsonWalk walk = JsonWalk.of(json, offset, length)) {
            walk.enterObject();
            for (String name = walk.field(); name != null; name = walk.field()) {
                switch (name.toLowerCase(Locale.ROOT)) {
                    case "messages" -> messages = count(walk, name);
                    case "bytes" -> bytes = count(walk, name);
                    case "first_seq" -> first = count(walk, name);
                    case "last_seq" -> last = count(walk, name);
                    case "num_subjects" -> subjects = count(walk, name);
                    case "num_deleted" -> deleted = count(walk, name);
                    case "consumer_count" -> consumers = count(walk, name);
                    case "first_ts" -> firstTime = walk.text();
                    case "last_ts" -> lastTime = walk.text();
                    default -> walk.skip();
                }
            }
            walk.end();
        }
        ArchivedState state =
                new ArchivedState(
                        messages, bytes, first, firstTime, last, lastTime, subjects, deleted,
                        consumers);
        state.checkSequences();
        return state;
    }

    static long count(JsonWalk walk, String name) throws JsonException {
        long value = walk.whole();
        if (value < 0) {
            throw new JsonException("negative " + name);
        }
        return value;
    }

    /** No message count and no gap may come out of this state that the sequences do not hold. */
    private void checkSequences() throws JsonException {
        boolean holds;
        if (firstSequence == 0) {
            holds = lastSequence == 0 && messages == 0;
        } else if (firstSequence > lastSequence) {
            holds = firstSequence - 1 == lastSequence && messages == 0;
        } else {
            holds = messages <= lastSequence - firstSequence + 1;
        }
        if (!holds) {
            throw new JsonException(
                    messages
                            + " messages do not fit sequences "
                            + firstSequence
                            + " to "
                            + lastSequence);
        }
    }

    /** Writes it as stream info shows it: {@code key} null for a document of its own. */
    public void write(JsonPage page, @Nullable String key) {
        page.object(key)
                .number("messages", messages)
                .number("bytes", bytes)
                .number("first_seq", firstSequence)
                .text("first_ts", firstTime)
                .number("last_seq", lastSequence)
                .text("last_ts", lastTime)
                .numberUnlessZero("num_subjects", subjects)
                .numberUnlessZero("num_deleted", deleted)
                .number("consumer_count", consumers)
                .endObject();
    }

    byte[] json() {
        JsonPage page = JsonPage.compact();
        write(page, null);
        return page.toString().getBytes(StandardCharsets.UTF_8);
    }
}
