package io.millrace.jetstream.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the rules of streams against what nats-server said to the same requests. */
final class StreamRulesTest {
    /** A request as it was recorded. */
    private record Request(StreamConfig config, boolean pedantic) {
        static Request read(String json) throws ApiException {
            try {
                JsonFields fields = JsonFields.of(JsonTree.parse(json), "StreamConfigRequest");
                boolean pedantic = fields.flag("pedantic");
                StreamConfig config = StreamConfig.read(fields.embedded("StreamConfig"));
                fields.refuseUnknown();
                return new Request(config, pedantic);
            } catch (JsonException refused) {
                throw ApiError.INVALID_JSON.because(refused.getMessage());
            }
        }

        StreamConfig create() throws ApiException {
            return ApiLevel.shown(StreamRules.complete(config, ServerLimits.NONE, pedantic));
        }
    }

    private static Stream<String> recorded(String file) throws IOException {
        try (InputStream in = StreamRulesTest.class.getResourceAsStream(file)) {
            String text =
                    new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#"));
        }
    }

    static Stream<String> creations() throws IOException {
        return recorded("stream-create.txt");
    }

    static Stream<String> updates() throws IOException {
        return recorded("stream-update.txt");
    }

    @ParameterizedTest
    @MethodSource("creations")
    void answersACreationAsTheRealServerDoes(String line) {
        String[] part = line.split("\t", -1);
        String answer;
        try {
            answer = "ok\t" + Request.read(part[0]).create();
        } catch (ApiException refused) {
            answer = refused.error().errorCode() + "\t" + refused.description();
        }
        hold(answer, part[1] + "\t" + part[2]);
    }

    @ParameterizedTest
    @MethodSource("updates")
    void answersAnUpdateAsTheRealServerDoes(String line) throws ApiException {
        String[] part = line.split("\t", -1);
        Request old = Request.read(part[0]);
        StreamConfig first;
        try {
            first = StreamRules.complete(old.config(), ServerLimits.NONE, old.pedantic());
        } catch (ApiException refused) {
            assertThat(refused.description()).endsWith(" is not supported yet");
            return;
        }
        String answer;
        try {
            Request next = Request.read(part[1]);
            answer =
                    "ok\t"
                            + ApiLevel.shown(
                                    StreamRules.update(
                                            first,
                                            next.config(),
                                            ServerLimits.NONE,
                                            next.pedantic()));
        } catch (ApiException refused) {
            answer = refused.error().errorCode() + "\t" + refused.description();
        }
        hold(answer, part[2] + "\t" + part[3]);
    }

    /** What is not built yet may be refused where the real server has no objection. */
    private static void hold(String answer, String recorded) {
        if (recorded.startsWith("ok\t") && answer.endsWith(" is not supported yet")) {
            return;
        }
        assertThat(answer).isEqualTo(recorded);
    }

    @Test
    void boundsTheTextAStreamCarries() {
        assertThat(refusal(named("X").description("d".repeat(4096)))).isEmpty();
        assertThat(refusal(named("X").description("d".repeat(4097))))
                .isEqualTo("stream description is too long, maximum allowed is 4096");
        assertThat(refusal(named("X").description("é".repeat(2049))))
                .isEqualTo("stream description is too long, maximum allowed is 4096");
        assertThat(refusal(named("X").metadata(Map.of("a", "x".repeat(131055))))).isEmpty();
        assertThat(refusal(named("X").metadata(Map.of("a", "x".repeat(131056)))))
                .isEqualTo("stream metadata exceeds maximum size of 131072 bytes");
    }

    /** nats-server takes it, though the wire has no way to say such a subject. */
    @Test
    void republishingToASubjectWithABlankIsRefused() {
        assertThat(refusal(named("X").republish(new Republish("X", "y b", false))))
                .isEqualTo(
                        "stream configuration for republish with transform from 'X' to 'y b'"
                                + " not valid");
    }

    @Test
    void theWindowForDuplicatesKeepsToTheServersLimit() throws ApiException {
        ServerLimits limits = new ServerLimits(0, 0, TimeUnit.SECONDS.toNanos(10), 0, 0);
        StreamConfig open = named("X").build();
        assertThat(StreamRules.complete(open, limits, false).duplicateWindowNanos())
                .isEqualTo(TimeUnit.SECONDS.toNanos(10));
        assertThatThrownBy(() -> StreamRules.complete(open, limits, true))
                .hasMessage(
                        "pedantic mode: duplicate window limits are higher than current limits");
        StreamConfig wide = named("X").duplicateWindowNanos(TimeUnit.SECONDS.toNanos(11)).build();
        assertThatThrownBy(() -> StreamRules.complete(wide, limits, false))
                .hasMessage("duplicates window can not be larger then server limit of 10s");
    }

    @Test
    void aSealedStreamStaysSealed() throws ApiException {
        StreamConfig open = complete(named("X"));
        StreamConfig sealed = update(open, named("X").sealed(true));
        assertThat(sealed.denyDelete()).isTrue();
        assertThatThrownBy(() -> update(sealed, named("X")))
                .hasMessage("stream configuration update can not unseal a sealed stream");
        assertThatThrownBy(() -> update(sealed, named("X").sealed(true)))
                .hasMessage("stream configuration update can not cancel deny message deletes");
        StreamConfigBuilder same = named("X").sealed(true).denyDelete(true).denyPurge(true);
        assertThat(update(sealed, same.maxAgeNanos(TimeUnit.HOURS.toNanos(1))).maxAgeNanos())
                .isZero();
    }

    @Test
    void completingWhatIsCompleteChangesNothing() throws ApiException {
        StreamConfig once = complete(named("X").allowMsgTtl(true).metadata(Map.of("own", "1")));
        assertThat(complete(ApiLevel.shown(once).toBuilder())).isEqualTo(once);
        assertThat(once.metadata()).isEqualTo(Map.of("own", "1", "_nats.req.level", "1"));
        assertThat(update(once, once.toBuilder())).isEqualTo(once);
    }

    private static StreamConfigBuilder named(String name) {
        return StreamConfig.builder().name(name);
    }

    private static StreamConfig complete(StreamConfigBuilder asked) throws ApiException {
        return StreamRules.complete(asked.build(), ServerLimits.NONE, false);
    }

    private static StreamConfig update(StreamConfig old, StreamConfigBuilder asked)
            throws ApiException {
        return StreamRules.update(old, asked.build(), ServerLimits.NONE, false);
    }

    private static String refusal(StreamConfigBuilder asked) {
        try {
            complete(asked);
            return "";
        } catch (ApiException refused) {
            return refused.description();
        }
    }
}
