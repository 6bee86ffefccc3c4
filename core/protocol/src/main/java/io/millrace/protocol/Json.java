package io.millrace.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON value, read into memory. Immutable: any thread. */
public sealed interface Json {

    /** An object; its fields in the order in which they were written. */
    record Obj(Map<String, Json> fields) implements Json {
        /** The object without fields. */
        public static final Obj EMPTY = new Obj(new LinkedHashMap<>());

        /** The field of that name, in any mixture of upper and lower case, as Go reads it. */
        public @Nullable Json field(String name) {
            Json exact = fields.get(name);
            if (exact != null) {
                return exact;
            }
            for (Map.Entry<String, Json> field : fields.entrySet()) {
                if (field.getKey().equalsIgnoreCase(name)) {
                    return field.getValue();
                }
            }
            return null;
        }
    }

    /** An array. */
    record Array(List<Json> elements) implements Json {}

    /** A string. */
    record Text(String value) implements Json {}

    /** A number, as it was written. */
    record Numeric(String written) implements Json {}

    /** true or false. */
    record Flag(boolean value) implements Json {}

    /** null. */
    enum Null implements Json {
        /** The only one. */
        NULL
    }

    /** What Go calls this kind of value in its messages. */
    default String kind() {
        return switch (this) {
            case Obj object -> "object";
            case Array array -> "array";
            case Text text -> "string";
            case Numeric number -> "number";
            case Flag flag -> "bool";
            case Null none -> "null";
        };
    }

    /** This value as JSON text on one line. */
    default String written() {
        StringBuilder out = new StringBuilder();
        write(out);
        return out.toString();
    }

    private void write(StringBuilder out) {
        switch (this) {
            case Obj object -> {
                String separator = "{";
                for (Map.Entry<String, Json> field : object.fields().entrySet()) {
                    JsonText.quote(out.append(separator), field.getKey());
                    field.getValue().write(out.append(':'));
                    separator = ",";
                }
                out.append(object.fields().isEmpty() ? "{}" : "}");
            }
            case Array array -> {
                String separator = "[";
                for (Json element : array.elements()) {
                    element.write(out.append(separator));
                    separator = ",";
                }
                out.append(array.elements().isEmpty() ? "[]" : "]");
            }
            case Text text -> JsonText.quote(out, text.value());
            case Numeric number -> out.append(number.written());
            case Flag flag -> out.append(flag.value());
            case Null none -> out.append("null");
        }
    }
}
