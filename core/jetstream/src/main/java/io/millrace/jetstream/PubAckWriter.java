package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The answers of one stream to those who publish to it, byte for byte as nats-server writes them.
 * Owned by the stream's loop; each answer is valid until the next one.
 */
/* Two hands write these answers in nats-server, and both are copied with their quirks:
 *
 *     {"stream":"S","seq":1}                               {"stream":"S","domain":"hub","seq":1}
 *     {"stream":"S","seq":1,"duplicate": true}             ␣ only there
 *     {"stream":"S","seq":3,"val":"12"}                    counters
 *     {"stream":"S","seq":4,"batch":"B1","count":2}        atomic batches
 *     {"error":{"code":400,"err_code":10060,"description":"…"},"stream":"S","seq":0}
 *
 * The answers that say yes leave <, > and & in names as they are, the error escapes them and names
 * no domain. What would not be JSON at all (Go's \a and \x7f in a stream's name) is not copied:
 * such letters are written as JSON wants them. */
final class PubAckWriter {
    private static final int SCRATCH_BYTES = 256;
    private static final byte[] DUPLICATE = ascii(",\"duplicate\": true");
    private static final byte[] VALUE = ascii(",\"val\":");
    private static final byte[] BATCH = ascii(",\"batch\":");
    private static final byte[] COUNT = ascii(",\"count\":");

    /** Everything up to the sequence of an answer that says yes. */
    private final byte[] start;

    /** The end of every error. */
    private final String errorEnd;

    private byte[] bytes;
    private int length;

    /**
     * @param domain the JetStream domain, "" when there is none
     */
    PubAckWriter(String stream, String domain) {
        StringBuilder text = new StringBuilder("{\"stream\":");
        JsonText.quotePlainly(text, stream);
        if (!domain.isEmpty()) {
            JsonText.quotePlainly(text.append(",\"domain\":"), domain);
        }
        start = text.append(",\"seq\":").toString().getBytes(StandardCharsets.UTF_8);
        StringBuilder end = new StringBuilder("},\"stream\":");
        JsonText.quote(end, stream);
        errorEnd = end.append(",\"seq\":0}").toString();
        bytes = Arrays.copyOf(start, start.length + SCRATCH_BYTES);
    }

    /** The message is stored as {@code sequence}, or was before. */
    void stored(long sequence, boolean duplicate) {
        sequence(sequence);
        if (duplicate) {
            put(DUPLICATE);
        }
        close();
    }

    /** A counter stands at {@code value} with this message. */
    void counted(long sequence, String value) {
        sequence(sequence);
        put(VALUE);
        quoted(value);
        close();
    }

    /** The batch is stored, {@code sequence} is that of its last message. */
    void batchStored(long sequence, String batch, long count) {
        sequence(sequence);
        batch(batch, count);
    }

    /** The batch is a message that was stored as {@code sequence} before. */
    void batchKnown(long sequence, String batch, long count) {
        sequence(sequence);
        put(DUPLICATE);
        batch(batch, count);
    }

    private void batch(String batch, long count) {
        put(BATCH);
        quoted(batch);
        put(COUNT);
        number(count);
        close();
    }

    /** The message is refused. */
    void refused(ApiError error) {
        refused(error, error.description());
    }

    void refused(ApiException refusal) {
        refused(refusal.error(), refusal.description());
    }

    /** Where the answer is, from 0 to {@link #length}. */
    byte[] buffer() {
        return bytes;
    }

    int length() {
        return length;
    }

    private void refused(ApiError error, String description) {
        StringBuilder text = new StringBuilder("{\"error\":{\"code\":").append(error.code());
        text.append(",\"err_code\":").append(error.errorCode()).append(",\"description\":");
        JsonText.quote(text, description);
        text.append(errorEnd);
        length = 0;
        put(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void sequence(long sequence) {
        length = 0;
        put(start);
        number(sequence);
    }

    private void quoted(String text) {
        StringBuilder quoted = new StringBuilder(text.length() + 2);
        JsonText.quotePlainly(quoted, text);
        put(quoted.toString().getBytes(StandardCharsets.UTF_8));
    }

    private void number(long number) {
        room(Digits.LONGEST);
        length = Digits.write(bytes, length, number);
    }

    private void close() {
        room(1);
        bytes[length++] = '}';
    }

    private void put(byte[] from) {
        room(from.length);
        System.arraycopy(from, 0, bytes, length, from.length);
        length += from.length;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
