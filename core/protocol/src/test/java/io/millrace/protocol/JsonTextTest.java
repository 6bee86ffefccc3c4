package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

final class JsonTextTest {
    private static String quote(String value) {
        StringBuilder out = new StringBuilder("x");
        JsonText.quote(out, value);
        return out.substring(1);
    }

    @Test
    void plainTextStaysAsItIs() {
        assertThat(quote("grün/'ß'😀")).isEqualTo("\"grün/'ß'😀\"");
        assertThat(quote("")).isEqualTo("\"\"");
    }

    @Test
    void whatGoEscapesIsEscaped() {
        assertThat(quote("\"\\\n\r\t\b\f")).isEqualTo("\"\\\"\\\\\\n\\r\\t\\b\\f\"");
        assertThat(quote("<>&\u2028\u2029\u0000\u001f"))
                .isEqualTo("\"\\u003c\\u003e\\u0026\\u2028\\u2029\\u0000\\u001f\"");
    }

    @Test
    void halfCharactersBecomeTheReplacementCharacter() {
        assertThat(quote("a\ud83d")).isEqualTo("\"a\\ufffd\"");
        assertThat(quote("\ude00b")).isEqualTo("\"\\ufffdb\"");
        assertThat(quote("\ud83d\ud83d\ude00")).isEqualTo("\"\\ufffd😀\"");
    }

    @Test
    void aReaderGetsBackWhatWasWritten() {
        for (long seed = 1; seed <= 5_000; seed++) {
            Random random = new Random(seed);
            StringBuilder value = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                int c = random.nextInt(random.nextBoolean() ? 0x80 : 0x11000);
                if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                    value.appendCodePoint(c);
                }
            }
            String json = quote(value.toString());
            try (JsonParser parser =
                    new JsonFactory().createParser(ObjectReadContext.empty(), json)) {
                parser.nextToken();
                assertThat(parser.getString()).as("seed %d", seed).isEqualTo(value.toString());
            }
        }
    }
}
