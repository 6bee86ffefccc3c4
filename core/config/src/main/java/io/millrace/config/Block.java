package io.millrace.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A block of the file by the names of the table, whatever aliases it uses. Reading a value of a
 * wrong type leaves a finding and yields the default. Confined to the thread that reads.
 */
final class Block {
    private static final long SECOND = 1_000_000_000L;

    private final ConfValue.Table table;
    private final Map<String, ConfValue> values = new HashMap<>();
    private final Map<String, String> written = new HashMap<>();
    private final Sources sources;
    private final @Nullable Position blamed;

    /** What all blocks of one file share. */
    record Sources(KeyTable keys, Findings findings) {}

    Block(ConfValue.Table table, String id, Sources sources) {
        this(table, id, sources, null);
    }

    /**
     * A block in which values of a wrong type are blamed on another place.
     *
     * @param blamed null for the place of the value itself
     */
    Block(ConfValue.Table table, String id, Sources sources, @Nullable Position blamed) {
        this.table = table;
        this.sources = sources;
        this.blamed = blamed;
        table.entries()
                .forEach(
                        (name, value) -> {
                            Key key = sources.keys().find(id, name);
                            if (key != null && key.supported()) {
                                values.put(key.name(), value);
                                written.put(key.name(), name);
                            }
                        });
    }

    Sources sources() {
        return sources;
    }

    Findings findings() {
        return sources.findings();
    }

    Position at() {
        return table.at();
    }

    boolean has(String name) {
        return values.containsKey(name);
    }

    @Nullable ConfValue value(String name) {
        return values.get(name);
    }

    /** The name or alias that the file uses, as it spells it. */
    String written(String name) {
        return written.getOrDefault(name, name);
    }

    boolean flag(String name, boolean otherwise) {
        ConfValue value = values.get(name);
        if (value instanceof ConfValue.Flag flag) {
            return flag.value();
        }
        mismatch(value, "bool");
        return otherwise;
    }

    long whole(String name, long otherwise) {
        ConfValue value = values.get(name);
        if (value instanceof ConfValue.Whole whole) {
            return whole.value();
        }
        mismatch(value, "int64");
        return otherwise;
    }

    /** Values beyond an int are read as the nearest one. */
    int number(String name, int otherwise) {
        return Math.clamp(whole(name, otherwise), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    String text(String name, String otherwise) {
        ConfValue value = values.get(name);
        if (value instanceof ConfValue.Text text) {
            return text.value();
        }
        mismatch(value, "string");
        return otherwise;
    }

    /** Null when it is missing, empty or of a wrong type. */
    @Nullable String textOrNull(String name) {
        String text = text(name, "");
        return text.isEmpty() ? null : text;
    }

    /** Only text will do, as in "30s". */
    long duration(String name, long otherwise) {
        ConfValue value = values.get(name);
        if (value == null || !(value instanceof ConfValue.Text)) {
            mismatch(value, "string");
            return otherwise;
        }
        return parsed(name, value, otherwise);
    }

    /** The same for the few whose errors nats-server reports without a place. */
    long durationWithoutPlace(String name, long otherwise) {
        if (!(values.get(name) instanceof ConfValue.Text text)) {
            mismatch(values.get(name), "string");
            return otherwise;
        }
        try {
            return Durations.parse(text.value());
        } catch (ConfigException wrong) {
            findings().errorWithoutPlace(wrong.getMessage());
            return otherwise;
        }
    }

    /** Text, or with a warning a number of seconds. */
    long durationOrSeconds(String name, long otherwise) {
        ConfValue value = values.get(name);
        if (value == null) {
            return otherwise;
        } else if (value instanceof ConfValue.Text) {
            return parsed(name, value, otherwise);
        }
        String alias = written(name);
        findings().warning(value.at(), alias, alias + " should be converted to a duration");
        long seconds = whole(name, otherwise / SECOND);
        return Math.clamp(seconds, Long.MIN_VALUE / SECOND, Long.MAX_VALUE / SECOND) * SECOND;
    }

    private long parsed(String name, ConfValue value, long otherwise) {
        try {
            return Durations.parse(value instanceof ConfValue.Text text ? text.value() : "");
        } catch (ConfigException wrong) {
            findings()
                    .error(
                            value.at(),
                            "error parsing " + written(name) + ": " + wrong.getMessage());
            return otherwise;
        }
    }

    /** The members of a table; null when it is missing or none. */
    ConfValue.@Nullable Table table(String name) {
        ConfValue value = values.get(name);
        if (value instanceof ConfValue.Table found) {
            return found;
        }
        mismatch(value, "map[string]interface {}");
        return null;
    }

    /** An array of texts; empty when it is missing or none. */
    List<String> texts(String name) {
        ConfValue value = values.get(name);
        if (!(value instanceof ConfValue.Array array)) {
            mismatch(value, "[]interface {}");
            return List.of();
        }
        List<String> texts = new ArrayList<>();
        for (ConfValue element : array.elements()) {
            if (element instanceof ConfValue.Text text) {
                texts.add(text.value());
            } else {
                mismatch(element, "string");
            }
        }
        return texts;
    }

    private void mismatch(@Nullable ConfValue value, String wanted) {
        if (value != null) {
            mismatch(value, wanted, findings(), blamed == null ? value.at() : blamed);
        }
    }

    static void mismatch(ConfValue value, String wanted, Findings findings) {
        mismatch(value, wanted, findings, value.at());
    }

    private static void mismatch(
            ConfValue value, String wanted, Findings findings, Position blamed) {
        findings.error(
                blamed,
                "interface conversion: interface {} is " + value.typeName() + ", not " + wanted);
    }
}
