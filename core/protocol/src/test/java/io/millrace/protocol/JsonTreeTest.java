package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
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
        assertThat(Objects.requireNonNull(fields.object("in", "In")).integer("n")).isEqualTo(1);
        assertThat(fields.text("none")).isEmpty();
        assertThat(fields.has("missing")).isFalse();
        fields.refuseUnknown();
    }

    @Test
    void refusesWhatIsNestedWithoutEnd() {
        for (String bracket : new String[] {"[", "{\"a\":"}) {
            assertThatThrownBy(() -> JsonTree.parse(bracket.repeat(1_000_000)))
                    .hasMessage("exceeded max depth");
        }
    }

    @Test
    void textOfAnotherEncodingIsAMistakeAtItsFirstByte() {
        byte[][] texts = {
            {0, 0, (byte) 0xFF, 0},
            "\0\0\0{".getBytes(StandardCharsets.ISO_8859_1),
            "{}".getBytes(StandardCharsets.UTF_16BE)
        };
        for (byte[] text : texts) {
            assertThatThrownBy(() -> JsonTree.parse(text, 0, text.length))
                    .isInstanceOf(JsonException.class)
                    .hasMessage(
                            "invalid character '\\x00' looking for beginning of value at offset 1");
        }
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

    @Test
    void namesTheInnermostStructureAndTheWholeWay() throws JsonException {
        JsonFields fields =
                fields(
                        "{\"max_msgs\":true,\"placement\":{\"tags\":1},\"list\":[{\"n\":1.5},null]}");
        JsonFields config = fields.embedded("StreamConfig");
        assertThatThrownBy(() -> config.whole("max_msgs"))
                .hasMessageContaining(" StreamConfig.StreamConfig.max_msgs of type int64");
        assertThatThrownBy(() -> placement(config).texts("tags"))
                .hasMessageContaining(" Placement.StreamConfig.placement.tags of type []string");
        List<JsonFields> list = Objects.requireNonNull(config.objects("list", "Element"));
        assertThatThrownBy(() -> list.getFirst().small("n"))
                .hasMessage(
                        "json: cannot unmarshal number 1.5 into Go struct field"
                                + " Element.StreamConfig.list.n of type int32");
        assertThat(list.getLast().has("n")).isFalse();
    }

    @Test
    void refusesUnknownFieldsOfObjectsWithin() throws JsonException {
        JsonFields fields = fields("{\"placement\":{\"nope\":1}}");
        placement(fields.embedded("StreamConfig"));
        assertThatThrownBy(fields::refuseUnknown).hasMessage("json: unknown field \"nope\"");
    }

    private static JsonFields placement(JsonFields fields) throws JsonException {
        return Objects.requireNonNull(fields.object("placement", "Placement"));
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
                "{} x | invalid character 'x' looking for beginning of value at offset 4",
            })
    void saysWhatIsWrongWhere(String json, String message) {
        assertThatThrownBy(() -> JsonTree.parse(json)).hasMessage(message);
    }

    private static JsonFields fields(String json) throws JsonException {
        return JsonFields.of(JsonTree.parse(json), "StreamConfig");
    }
}
