package io.millrace.protocol;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/** Reads a whole JSON text into memory, bounded in depth and length. Stateless. */
public final class JsonTree {
    static final int DEPTH_MAX = 64;
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                    // It is UTF-8 or a mistake, whatever the zeros in front look like.
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    .build();

    private JsonTree() {}

    /**
     * Reads the text in {@code bytes}.
     *
     * @throws JsonException in the words that Go's decoder finds for the mistake
     */
    public static Json parse(byte[] bytes, int offset, int length) throws JsonException {
        try (JsonParser parser =
                JSON.createParser(ObjectReadContext.empty(), bytes, offset, length)) {
            try {
                JsonToken first = parser.nextToken();
                Json value = first == null ? null : value(parser, first);
                if (value == null || parser.nextToken() != null) {
                    throw new JsonMistake(bytes, offset, length).found();
                }
                return value;
            } catch (JacksonException malformed) {
                throw new JsonMistake(bytes, offset, length).found();
            }
        }
    }

    public static Json parse(String text) throws JsonException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return parse(bytes, 0, bytes.length);
    }

    private static Json value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> array(parser);
            case VALUE_STRING -> new Json.Text(parser.getString());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Json.Numeric(parser.getString());
            case VALUE_TRUE -> new Json.Flag(true);
            case VALUE_FALSE -> new Json.Flag(false);
            default -> Json.Null.NULL;
        };
    }

    private static Json object(JsonParser parser) {
        Map<String, Json> fields = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            fields.put(name, value(parser, parser.nextToken()));
        }
        return new Json.Obj(fields);
    }

    private static Json array(JsonParser parser) {
        List<Json> elements = new ArrayList<>();
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                return new Json.Array(elements);
            }
            elements.add(value(parser, token));
        }
    }
}
