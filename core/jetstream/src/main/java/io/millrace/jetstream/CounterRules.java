package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonTree;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * What makes the messages of a stream steps of counters, one for each subject (ADR-49). Owned by
 * the loop.
 */
/* A value has any number of digits. Reading one costs the square of them, and it is done on the
 * loop: a step of more than DIGITS_MAX is refused, which bounds a step at a millisecond. */
final class CounterRules {
    static final int DIGITS_MAX = 10_000;

    /** A value grows by a digit with ten steps of the largest size. */
    private static final int VALUE_CHARACTERS_MAX = 2 * DIGITS_MAX;

    private static final PublishHeader[] FOREIGN = {
        PublishHeader.ROLLUP,
        PublishHeader.EXPECTED_STREAM,
        PublishHeader.EXPECTED_LAST_SEQUENCE,
        PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE,
        PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT,
        PublishHeader.EXPECTED_LAST_MSG_ID
    };

    private final Stream stream;
    private final PublishHeaders headers;
    private final StoredMessage stored = new StoredMessage();
    private final PublishHeaders storedHeaders = new PublishHeaders();

    /**
     * Where a counter stands.
     *
     * @param sources how far each source was counted, in the words of the header; "" for none
     */
    record Count(BigInteger value, String sources) {
        static final Count ZERO = new Count(BigInteger.ZERO, "");
    }

    /**
     * @param headers those of the message that is asked about
     */
    CounterRules(Stream stream, PublishHeaders headers) {
        this.stream = stream;
        this.headers = headers;
    }

    /** Refuses a step that is none, or is at the wrong place. */
    void check(int bodyLength) throws ApiException {
        if (!headers.has(PublishHeader.INCREMENT)) {
            return;
        }
        if (!isNumber()) {
            throw ApiError.MESSAGE_INCR_INVALID.asException();
        }
        if (!stream.config().allowMsgCounter()) {
            throw ApiError.MESSAGE_INCR_DISABLED.asException();
        }
        if (bodyLength > 0) {
            throw ApiError.MESSAGE_INCR_PAYLOAD.asException();
        }
        for (PublishHeader foreign : FOREIGN) {
            if (headers.has(foreign)) {
                throw ApiError.MESSAGE_INCR_INVALID.asException();
            }
        }
    }

    /** A sign or none, then digits. */
    private boolean isNumber() {
        byte[] buffer = headers.buffer();
        int at = headers.offset(PublishHeader.INCREMENT);
        int end = at + headers.length(PublishHeader.INCREMENT);
        if (buffer[at] == '+' || buffer[at] == '-') {
            at++;
        }
        if (at == end || end - at > DIGITS_MAX) {
            return false;
        }
        for (; at < end; at++) {
            if (buffer[at] < '0' || buffer[at] > '9') {
                return false;
            }
        }
        return true;
    }

    /** Whatever enters such a stream is a step. */
    void requireIncrement() throws ApiException {
        if (stream.config().allowMsgCounter() && !headers.has(PublishHeader.INCREMENT)) {
            throw ApiError.MESSAGE_INCR_MISSING.asException();
        }
    }

    /** Where the counter of a subject stands. */
    Count last(byte[] subject, int offset, int length) throws ApiException, StoreException {
        long sequence = stream.subjects().last(subject, offset, length);
        if (sequence == 0 || !stream.store().read(sequence, stored)) {
            return Count.ZERO;
        }
        storedHeaders.read(stored.data(), stored.headersOffset(), stored.headersLength());
        return new Count(storedValue(), storedHeaders.text(PublishHeader.COUNTER_SOURCES));
    }

    private BigInteger storedValue() throws ApiException {
        if (stored.payloadLength() > VALUE_CHARACTERS_MAX) {
            throw ApiError.MESSAGE_COUNTER_BROKEN.asException();
        }
        try {
            Json body =
                    JsonTree.parse(stored.data(), stored.payloadOffset(), stored.payloadLength());
            return new BigInteger(JsonFields.of(body, "CounterValue").text("val"));
        } catch (JsonException | NumberFormatException broken) {
            throw ApiError.MESSAGE_COUNTER_BROKEN.asException();
        }
    }

    /** Takes the step from {@code before}: the message gets the new value as its body. */
    Count step(Incoming message, Count before) {
        BigInteger increment = new BigInteger(headers.text(PublishHeader.INCREMENT));
        BigInteger value = before.value().add(increment);
        message.body(("{\"val\":\"" + value + "\"}").getBytes(StandardCharsets.US_ASCII));
        String sources = before.sources();
        if (sources.isEmpty()) {
            sources = headers.text(PublishHeader.COUNTER_SOURCES);
        } else {
            message.headersDone(
                    message.editHeaders().set(PublishHeader.COUNTER_SOURCES.text(), sources),
                    headers);
        }
        return new Count(value, sources);
    }
}
