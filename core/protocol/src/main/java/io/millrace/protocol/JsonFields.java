package io.millrace.protocol;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the fields of one JSON object by name and kind, and remembers which were asked for. A field
 * that is missing or null has its zero value. One owner, short-lived.
 */
/* Messages are those of Go's decoder, since clients and scripts read them. */
public final class JsonFields {
    private final Json.Obj object;
    private final String path;
    private final Set<String> known = new HashSet<>();

    private JsonFields(Json.Obj object, String path) {
        this.object = object;
        this.path = path;
    }

    /**
     * The fields of {@code value}.
     *
     * @param structure what Go calls the structure that is read
     * @throws JsonException when it is neither an object nor null
     */
    public static JsonFields of(Json value, String structure) throws JsonException {
        return switch (value) {
            case Json.Obj object -> new JsonFields(object, structure);
            case Json.Null none -> new JsonFields(Json.Obj.EMPTY, structure);
            default ->
                    throw new JsonException(
                            "json: cannot unmarshal "
                                    + value.kind()
                                    + " into Go value of type server."
                                    + structure);
        };
    }

    /** The raw value; null when it is missing or null. */
    public @Nullable Json value(String name) {
        known.add(name.toLowerCase(Locale.ROOT));
        Json value = object.field(name);
        return value == Json.Null.NULL ? null : value;
    }

    public boolean has(String name) {
        return value(name) != null;
    }

    public String text(String name) throws JsonException {
        return switch (value(name)) {
            case null -> "";
            case Json.Text text -> text.value();
            case Json other -> throw mismatch(other, name, "string");
        };
    }

    public boolean flag(String name) throws JsonException {
        return switch (value(name)) {
            case null -> false;
            case Json.Flag flag -> flag.value();
            case Json other -> throw mismatch(other, name, "bool");
        };
    }

    /** A whole number of 64 bits with a sign. */
    public long whole(String name) throws JsonException {
        return whole(name, "int64", Long.MIN_VALUE);
    }

    /** A whole number that Go keeps in an int. */
    public long integer(String name) throws JsonException {
        return whole(name, "int", Long.MIN_VALUE);
    }

    /** A whole number without a sign; beyond 2^63 it is refused. */
    public long unsigned(String name) throws JsonException {
        return whole(name, "uint64", 0);
    }

    /** A length of time in nanoseconds. */
    public long nanos(String name) throws JsonException {
        return whole(name, "time.Duration", Long.MIN_VALUE);
    }

    private long whole(String name, String type, long least) throws JsonException {
        Json value = value(name);
        if (value == null) {
            return 0;
        }
        if (!(value instanceof Json.Numeric number)) {
            throw mismatch(value, name, type);
        }
        try {
            long parsed = Long.parseLong(number.written());
            if (parsed >= least) {
                return parsed;
            }
        } catch (NumberFormatException tooBigOrBroken) {
            // said below, as for every number that does not fit
        }
        throw new JsonException(
                "json: cannot unmarshal number "
                        + number.written()
                        + " into Go struct field "
                        + path
                        + "."
                        + name
                        + " of type "
                        + type);
    }

    /** A number that may have a fraction. */
    public double decimal(String name) throws JsonException {
        return switch (value(name)) {
            case null -> 0;
            case Json.Numeric number -> Double.parseDouble(number.written());
            case Json other -> throw mismatch(other, name, "float64");
        };
    }

    /** The texts of an array; null when it is missing. */
    public @Nullable List<String> texts(String name) throws JsonException {
        Json value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Array array)) {
            throw mismatch(value, name, "[]string");
        }
        List<String> texts = new ArrayList<>(array.elements().size());
        for (Json element : array.elements()) {
            switch (element) {
                case Json.Text text -> texts.add(text.value());
                case Json.Null none -> texts.add("");
                default -> throw mismatch(element, name, "string");
            }
        }
        return texts;
    }

    /** Whole numbers of an array, lengths of time for example; null when it is missing. */
    public @Nullable List<Long> wholes(String name, String elementType) throws JsonException {
        Json value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Array array)) {
            throw mismatch(value, name, "[]" + elementType);
        }
        List<Long> numbers = new ArrayList<>(array.elements().size());
        for (Json element : array.elements()) {
            if (!(element instanceof Json.Numeric number)) {
                throw mismatch(element, name, elementType);
            }
            try {
                numbers.add(Long.parseLong(number.written()));
            } catch (NumberFormatException notWhole) {
                throw mismatch(element, name, elementType);
            }
        }
        return numbers;
    }

    /** Texts by name; null when it is missing. */
    public @Nullable Map<String, String> map(String name) throws JsonException {
        Json value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Obj entries)) {
            throw mismatch(value, name, "map[string]string");
        }
        Map<String, String> map = new LinkedHashMap<>();
        for (Map.Entry<String, Json> entry : entries.fields().entrySet()) {
            if (!(entry.getValue() instanceof Json.Text text)) {
                throw mismatch(entry.getValue(), name, "string");
            }
            map.put(entry.getKey(), text.value());
        }
        return map;
    }

    /** The fields of an object within; null when it is missing. */
    public @Nullable JsonFields object(String name, String structure) throws JsonException {
        Json value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Obj within)) {
            throw mismatch(value, name, "server." + structure);
        }
        return new JsonFields(within, path + "." + name);
    }

    /** The objects of an array; null when it is missing. */
    public @Nullable List<JsonFields> objects(String name, String structure) throws JsonException {
        Json value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Array array)) {
            throw mismatch(value, name, "[]*server." + structure);
        }
        List<JsonFields> objects = new ArrayList<>();
        for (Json element : array.elements()) {
            if (!(element instanceof Json.Obj within)) {
                throw mismatch(element, name, "server." + structure);
            }
            objects.add(new JsonFields(within, path + "." + name));
        }
        return objects;
    }

    /** Refuses what nobody has asked for; called last. */
    public void refuseUnknown() throws JsonException {
        for (String name : object.fields().keySet()) {
            if (!known.contains(name.toLowerCase(Locale.ROOT))) {
                StringBuilder message = new StringBuilder("json: unknown field ");
                JsonText.quote(message, name);
                throw new JsonException(message.toString());
            }
        }
    }

    /** A value of the wrong kind, in Go's words. */
    public JsonException mismatch(Json value, String name, String type) {
        return new JsonException(
                "json: cannot unmarshal "
                        + value.kind()
                        + " into Go struct field "
                        + path
                        + "."
                        + name
                        + " of type "
                        + type);
    }
}
