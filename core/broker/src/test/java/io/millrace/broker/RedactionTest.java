package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.ConnectOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RedactionTest {
    private static String connect(String json) {
        byte[] b = ("#" + json + "#").getBytes(StandardCharsets.UTF_8);
        return Redaction.connect(ConnectOptions.parse(b, 1, b.length - 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"pass\":\"s3cret\"}",
                "{\"PASS\" : \"s3cret\",\"user\":\"u\"}",
                "{\"auth_token\":\"s3cret\"}",
                "{\"jwt\":\"s3cret\",\"sig\":\"s3cret\",\"nkey\":\"s3cret\"}",
                "{\"pass\":\"a\\\"s3cret\"}",
                "{\"pass\":s3cret}",
                "{\"pass\":\"s3cret",
                "{\"pass\":\"\",\"pass\":\"s3cret\"}",
                "{\"pass\":\t\"s3cret\"}",
                "{\"pass\"\t:\"s3cret\"}",
                "{\"pass\":[\"s3cret\"]}",
                "{\"pass\":[1,\"s3cret\"]}"
            })
    void noSecretIsShown(String json) {
        assertThat(connect(json)).startsWith("CONNECT ").doesNotContain("s3cret");
    }

    @Test
    void aNameInDisguiseHidesNoSecret() {
        assertThat(connect("{\"p\\u0061ss\":\"s3cret\"}")).doesNotContain("s3cret");
    }

    @Test
    void whatIsNoSecretIsShown() {
        assertThat(connect("{\"user\":\"u\",\"pass\":\"p\",\"name\":\"n\"}"))
                .contains("\"user\":\"u\"", "\"pass\":\"[REDACTED]\"", "\"name\":\"n\"");
    }

    @Test
    void controlCharactersCannotForgeALine() {
        assertThat(Redaction.printable("a\r\nb\tc\u001bd\u007f"))
                .isEqualTo("a\\r\\nb\\tc\\x1bd\\x7f");
        assertThat(Redaction.printable("grün")).isEqualTo("grün");
        byte[] b = {'x', 0, 1, '\r', 'x'};
        assertThat(Redaction.quote(b, 1, 3)).isEqualTo("\"\\x00\\x01\\r\"");
    }
}
