package io.millrace.jetstream.snapshot;

import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.JsonWalk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A consumer of the stream: its configuration as JSON, and how far it has come. Immutable: any
 * thread.
 *
 * @param name as it stands in the archive; an ephemeral one has it here only
 * @param config a JSON object
 */
public record ArchivedConsumer(String name, String config, Progress progress)
        implements ArchivePart {

    /** A place in the consumer's own count and in the stream. */
    public record Place(long consumerSequence, long streamSequence) {
        static final Place START = new Place(0, 0);
    }

    /**
     * A message that was delivered and not acknowledged.
     *
     * @param deliveredNanos since 1970, the last time
     */
    public record Pending(long streamSequence, long consumerSequence, long deliveredNanos) {}

    /**
     * A message that was delivered more than once.
     *
     * @param times how often after the first time
     */
    public record Redelivery(long streamSequence, long times) {}

    /** How far a consumer has come. */
    public record Progress(
            Place delivered, Place ackFloor, List<Pending> pending, List<Redelivery> redelivered) {
        public Progress {
            pending = List.copyOf(pending);
            redelivered = List.copyOf(redelivered);
        }
    }

    static ArchivedConsumer parse(String name, byte[] json, int offset, int length)
            throws JsonException {
        String config = null;
        Progress progress = null;
        try (JsonWalk walk = JsonWalk.of(json, offset, length)) {
            walk.enterObject();
            for (String field = walk.field(); field != null; field = walk.field()) {
                switch (field.toLowerCase(Locale.ROOT)) {
                    case "config" -> config = walk.objectText();
                    case "state" -> progress = progress(walk);
                    default -> walk.skip();
                }
            }
            walk.end();
        }
        return new ArchivedConsumer(name, given(config, "config"), given(progress, "state"));
    }

    private static <T> T given(@Nullable T value, String what) throws JsonException {
        if (value == null) {
            throw new JsonException("missing " + what);
        }
        return value;
    }

    private static Progress progress(JsonWalk walk) throws JsonException {
        Place delivered = Place.START;
        Place ackFloor = Place.START;
        List<Pending> pending = new ArrayList<>();
        List<Redelivery> redelivered = new ArrayList<>();
        walk.enterObject();
        for (String field = walk.field(); field != null; field = walk.field()) {
            switch (field.toLowerCase(Locale.ROOT)) {
                case "delivered" -> delivered = place(walk);
                case "ack_floor" -> ackFloor = place(walk);
                case "pending" -> pending(walk, pending);
                case "redelivered" -> redelivered(walk, redelivered);
                default -> walk.skip();
            }
        }
        return new Progress(delivered, ackFloor, pending, redelivered);
    }

    private static Place place(JsonWalk walk) throws JsonException {
        long consumer = 0;
        long stream = 0;
        walk.enterObject();
        for (String field = walk.field(); field != null; field = walk.field()) {
            switch (field.toLowerCase(Locale.ROOT)) {
                case "consumer_seq" -> consumer = ArchivedState.count(walk, field);
                case "stream_seq" -> stream = ArchivedState.count(walk, field);
                default -> walk.skip();
            }
        }
        return new Place(consumer, stream);
    }

    private static void pending(JsonWalk walk, List<Pending> into) throws JsonException {
        walk.enterObject();
        for (String key = walk.field(); key != null; key = walk.field()) {
            long consumer = 0;
            long delivered = 0;
            walk.enterObject();
            for (String field = walk.field(); field != null; field = walk.field()) {
                switch (field.toLowerCase(Locale.ROOT)) {
                    case "sequence" -> consumer = ArchivedState.count(walk, field);
                    case "timestamp" -> delivered = walk.whole();
                    default -> walk.skip();
                }
            }
            // An entry without a place would cost us more than it costs who sends it.
            if (consumer == 0) {
                throw new JsonException("pending " + key + " without a sequence");
            }
            into.add(new Pending(sequence(key), consumer, delivered));
        }
    }

    private static void redelivered(JsonWalk walk, List<Redelivery> into) throws JsonException {
        walk.enterObject();
        for (String key = walk.field(); key != null; key = walk.field()) {
            into.add(new Redelivery(sequence(key), ArchivedState.count(walk, key)));
        }
    }

    private static long sequence(String key) throws JsonException {
        try {
            long sequence = Long.parseLong(key);
            if (sequence > 0) {
                return sequence;
            }
        } catch (NumberFormatException notOne) {
            // said below
        }
        throw new JsonException("'" + key + "' is not a sequence");
    }

    byte[] json() {
        JsonPage state = JsonPage.compact().object(null);
        place(state, "delivered", progress.delivered());
        place(state, "ack_floor", progress.ackFloor());
        if (!progress.pending().isEmpty()) {
            state.object("pending");
            for (Pending one : progress.pending()) {
                state.object(Long.toString(one.streamSequence()))
                        .number("Sequence", one.consumerSequence())
                        .number("Timestamp", one.deliveredNanos())
                        .endObject();
            }
            state.endObject();
        }
        if (!progress.redelivered().isEmpty()) {
            state.object("redelivered");
            for (Redelivery one : progress.redelivered()) {
                state.number(Long.toString(one.streamSequence()), one.times());
            }
            state.endObject();
        }
        state.endObject();
        return ("{\"config\":" + config + ",\"state\":" + state + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void place(JsonPage page, String name, Place place) {
        page.object(name)
                .number("consumer_seq", place.consumerSequence())
                .number("stream_seq", place.streamSequence())
                .endObject();
    }
}
