package io.millrace.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a configuration file and where it stands: an entry of a table at its key, an element
 * of an array at itself. Immutable.
 */
sealed interface ConfValue {
    Position at();

    ConfValue movedTo(Position place);

    /** The name that nats-server's messages have for the type. */
    String typeName();

    record Text(Position at, String value) implements ConfValue {
        @Override
        public Text movedTo(Position place) {
            return new Text(place, value);
        }

        @Override
        public String typeName() {
            return "string";
        }
    }

    record Whole(Position at, long value) implements ConfValue {
        @Override
        public Whole movedTo(Position place) {
            return new Whole(place, value);
        }

        @Override
        public String typeName() {
            return "int64";
        }
    }

    record Real(Position at, double value) implements ConfValue {
        @Override
        public Real movedTo(Position place) {
            return new Real(place, value);
        }

        @Override
        public String typeName() {
            return "float64";
        }
    }

    record Flag(Position at, boolean value) implements ConfValue {
        @Override
        public Flag movedTo(Position place) {
            return new Flag(place, value);
        }

        @Override
        public String typeName() {
            return "bool";
        }
    }

    /** A point in time, as written: 2016-05-04T18:53:41Z. */
    record Moment(Position at, String value) implements ConfValue {
        @Override
        public Moment movedTo(Position place) {
            return new Moment(place, value);
        }

        @Override
        public String typeName() {
            return "time.Time";
        }
    }

    record Array(Position at, List<ConfValue> elements) implements ConfValue {
        public Array {
            elements = List.copyOf(elements);
        }

        @Override
        public Array movedTo(Position place) {
            return new Array(place, elements);
        }

        @Override
        public String typeName() {
            return "[]interface {}";
        }
    }

    /** Keys in the order of the file, as written; of equal keys the last. */
    record Table(Position at, Map<String, ConfValue> entries) implements ConfValue {
        public Table {
            entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
        }

        @Override
        public Table movedTo(Position place) {
            return new Table(place, entries);
        }

        @Override
        public String typeName() {
            return "map[string]interface {}";
        }
    }
}
