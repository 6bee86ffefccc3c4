package io.millrace.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.json.JsonFactory;

/**
 * Goes through one JSON text field by field and keeps nothing of it: for texts that are large or
 * come from strangers. One owner, short-lived.
 */
public final class JsonWalk implements AutoCloseable {
    private static final JsonFactory JSON =
            JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder()
                                    .maxNestingDepth(JsonTree.DEPTH_MAX)
                                    .build())
                    // Names may be numbers by the thousand: a table of them would only grow.
                    .disable(TokenStreamFactory.Feature.CANONICALIZE_PROPERTY_NAMES)
                    .build();

    private final byte[] bytes;
    private final int offset;
    private final int length;
    private final String text;
    private final JsonParser parser;

    private JsonWalk(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.text = new String(bytes, offset, length, StandardCharsets.UTF_8);
        this.parser = JSON.createParser(ObjectReadContext.empty(), text);
    }

    /** Stands before the first value of the text in {@code bytes}. */
    public static JsonWalk of(byte[] bytes, int offset, int length) {
        return new JsonWalk(bytes, offset, length);
    }

    /** Steps into the object that comes next. */
    public void enterObject() throws JsonException {
        expect(JsonToken.START_OBJECT, "object");
    }

    /** The name of the next field of the object; null at its end, which is stepped over. */
    public @Nullable String field() throws JsonException {
        JsonToken token = next();
        return token == JsonToken.PROPERTY_NAME ? parser.currentName() : null;
    }

    /** The string that comes next. */
    public String text() throws JsonException {
        expect(JsonToken.VALUE_STRING, "string");
        try {
            return parser.getString();
        } catch (JacksonException malformed) {
            throw mistake();
        }
    }

    /** The whole number that comes next. */
    public long whole() throws JsonException {
        expect(JsonToken.VALUE_NUMBER_INT, "whole number");
        try {
            return parser.getLongValue();
        } catch (JacksonException tooBig) {
            throw new JsonException("number out of range");
        }
    }

    /** Steps over the value that comes next. */
    public void skip() throws JsonException {
        next();
        try {
            parser.skipChildren();
        } catch (JacksonException malformed) {
            throw mistake();
        }
    }

    /** Steps over the object that comes next and gives its text as it was written. */
    public String objectText() throws JsonException {
        enterObject();
        try {
            int from = (int) parser.currentTokenLocation().getCharOffset();
            parser.skipChildren();
            int to = (int) parser.currentLocation().getCharOffset();
            return text.substring(from, to);
        } catch (JacksonException malformed) {
            throw mistake();
        }
    }

    /** Makes sure that nothing follows the value. */
    public void end() throws JsonException {
        try {
            if (parser.nextToken() == null) {
                return;
            }
        } catch (JacksonException malformed) {
            throw mistake();
        }
        throw mistake();
    }

    private void expect(JsonToken kind, String name) throws JsonException {
        if (next() != kind) {
            throw new JsonException("expected " + name);
        }
    }

    private JsonToken next() throws JsonException {
        try {
            JsonToken token = parser.nextToken();
            if (token != null) {
                return token;
            }
        } catch (JacksonException malformed) {
            throw mistake();
        }
        throw mistake();
    }

    private JsonException mistake() {
        return new JsonMistake(bytes, offset, length).found();
    }

    @Override
    public void close() {
        parser.close();
    }
}
