package io.millrace.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and statuses as nats-server 2.15.2 takes and gives them. */
final class PullRequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``|1",
                "5|5",
                "+5|5",
                "05|5",
                "9999999999|9999999999",
                "0|1",
                "-1|1",
                "abc|1",
                "1.5|1",
                "5e0|1",
                "null|1",
                "\"x\"|1",
                "[2]|1",
                "99999999999999999999|1",
                "{}|1",
                "{\"batch\":-1}|1",
                "{\"batch\":3,\"unknown\":1}|3"
            })
    void asksForSoManyMessages(String body, long batch) throws PullRefusedException {
        assertThat(read(body).batch()).isEqualTo(batch);
    }

    @ParameterizedTest
    @ValueSource(strings = {" 5", "5 ", "5\n", "\n{\"batch\":5}", "{\"batch\":5}\r\n"})
    void blanksAroundItDoNotMatter(String body) throws PullRefusedException {
        assertThat(read(body).batch()).isEqualTo(5);
        assertThat(read("  ")).isEqualTo(read(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-5", "-9223372036854775808"})
    void aTimeThatIsOverIsNotForEver(String expires) throws PullRefusedException {
        assertThat(read("{\"batch\":1,\"expires\":" + expires + "}").expiresNanos()).isEqualTo(1);
    }

    @Test
    void anObjectSaysMore() throws PullRefusedException {
        PullRequest request =
                read(
                        "{\"batch\":7,\"expires\":200000000,\"max_bytes\":9,\"no_wait\":true,"
                                + "\"idle_heartbeat\":100000000,\"group\":\"A\",\"min_pending\":4,"
                                + "\"min_ack_pending\":5,\"id\":\"abc\",\"priority\":9}");
        assertThat(request)
                .isEqualTo(
                        new PullRequest(7, 9, 200_000_000, true, 100_000_000, "A", 4, 5, "abc", 9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{bad|invalid character 'b' looking for beginning of object key string",
                "{|unexpected end of JSON input",
                "{\"batch\":\"x\"}|json: cannot unmarshal string into Go struct field"
                        + " JSApiConsumerGetNextRequest.batch of type int",
                "{\"expires\":\"5s\"}|json: cannot unmarshal string into Go struct field"
                        + " JSApiConsumerGetNextRequest.expires of type time.Duration",
                "{\"group\":5}|json: cannot unmarshal number into Go struct field"
                        + " JSApiConsumerGetNextRequest.PriorityGroup.group of type string",
                "{\"idle_heartbeat\":5}|heartbeat value too large",
                "{\"idle_heartbeat\":100000000,\"expires\":199999999}|heartbeat value too large",
                "{\"priority\":12,\"idle_heartbeat\":5}|heartbeat value too large",
                "{\"priority\":10}|Priority must be between 0 and 9",
                "{\"priority\":-1}|Priority must be between 0 and 9",
                "{\"priority\":4294967296}|Priority must be between 0 and 9"
            })
    void badRequestsAreToldWhy(String body, String why) {
        assertThatThrownBy(() -> read(body))
                .isInstanceOfSatisfying(
                        PullRefusedException.class,
                        refused ->
                                assertThat(refused.status()).isEqualTo("400 Bad Request - " + why));
    }

    @Test
    void onlyObjectsNameAGroup() {
        assertThat(isObject(" {}")).isTrue();
        assertThat(isObject("5")).isFalse();
        assertThat(isObject("")).isFalse();
    }

    private static boolean isObject(String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return PullRequest.isObject(bytes, 0, bytes.length);
    }

    private static PullRequest read(String body) throws PullRefusedException {
        return PullRequest.read(body.getBytes(StandardCharsets.UTF_8));
    }
}
