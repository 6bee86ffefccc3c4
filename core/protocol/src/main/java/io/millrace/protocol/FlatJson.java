package io.millrace.protocol;

import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** The scalar fields of a small JSON object as texts; nested values are passed over. Stateless. */
public final class FlatJson {
    private static final int LENGTH_MAX = 64 * 1024;
    private static final JsonFactory JSON = new JsonFactory();

    private FlatJson() {}

    /** A mutable map; empty when {@code json} is no object or too long. */
    public static Map<String, String> parse(String json) {
        Map<String, String> fields = new HashMap<>();
        if (json.isBlank() || json.length() > LENGTH_MAX) {
            return fields;
        }
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return fields;
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                    fields.put(name, parser.getString());
                } else {
                    parser.skipChildren();
                }
            }
            return fields;
        } catch (JacksonException malformed) {
            return new HashMap<>();
        }
    }
}
