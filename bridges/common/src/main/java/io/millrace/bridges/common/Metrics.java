package io.millrace.bridges.common;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Numbers for Prometheus, in its text form. Any thread.
 *
 * <p>Series are bounded: labels come from the configuration and from fixed words, and when there
 * are {@value #SERIES_MAX} nevertheless, the rest is counted as one.
 */
public final class Metrics {
    static final int SERIES_MAX = 1000;

    private record Family(
            String kind, String help, ConcurrentHashMap<String, LongSupplier> series) {}

    private final Map<String, Family> families = new TreeMap<>();
    private final ConcurrentHashMap<String, LongAdder> counters = new ConcurrentHashMap<>();

    /** The counter of that name and those labels, given as name, value, name, value. */
    public LongAdder counter(String name, String help, String... labels) {
        String key = counters.size() < SERIES_MAX ? name + written(labels) : name;
        LongAdder known = counters.get(key);
        if (known != null) {
            return known;
        }
        return counters.computeIfAbsent(
                key,
                added -> {
                    LongAdder counter = new LongAdder();
                    family(name, "counter", help)
                            .series()
                            .put(added.substring(name.length()), counter::sum);
                    return counter;
                });
    }

    /** Shows {@code value} whenever somebody looks; it must not block. */
    public void gauge(String name, String help, LongSupplier value, String... labels) {
        family(name, "gauge", help).series().put(written(labels), value);
    }

    private Family family(String name, String kind, String help) {
        synchronized (families) {
            return families.computeIfAbsent(
                    name, added -> new Family(kind, help, new ConcurrentHashMap<>()));
        }
    }

    private static String written(String... labels) {
        if (labels.length == 0) {
            return "";
        }
        StringBuilder out = new StringBuilder("{");
        for (int i = 0; i < labels.length; i += 2) {
            out.append(i == 0 ? "" : ",").append(labels[i]).append("=\"");
            out.append(
                    labels[i + 1].replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " "));
            out.append('"');
        }
        return out.append('}').toString();
    }

    public String text() {
        StringBuilder out = new StringBuilder(1024);
        synchronized (families) {
            families.forEach(
                    (name, family) -> {
                        out.append("# HELP ").append(name).append(' ').append(family.help());
                        out.append("\n# TYPE ").append(name).append(' ').append(family.kind());
                        out.append('\n');
                        new TreeMap<>(family.series())
                                .forEach(
                                        (labels, value) ->
                                                out.append(name)
                                                        .append(labels)
                                                        .append(' ')
                                                        .append(value.getAsLong())
                                                        .append('\n'));
                    });
        }
        return out.toString();
    }
}
