package io.millrace.monitor.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Families with a sample each for everything of one sort. Any thread, once all of them are named.
 */
final class Table<T> {
    private record Column<T>(Family family, ToDoubleFunction<T> figure) {}

    private final Stem stem;
    private final List<Column<T>> columns = new ArrayList<>();

    Table(Stem stem) {
        this.stem = stem;
    }

    /**
     * Names another family.
     *
     * @param figure no number where there is nothing to show
     */
    Table<T> with(String rest, Kind kind, String help, ToDoubleFunction<T> figure) {
        columns.add(new Column<>(stem.family(rest, kind, help), figure));
        return this;
    }

    Table<T> gauge(String rest, String help, ToDoubleFunction<T> figure) {
        return with(rest, Kind.GAUGE, help, figure);
    }

    Table<T> counter(String rest, String help, ToDoubleFunction<T> figure) {
        return with(rest, Kind.COUNTER, help, figure);
    }

    /** Writes all families, in the order in which they were named. */
    void write(Exposition out, List<T> things, List<Labels> labels) {
        int count = things.size();
        for (int i = 0; i < columns.size(); i++) {
            Column<T> column = columns.get(i);
            ToDoubleFunction<T> figure = column.figure;
            out.family(column.family);
            for (int at = 0; at < count; at++) {
                double value = figure.applyAsDouble(things.get(at));
                if (!Double.isNaN(value)) {
                    out.sample(labels.get(at), value);
                }
            }
        }
    }
}
