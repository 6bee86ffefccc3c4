package io.millrace.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** What one sample has shown, in the order in which it was found. One thread. */
final class Figures {
    /** Names that are asked for elsewhere. */
    static final String CPU = "server CPU per million";

    static final String RESIDENT = "resident";
    static final String ANONYMOUS = "anonymous";
    static final String SERVER_CORES = "cores of the server";
    static final String LOADER_CORES = "cores of the loader";

    private static final String MARK = "figure";

    /** One of them; equal in name and unit with the same of another sample. */
    record Figure(String name, Unit unit, double value) {
        String text() {
            return unit.text(value);
        }
    }

    private final List<Figure> all = new ArrayList<>();

    void add(String name, Unit unit, double value) {
        all.add(new Figure(name, unit, value));
    }

    void add(String name, Unit unit, long value) {
        add(name, unit, (double) value);
    }

    /** Percentiles of durations in nanoseconds. */
    void latencies(String prefix, Histogram nanos) {
        add(prefix + "p50", Unit.NANOS, nanos.getValueAtPercentile(50));
        add(prefix + "p99", Unit.NANOS, nanos.getValueAtPercentile(99));
        add(prefix + "p99.9", Unit.NANOS, nanos.getValueAtPercentile(99.9));
    }

    void memory(ProcessMemory memory) {
        add(RESIDENT, Unit.BYTES, memory.resident());
        add(ANONYMOUS, Unit.BYTES, memory.anonymous());
    }

    List<Figure> all() {
        return List.copyOf(all);
    }

    Optional<Figure> named(String name) {
        return all.stream().filter(figure -> figure.name().equals(name)).findFirst();
    }

    /** One line for each, as the loader tells them to who started it. */
    String lines() {
        StringBuilder lines = new StringBuilder();
        for (Figure figure : all) {
            lines.append(MARK)
                    .append('\t')
                    .append(figure.name())
                    .append('\t')
                    .append(figure.unit())
                    .append('\t')
                    .append(figure.value())
                    .append('\n');
        }
        return lines.toString();
    }

    /** Reads what {@link #lines} wrote; other lines are none of ours. */
    static Figures parse(List<String> lines) {
        Figures figures = new Figures();
        for (String line : lines) {
            String[] words = line.split("\t", -1);
            if (words.length == 4 && words[0].equals(MARK)) {
                figures.add(words[1], Unit.valueOf(words[2]), Double.parseDouble(words[3]));
            }
        }
        return figures;
    }

    /** All in one line. */
    String brief() {
        StringBuilder line = new StringBuilder();
        for (Figure figure : all) {
            line.append(line.isEmpty() ? "" : ", ")
                    .append(figure.name())
                    .append(' ')
                    .append(figure.text());
        }
        return line.toString();
    }
}
