package io.millrace.jetstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jetstream.api.ApiError;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The bytes are those that nats-server 2.15.2 sent. */
final class PubAckWriterTest {
    private final PubAckWriter plain = new PubAckWriter("S", "");
    private final PubAckWriter inDomain = new PubAckWriter("S", "hub");

    private static String text(PubAckWriter writer) {
        return new String(writer.buffer(), 0, writer.length(), StandardCharsets.UTF_8);
    }

    private static String stored(PubAckWriter writer, long sequence, boolean duplicate) {
        writer.stored(sequence, duplicate);
        return text(writer);
    }

    private static String refused(PubAckWriter writer, ApiError error) {
        writer.refused(error);
        return text(writer);
    }

    @Test
    void aStoredMessageIsConfirmed() {
        assertThat(stored(plain, 1, false)).isEqualTo("{\"stream\":\"S\",\"seq\":1}");
        assertThat(stored(plain, Long.MAX_VALUE, false))
                .isEqualTo("{\"stream\":\"S\",\"seq\":9223372036854775807}");
        assertThat(stored(inDomain, 10, false))
                .isEqualTo("{\"stream\":\"S\",\"domain\":\"hub\",\"seq\":10}");
    }

    @Test
    void aDuplicateIsSaidWithABlank() {
        assertThat(stored(plain, 2, true))
                .isEqualTo("{\"stream\":\"S\",\"seq\":2,\"duplicate\": true}");
        assertThat(stored(inDomain, 2, true))
                .isEqualTo("{\"stream\":\"S\",\"domain\":\"hub\",\"seq\":2,\"duplicate\": true}");
    }

    @Test
    void countersAndBatchesSayTheirs() {
        plain.counted(5, "99999999999999999999999997");
        assertThat(text(plain))
                .isEqualTo("{\"stream\":\"S\",\"seq\":5,\"val\":\"99999999999999999999999997\"}");
        inDomain.batchStored(3, "B\"2<", 12);
        assertThat(text(inDomain))
                .isEqualTo(
                        "{\"stream\":\"S\",\"domain\":\"hub\",\"seq\":3,\"batch\":\"B\\\"2<\",\"count\":12}");
    }

    @Test
    void refusalsNameNoDomain() {
        assertThat(refused(inDomain, ApiError.STREAM_NOT_MATCH))
                .isEqualTo(
                        "{\"error\":{\"code\":400,\"err_code\":10060,\"description\":\"expected stream"
                                + " does not match\"},\"stream\":\"S\",\"seq\":0}");
        plain.refused(ApiError.STREAM_WRONG_LAST_SEQUENCE.because(77));
        assertThat(text(plain))
                .isEqualTo(
                        "{\"error\":{\"code\":400,\"err_code\":10071,\"description\":\"wrong last"
                                + " sequence: 77\"},\"stream\":\"S\",\"seq\":0}");
    }

    @Test
    void namesAreEscapedInTheTwoWaysOfNatsServer() {
        PubAckWriter writer = new PubAckWriter("A&B<\u00e9\"\u2028", "");
        assertThat(stored(writer, 1, false))
                .isEqualTo("{\"stream\":\"A&B<\u00e9\\\"\\u2028\",\"seq\":1}");
        assertThat(refused(writer, ApiError.STREAM_NOT_MATCH))
                .endsWith(",\"stream\":\"A\\u0026B\\u003c\u00e9\\\"\\u2028\",\"seq\":0}");
    }

    @Test
    void aBackslashInANameIsNotTakenForAnEscape() {
        assertThat(stored(new PubAckWriter("\\u003c<\\", "&"), 1, false))
                .isEqualTo("{\"stream\":\"\\\\u003c<\\\\\",\"domain\":\"&\",\"seq\":1}");
    }

    @Test
    void longNamesFit() {
        PubAckWriter writer = new PubAckWriter("n".repeat(255), "d".repeat(300));
        String batch = "b".repeat(64);
        for (long sequence = 1; sequence > 0; sequence *= 3) {
            writer.batchStored(sequence, batch, sequence);
            assertThat(text(writer))
                    .endsWith(
                            sequence + ",\"batch\":\"" + batch + "\",\"count\":" + sequence + "}");
        }
    }
}
