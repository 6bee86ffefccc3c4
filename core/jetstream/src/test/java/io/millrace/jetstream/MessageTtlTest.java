package io.millrace.jetstream;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.jetstream.api.ApiError;
import org.junit.jupiter.api.Test;

/** Each value was sent to nats-server 2.15.2 first. */
final class MessageTtlTest {
    private static final long SECOND = 1_000_000_000L;

    private static long ttl(String value) {
        PublishHeaders headers = new PublishHeaders();
        byte[] block = ("NATS/1.0\r\nNats-TTL: " + value + "\r\n\r\n").getBytes(UTF_8);
        headers.read(block, 0, block.length);
        return MessageTtl.of(headers);
    }

    @Test
    void numbersAreSecondsAndDurationsAreCutToThem() {
        assertThat(ttl("1")).isEqualTo(1);
        assertThat(ttl("01")).isEqualTo(1);
        assertThat(ttl("9223372037")).isEqualTo(9223372037L);
        assertThat(ttl("1s")).isEqualTo(1);
        assertThat(ttl("+1s")).isEqualTo(1);
        assertThat(ttl("1.9999s")).isEqualTo(1);
        assertThat(ttl("1000ms")).isEqualTo(1);
        assertThat(ttl("1m1s")).isEqualTo(61);
        assertThat(ttl(".5m")).isEqualTo(30);
    }

    @Test
    void nothingAndZeroesAreNoTtlAndNeverIsNever() {
        assertThat(ttl("")).isEqualTo(MessageTtl.NONE);
        assertThat(ttl("00")).isEqualTo(MessageTtl.NONE);
        assertThat(ttl("never")).isEqualTo(MessageTtl.NEVER);
        assertThat(ttl("NEVER")).isEqualTo(MessageTtl.NEVER);
        assertThat(ttl("  Never")).isEqualTo(MessageTtl.NEVER);
        assertThat(MessageTtl.of(new PublishHeaders())).isEqualTo(MessageTtl.NONE);
    }

    @Test
    void everythingElseIsInvalid() {
        for (String wrong :
                new String[] {
                    "+1",
                    "-1",
                    "-2",
                    "1 ",
                    "\t1",
                    "1.5",
                    "0",
                    "-0",
                    "+0",
                    "0s",
                    "0.5s",
                    "999ms",
                    "1d",
                    "1us",
                    "1e3s",
                    "never ",
                    "9223372037s",
                    "2562048h",
                    "-1s",
                    "--1s",
                    "1h-1m",
                    "1_0",
                    "0x1",
                    "1sx",
                    "s",
                    "1S",
                    "1 s",
                    "abc",
                    "9223372036854775808",
                }) {
            assertThat(ttl(wrong)).as(wrong).isEqualTo(MessageTtl.INVALID);
        }
    }

    @Test
    void invalidIsSaidBeforeDisabled() {
        assertThat(MessageTtl.refusal(MessageTtl.INVALID, false))
                .isEqualTo(ApiError.MESSAGE_TTL_INVALID);
        assertThat(MessageTtl.refusal(MessageTtl.INVALID, true))
                .isEqualTo(ApiError.MESSAGE_TTL_INVALID);
        assertThat(MessageTtl.refusal(1, false)).isEqualTo(ApiError.MESSAGE_TTL_DISABLED);
        assertThat(MessageTtl.refusal(MessageTtl.NEVER, false))
                .isEqualTo(ApiError.MESSAGE_TTL_DISABLED);
        assertThat(MessageTtl.refusal(MessageTtl.NONE, false)).isNull();
        assertThat(MessageTtl.refusal(1, true)).isNull();
    }

    @Test
    void aShorterTtlIsRaisedToThatOfTheMarkers() {
        assertThat(MessageTtl.raised(1, 10 * SECOND, -1)).isEqualTo(10);
        assertThat(MessageTtl.raised(1, 10 * SECOND, 5)).isEqualTo(10);
        assertThat(MessageTtl.raised(1, 10 * SECOND, 1)).isEqualTo(1);
        assertThat(MessageTtl.raised(11, 10 * SECOND, -1)).isEqualTo(11);
        assertThat(MessageTtl.raised(1, 1_500_000_000L, -1)).isEqualTo(1);
        assertThat(MessageTtl.raised(1, 0, -1)).isEqualTo(1);
        assertThat(MessageTtl.raised(MessageTtl.NEVER, 10 * SECOND, -1))
                .isEqualTo(MessageTtl.NEVER);
        assertThat(MessageTtl.raised(MessageTtl.NONE, 10 * SECOND, -1)).isEqualTo(MessageTtl.NONE);
    }

    @Test
    void aDeadlineBeyondAllTimeIsNone() {
        assertThat(MessageTtl.deadline(5, 2)).isEqualTo(2 * SECOND + 5);
        assertThat(MessageTtl.deadline(5, MessageTtl.NONE)).isEqualTo(MessageTtl.NO_DEADLINE);
        assertThat(MessageTtl.deadline(5, MessageTtl.NEVER)).isEqualTo(MessageTtl.NO_DEADLINE);
        assertThat(MessageTtl.deadline(5, Long.MAX_VALUE)).isEqualTo(MessageTtl.NO_DEADLINE);
        assertThat(MessageTtl.deadline(Long.MAX_VALUE - 5, 1)).isEqualTo(MessageTtl.NO_DEADLINE);
    }
}
