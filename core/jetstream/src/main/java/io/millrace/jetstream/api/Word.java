package io.millrace.jetstream.api;

import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;

/** One of a few choices that a configuration names with a word. Any thread. */
public interface Word {
    String word();

    /**
     * The choice that the field {@code name} names; {@code otherwise} when the field is missing.
     * Even null and the empty string are refused: that is how Go's own types of choices read.
     */
    static <W extends Word> W read(JsonFields fields, String name, W[] choices, W otherwise)
            throws JsonException {
        Json value = fields.written(name);
        if (value == null) {
            return otherwise;
        }
        if (value instanceof Json.Text text) {
            for (W choice : choices) {
                if (choice.word().equals(text.value())) {
                    return choice;
                }
            }
        }
        throw unknown(value);
    }

    private static JsonException unknown(Json value) {
        String written = value.written().replace("\\", "\\\\").replace("\"", "\\\"");
        return new JsonException("can not unmarshal \"" + written + "\"");
    }
}
