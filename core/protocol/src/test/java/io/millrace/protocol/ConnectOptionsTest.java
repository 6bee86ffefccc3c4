package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConnectOptionsTest {
    private static final String USUAL =
            "{\"verbose\": false, \"pedantic\": false, \"lang\": \"rec\", \"version\": \"1\","
                    + " \"protocol\": 1, \"headers\": true, \"no_responders\": true";

    private static @Nullable ConnectOptions parse(String json) {
        byte[] bytes = ("##" + json + "##").getBytes(StandardCharsets.UTF_8);
        return ConnectOptions.parse(bytes, 2, bytes.length - 4);
    }

    private static ConnectOptions parsed(String json) {
        ConnectOptions options = parse(json);
        assertThat(options).as(json).isNotNull();
        return options;
    }

    @Test
    void everyFieldIsTaken() {
        assertThat(
                        parsed(
                                "{\"verbose\":false,\"pedantic\":false,\"echo\":false,\"headers\":true,"
                                        + "\"no_responders\":true,\"protocol\":1,\"auth_token\":\"t\","
                                        + "\"user\":\"u\",\"pass\":\"p\",\"name\":\"n\",\"lang\":\"l\","
                                        + "\"version\":\"v\",\"jwt\":\"j\",\"nkey\":\"k\",\"sig\":\"s\","
                                        + "\"tls_required\":true,\"account\":\"a\"}"))
                .isEqualTo(
                        new ConnectOptions(
                                false, false, false, true, true, 1, "t", "u", "p", "n", "l", "v",
                                "j", "k", "s", "a"));
    }

    @Test
    void whatIsNotSaidStaysAsItIsWithoutConnect() {
        assertThat(parsed("{}")).isEqualTo(ConnectOptions.NONE);
        assertThat(parsed("null")).isEqualTo(ConnectOptions.NONE);
        assertThat(parsed("{\"verbose\":null,\"user\":null}")).isEqualTo(ConnectOptions.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo",
                "{\"verbose\":\"yes\"}",
                "{\"verbose\":true",
                "[]",
                "1",
                "\"x\"",
                "{\"protocol\":\"1\"}",
                "{\"protocol\":1.5}",
                "{\"protocol\":99999999999999999999}",
                "{\"user\":1}",
                "{\"user\":{}}",
                "{\"new_account\":1}",
                "{} {}",
                "{}x",
                "null null",
                "{\"a\":[[[[}"
            })
    void whatIsNoConnectIsRefused(String json) {
        assertThat(parse(json)).isNull();
    }

    @Test
    void fieldsThatWeDoNotKnowAreSkipped() {
        assertThat(
                        parsed(
                                USUAL
                                        + ", \"unknown_key\": 1, \"x\": {\"user\": \"no\", \"y\": [1, {}]}}"))
                .isEqualTo(parsed(USUAL + "}"));
    }

    @Test
    void namesOfFieldsAreTakenInAnyCase() {
        assertThat(parsed("{\"Verbose\":false,\"USER\":\"u\"}").user()).isEqualTo("u");
        assertThat(parsed("{\"Verbose\":false}").verbose()).isFalse();
    }

    @Test
    void whoAsksForAnAccountIsSeen() {
        assertThat(parsed(USUAL + ", \"account\": \"X\"}").account()).isEqualTo("X");
        assertThat(parsed(USUAL + ", \"new_account\": true}").account()).isNotNull();
        assertThat(parsed(USUAL + ", \"new_account\": false}").account()).isNull();
        assertThat(parsed(USUAL + ", \"tls_required\": true}").account()).isNull();
    }

    @Test
    void textIsDecoded() {
        assertThat(parsed("{\"name\":\"gr\\u00fc\\n\\ud83d\\ude00ß\"}").name())
                .isEqualTo("grü\n😀ß");
    }

    @Test
    void depthIsNoDanger() {
        String deep = "{\"a\":" + "[".repeat(200_000) + "]".repeat(200_000) + "}";
        assertThatCode(() -> parse(deep)).doesNotThrowAnyException();
    }

    @Test
    void noBytesMakeItThrow() {
        byte[] sample =
                (USUAL + ", \"x\": [1, 2.5e7, \"\\u00ff\"]}").getBytes(StandardCharsets.UTF_8);
        for (long seed = 1; seed <= 20_000; seed++) {
            Random random = new Random(seed);
            byte[] turned = sample.clone();
            for (int i = 0; i < 1 + random.nextInt(3); i++) {
                turned[random.nextInt(turned.length)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> ConnectOptions.parse(turned, 0, turned.length))
                    .as("seed %d", seed)
                    .doesNotThrowAnyException();
        }
    }
}
