package io.millrace.monitor.metrics;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The figures of one page, with names made of the path to them, as the exporter makes them. */
final class Flattened {
    private static final double MILLION = 1e6;

    /** Texts that become labels of a sample that is always 1; of the rest nothing is shown. */
    private static final Set<String> SHOWN_TEXTS =
            Set.of(
                    "server_id",
                    "server_name",
                    "version",
                    "domain",
                    "leader",
                    "name",
                    "start",
                    "config_load_time");

    /** What the exporter leaves out. */
    private static final Set<String> LEFT_OUT =
            Set.of(
                    "leaf",
                    "trusted_operators_claim",
                    "cluster_tls_timeout",
                    "cluster_cluster_port",
                    "cluster_auth_timeout",
                    "gateway_port",
                    "gateway_auth_timeout",
                    "gateway_tls_timeout",
                    "gateway_connect_retries");

    /**
     * One of them.
     *
     * @param name without the prefix
     * @param path as it is found in the page, for people
     * @param text what a label says; null where the value says it
     */
    record Figure(String name, String path, double value, @Nullable String text) {}

    private final List<Figure> figures = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    private Flattened() {}

    /** The figures of a page; none when it is empty. */
    static List<Figure> of(String page) {
        Flattened flattened = new Flattened();
        try {
            if (!page.isEmpty() && JsonTree.parse(page) instanceof Json.Obj object) {
                flattened.add(object, "", "");
            }
        } catch (JsonException notOurs) {
            throw new IllegalStateException("a page of ours cannot be read", notOurs);
        }
        return flattened.figures;
    }

    private void add(Json.Obj object, String prefix, String path) {
        for (Map.Entry<String, Json> field : object.fields().entrySet()) {
            String name = name(prefix, field.getKey());
            String where = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            if (LEFT_OUT.contains(name)) {
                continue;
            }
            switch (field.getValue()) {
                case Json.Obj inner -> add(inner, name, where);
                case Json.Numeric number ->
                        add(new Figure(name, where, Double.parseDouble(number.written()), null));
                case Json.Text text when SHOWN_TEXTS.contains(field.getKey()) ->
                        add(text(name, where, text.value()));
                default -> {
                    // nothing that could be a figure
                }
            }
        }
    }

    private void add(Figure figure) {
        if (names.add(figure.name())) {
            figures.add(figure);
        }
    }

    private static Figure text(String name, String path, String text) {
        try {
            return new Figure(name, path, Math.floor(GoTime.epochNanos(text) / MILLION), null);
        } catch (JsonException noTime) {
            return new Figure(name, path, 1, text);
        }
    }

    /** Words joined by single underscores, without any other sign that a name may not have. */
    private static String name(String prefix, String key) {
        StringBuilder name = new StringBuilder(prefix);
        if (!prefix.isEmpty()) {
            name.append('_');
        }
        for (int i = 0; i < key.length(); i++) {
            char c = key.charAt(i);
            boolean fine = c < 128 && (Character.isLetterOrDigit(c) || c == ':');
            if (fine) {
                name.append(c);
            } else if (!name.isEmpty() && name.charAt(name.length() - 1) != '_') {
                name.append('_');
            }
        }
        int end = name.length();
        while (end > 0 && name.charAt(end - 1) == '_') {
            end--;
        }
        return name.substring(0, end);
    }
}
