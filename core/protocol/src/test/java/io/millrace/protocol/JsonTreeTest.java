package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON trees and typed fields: values, and the words for what is wrong. */
final class JsonTreeTest {
    @Test
    void readsFieldsOfEveryKind() throws JsonException {
        JsonFields fields =
                fields(
                        "{\"name\":\"a\",\"Max\":-1,\"on\":true,\"list\":[\"x\",\"y\"],"
                                + "\"map\":{\"k\":\"v\"},\"in\":{\"n\":1},\"none\":null}");
        assertThat(fields.text("name")).isEqualTo("a");
        assertThat(fields.whole("max")).isEqualTo(-1);
        assertThat(fields.flag("on")).isTrue();
        assertThat(fields.texts("list")).isEqualTo(List.of("x", "y"));
        assertThat(fields.map("map")).containsEntry("k", "v");
        assertThat(fields.object("in", "In")).isNotNull();
        assertThat(fields.text("none")).isEmpty();
        assertThat(fields.has("missing")).isFalse();
        fields.refuseUnknown();
    }

    @Test
    void namesAnUnknownField() throws JsonException {
        JsonFields fields = fields("{\"name\":\"a\",\"no_such_field\":1}");
        fields.text("name");
        assertThatThrownBy(fields::refuseUnknown)
                .hasMessage("json: unknown field \"no_such_field\"");
    }

    @Test
    void namesAFieldOfTheWrongKind() throws JsonException {
        JsonFields fields = fields("{\"max_msgs\":\"1\"}");
        assertThatThrownBy(() -> fields.whole("max_msgs"))
                .hasMessage(
                        "json: cannot unmarshal string into Go struct field"
                                + " StreamConfig.max_msgs of type int64");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{not json | invalid character 'n' looking for beginning of object key string at offset 2",
                "{bad | invalid character 'b' looking for beginning of object key string at offset 2",
                "nope | invalid character 'o' in literal null (expecting 'u') at offset 2",
                "{\"a\" | unexpected end of JSON input",
                "{\"a\":1 | unexpected end of JSON input",
                "{\"a\":x} | invalid character 'x' looking for beginning of value at offset 6",
                "{\"a\" 1} | invalid character '1' after object key at offset 6",
                "{\"a\":1 \"b\":2} | invalid character '\"' after object key:value pair at offset 8",
                "[1 2] | invalid character '2' after array element at offset 4",
                "{} x | invalid character 'x' after top-level value at offset 4",
            })
    void saysWhatIsWrongWhere(String json, String message) {
        assertThatThrownBy(() -> JsonTree.parse(json)).hasMessage(message);
    }

    private static JsonFields fields(String json) throws JsonException {
        return JsonFields.of(JsonTree.parse(json), "StreamConfig");
    }
}
