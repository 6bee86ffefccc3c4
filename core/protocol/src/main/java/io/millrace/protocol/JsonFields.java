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
/*
 * Messages are those of Go's decoder, since clients and scripts read them. It names a field by the
 * innermost structure and then by the whole way from the outermost one, which for a structure that
 * is embedded in another includes its name though the text has none:
 * "StreamConfigRequest.StreamConfig.max_msgs", "Placement.StreamConfig.placement.tags".
 */
public final class JsonFields {
    private final Json.Obj object;
    private final String structure;
    private final String way;
    private final Set<String> known;
    private final List<JsonFields> within = new ArrayList<>();

    private JsonFields(Json.Obj object, String structure, String way, Set<String> known) {
        this.object = object;
        this.structure = structure;
        this.way = way;
        this.known = known;
    }

    private static JsonFields root(Json.Obj object, String structure) {
        return new JsonFields(object, structure, "", new HashSet<>());
    }

    private JsonFields within(Json.Obj inner, String name, String innerStructure) {
        JsonFields fields =
                new JsonFields(inner, innerStructure, way + name + ".", new HashSet<>());
        within.add(fields);
        return fields;
    }

    /**
     * The fields of {@code value}.
     *
     * @param structure what Go calls the structure that is read
     * @throws JsonException when it is neither an object nor null
     */
    public static JsonFields of(Json value, String structure) throws JsonException {
        return switch (value) {
            case Json.Obj object -> root(object, structure);
            case Json.Null none -> root(Json.Obj.EMPTY, structure);
            default ->
                    throw new JsonException(
                            "json: cannot unmarshal "
                                    + value.kind()
                                    + " into Go value of type server."
                                    + structure);
        };
    }

    /** The same fields, read as those of a structure that Go embeds in this one. */
    public JsonFields embedded(String embeddedStructure) {
        JsonFields fields = new JsonFields(object, structure, way + embeddedStructure + ".", known);
        within.add(fields);
        return fields;
    }

    /** The raw value; null when it is missing or null. */
    public @Nullable Json value(String name) {
        Json value = written(name);
        return value == Json.Null.NULL ? null : value;
    }

    /** The raw value; null when it is missing, {@link Json.Null} when it is null. */
    public @Nullable Json written(String name) {
        known.add(name.toLowerCase(Locale.ROOT));
        return object.field(name);
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

    /** A whole number of 32 bits with a sign. */
    public int small(String name) throws JsonException {
        long value = whole(name, "int32", Long.MIN_VALUE);
        if (value != (int) value) {
            throw outOfRange(Long.toString(value), name, "int32");
        }
        return (int) value;
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
        throw outOfRange(number.written(), name, type);
    }

    private JsonException outOfRange(String number, String name, String type) {
        return notInto("number " + number, name, type);
    }

    /**
     * An instant in RFC 3339, in nanoseconds since 1970; {@link GoTime#NONE} when it is missing or
     * Go's zero time.
     */
    public long instant(String name) throws JsonException {
        return switch (value(name)) {
            case null -> GoTime.NONE;
            case Json.Text text -> GoTime.epochNanos(text.value());
            default -> throw new JsonException("Time.UnmarshalJSON: input is not a JSON string");
        };
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
                throw outOfRange(number.written(), name, elementType);
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
            switch (entry.getValue()) {
                case Json.Text text -> map.put(entry.getKey(), text.value());
                case Json.Null none -> map.put(entry.getKey(), "");
                case Json other -> throw mismatch(other, name, "string");
            }
        }
        return map;
    }

    /** The fields of an object within; null when it is missing. */
    public @Nullable JsonFields object(String name, String innerStructure) throws JsonException {
        Json value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Obj inner)) {
            throw mismatch(value, name, "server." + innerStructure);
        }
        return within(inner, name, innerStructure);
    }

    /** The objects of an array of pointers; null when it is missing. */
    public @Nullable List<JsonFields> objects(String name, String innerStructure)
            throws JsonException {
        return elements(name, "[]*server.", innerStructure);
    }

    /** The objects of an array of values; null when it is missing. */
    public @Nullable List<JsonFields> values(String name, String innerStructure)
            throws JsonException {
        return elements(name, "[]server.", innerStructure);
    }

    private @Nullable List<JsonFields> elements(String name, String kind, String innerStructure)
            throws JsonException {
        Json value = value(name);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Json.Array array)) {
            throw mismatch(value, name, kind + innerStructure);
        }
        List<JsonFields> objects = new ArrayList<>();
        for (Json element : array.elements()) {
            switch (element) {
                case Json.Obj inner -> objects.add(within(inner, name, innerStructure));
                case Json.Null none -> objects.add(within(Json.Obj.EMPTY, name, innerStructure));
                default -> throw mismatch(element, name, "server." + innerStructure);
            }
        }
        return objects;
    }

    /** Refuses what nobody has asked for, here and in the objects within; called last. */
    public void refuseUnknown() throws JsonException {
        for (JsonFields inner : within) {
            inner.refuseUnknown();
        }
        for (String name : object.fields().keySet()) {
            if (!known.contains(name.toLowerCase(Locale.ROOT))) {
                String quoted = name.replace("\\", "\\\\").replace("\"", "\\\"");
                throw new JsonException("json: unknown field \"" + quoted + "\"");
            }
        }
    }

    /** A value of the wrong kind, in Go's words. */
    public JsonException mismatch(Json value, String name, String type) {
        return notInto(value.kind(), name, type);
    }

    private JsonException notInto(String what, String name, String type) {
        return new JsonException(
                "json: cannot unmarshal "
                        + what
                        + " into Go struct field "
                        + structure
                        + "."
                        + way
                        + name
                        + " of type "
                        + type);
    }
}
