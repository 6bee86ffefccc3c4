package io.millrace.jetstream.api;

import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonTree;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a client asks of a pull consumer: nothing but an empty body, a number, or an object (ADR-13,
 * ADR-42). Immutable: any thread.
 *
 * @param batch messages, at least one
 * @param maxBytes bytes of the messages; zero or less for no limit
 * @param expiresNanos how long it may wait; zero for as long as the consumer lives, less for not
 * @param noWait whether it is over as soon as there is nothing to deliver
 * @param heartbeatNanos how often a sign of life is wanted; zero or less for never
 * @param group the priority group; empty for none
 * @param minPending messages that have to be pending before it is served
 * @param minAckPending messages that have to be unacknowledged before it is served
 * @param pinId what the client was pinned with; empty when it was not
 * @param priority 0, served first, to 9
 */
public record PullRequest(
        long batch,
        long maxBytes,
        long expiresNanos,
        boolean noWait,
        long heartbeatNanos,
        String group,
        long minPending,
        long minAckPending,
        String pinId,
        int priority) {
    private static final String STRUCTURE = "JSApiConsumerGetNextRequest";

    /** Go names the structure that holds the fields of a priority group too. */
    private static final String GROUP_STRUCTURE = STRUCTURE + ".PriorityGroup";

    private static final int PRIORITY_MAX = 9;
    private static final Pattern PLACE_IN_TEXT = Pattern.compile(" at offset \\d+$");
    private static final PullRequest ONE = ofBatch(1);

    private static PullRequest ofBatch(long batch) {
        return new PullRequest(batch, 0, 0, false, 0, "", 0, 0, "", 0);
    }

    /**
     * Reads the body of a request. A body that is neither an object nor a number asks for one
     * message, as it does with nats-server.
     */
    public static PullRequest read(byte[] body, int offset, int length)
            throws PullRefusedException {
        int from = offset;
        int end = offset + length;
        while (from < end && body[from] <= ' ' && body[from] >= 0) {
            from++;
        }
        if (from == end) {
            return ONE;
        }
        if (body[from] == '{') {
            return readObject(body, from, end - from);
        }
        return readNumber(new String(body, from, end - from, StandardCharsets.ISO_8859_1).strip());
    }

    public static PullRequest read(byte[] body) throws PullRefusedException {
        return read(body, 0, body.length);
    }

    /**
     * Whether {@code body} is an object: what is checked of priority groups is checked of these.
     */
    public static boolean isObject(byte[] body, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            if (body[i] < 0 || body[i] > ' ') {
                return body[i] == '{';
            }
        }
        return false;
    }

    private static PullRequest readNumber(String text) {
        try {
            long batch = Long.parseLong(text);
            return batch <= 1 ? ONE : ofBatch(batch);
        } catch (NumberFormatException somethingElse) {
            return ONE;
        }
    }

    private static PullRequest readObject(byte[] body, int offset, int length)
            throws PullRefusedException {
        PullRequest request;
        try {
            Json json = JsonTree.parse(body, offset, length);
            request = fields(JsonFields.of(json, STRUCTURE), JsonFields.of(json, GROUP_STRUCTURE));
        } catch (JsonException mistake) {
            throw new PullRefusedException(
                    PLACE_IN_TEXT.matcher(String.valueOf(mistake.getMessage())).replaceFirst(""));
        }
        if (request.heartbeatNanos > 0 && request.heartbeatNanos > request.expiresNanos / 2) {
            throw new PullRefusedException("heartbeat value too large");
        }
        if (request.priority < 0 || request.priority > PRIORITY_MAX) {
            throw new PullRefusedException("Priority must be between 0 and 9");
        }
        return request;
    }

    /** A time that is over already is as short as can be; none would be for ever. */
    private static long expires(long nanos) {
        return nanos < 0 ? 1 : nanos;
    }

    private static PullRequest fields(JsonFields fields, JsonFields ofGroup) throws JsonException {
        return new PullRequest(
                Math.max(fields.integer("batch"), 1),
                fields.integer("max_bytes"),
                expires(fields.nanos("expires")),
                fields.flag("no_wait"),
                fields.nanos("idle_heartbeat"),
                ofGroup.text("group"),
                ofGroup.whole("min_pending"),
                ofGroup.whole("min_ack_pending"),
                ofGroup.text("id"),
                (int) Math.clamp(ofGroup.integer("priority"), -1L, PRIORITY_MAX + 1L));
    }
}
