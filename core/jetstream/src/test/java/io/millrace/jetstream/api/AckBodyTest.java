package io.millrace.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies that were sent to nats-server 2.15.2, with what it did. */
final class AckBodyTest {
    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "'',ACK",
                "+ACK,ACK",
                "+OK,ACK",
                "+ack,UNKNOWN",
                "+ACK ,UNKNOWN",
                "+ACKx,UNKNOWN",
                "ACK,UNKNOWN",
                "-NAK,NAK",
                "-NAK 5s,NAK",
                "-NAKx,NAK",
                "+WPI,PROGRESS",
                "+WPI x,UNKNOWN",
                "+WPI ,UNKNOWN",
                "+NXT,NEXT",
                "+NXT2,NEXT",
                "+TERM,TERM",
                "+TERMx,TERM",
                "-TERM,UNKNOWN",
                "{},UNKNOWN",
                "hello,UNKNOWN",
                "+,UNKNOWN"
            })
    void kinds(String body, AckKind kind) {
        byte[] within = ("<" + body + ">").getBytes(StandardCharsets.UTF_8);
        assertThat(AckKind.of(within, 1, within.length - 2)).isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "-NAK|0",
                "-NAK 5s|5000000000",
                "-NAK  5s |5000000000",
                "-NAK5s|5000000000",
                "-NAK\t5s|5000000000",
                "-NAK +5s|5000000000",
                "-NAK 1.5s|1500000000",
                "-NAK .9s|900000000",
                "-NAK 1h2m3s|3723000000000",
                "-NAK {\"delay\":300000000}|300000000",
                "-NAK{\"DELAY\":300000000,\"x\":1}|300000000",
                "-NAK {\"delay\": \"5s\"}|0",
                "-NAK {\"delay\":5e9}|0",
                "-NAK {\"delay\":-5}|0",
                "-NAK {}|0",
                "-NAK {bad|0",
                "-NAK 5|0",
                "-NAK -5s|0",
                "-NAK 5S|0",
                "-NAK \"5s\"|0",
                "-NAKx|0"
            })
    void delays(String body, long nanos) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(AckBody.delayNanos(bytes, 0, bytes.length)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "+NXT|1",
                "+NXT 2|2",
                "+NXT2|2",
                "+NXT {\"batch\":2}|2",
                "+NXT x|1",
                "+NXT 0|1"
            })
    void whatIsWantedNext(String body, long batch) throws PullRefusedException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(AckBody.next(bytes, 0, bytes.length).batch()).isEqualTo(batch);
    }

    @Test
    void nextCanBeRefusedAlthoughTheMessageIsAcknowledged() {
        byte[] bytes = "+NXT {bad".getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> AckBody.next(bytes, 0, bytes.length))
                .isInstanceOf(PullRefusedException.class)
                .hasMessage("invalid character 'b' looking for beginning of object key string");
    }

    @ParameterizedTest
    @CsvSource(
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "+TERM,''",
                "+TERM ,''",
                "+TERM why not,why not",
                "+TERM  two ,two",
                "+TERMx,x"
            })
    void reasons(String body, String reason) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        assertThat(AckBody.reason(bytes, 0, bytes.length)).isEqualTo(reason);
    }
}
