package io.millrace.monitor.metrics;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonPage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one page, with names made of the path to them, as the exporter makes them. Any
 * thread.
 */
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

    private final String page;
    private final Place root = new Place("", "");

    /**
     * @param page as people call it
     */
    Flattened(String page) {
        this.page = page;
    }

    /**
     * One of them.
     *
     * @param text what a label says; null where the value says it
     */
    record Figure(Place place, double value, @Nullable String text) {}

    /** Where a field is in the page; made once. */
    final class Place {
        private final String name;
        private final String path;
        private final boolean leftOut;
        private final ConcurrentHashMap<String, Place> inside = new ConcurrentHashMap<>();
        private final ConcurrentHashMap<String, Family> families = new ConcurrentHashMap<>();

        private Place(String name, String path) {
            this.name = name;
            this.path = path;
            this.leftOut = LEFT_OUT.contains(name);
        }

        private Place at(String key) {
            Place known = inside.get(key);
            if (known == null) {
                known = new Place(name(name, key), path.isEmpty() ? key : path + "." + key);
                inside.put(key, known);
            }
            return known;
        }

        /** The family of the figure for an exporter that was started with this prefix. */
        Family family(String prefix) {
            Family known = families.get(prefix);
            if (known == null) {
                known =
                        new Family(
                                prefix + "_" + page + "_" + name,
                                Kind.GAUGE,
                                "The field " + path + " of /" + page);
                families.put(prefix, known);
            }
            return known;
        }
    }

    /** The figures that it has now. */
    List<Figure> figures(Consumer<JsonPage> writer) {
        Gathering gathering = new Gathering(root);
        JsonPage told = JsonPage.told(gathering);
        told.object(null);
        writer.accept(told);
        told.endObject();
        return gathering.figures;
    }

    /** Takes them as the page is written. One owner. */
    private static final class Gathering implements JsonPage.Fields {
        private final List<Figure> figures = new ArrayList<>(128);
        private final Set<String> names = new HashSet<>(256);
        private final ArrayDeque<Place> within = new ArrayDeque<>();

        Gathering(Place root) {
            within.push(root);
        }

        @Override
        public void object(@Nullable String key) {
            within.push(key == null ? within.element() : within.element().at(key));
        }

        @Override
        public void endObject() {
            within.pop();
        }

        @Override
        public void number(String key, double value) {
            add(key, value, null);
        }

        @Override
        public void text(String key, String value) {
            if (!SHOWN_TEXTS.contains(key)) {
                return;
            }
            if (!mayBeTime(value)) {
                add(key, 1, value);
                return;
            }
            try {
                add(key, Math.floor(GoTime.epochNanos(value) / MILLION), null);
            } catch (JsonException noTime) {
                add(key, 1, value);
            }
        }

        /** Most are none, and finding that out the hard way is dear. */
        private static boolean mayBeTime(String value) {
            return value.length() > 10 && value.charAt(4) == '-' && value.charAt(10) == 'T';
        }

        private void add(String key, double value, @Nullable String text) {
            Place outer = within.element();
            Place place = outer.at(key);
            if (!outer.leftOut && !place.leftOut && names.add(place.name)) {
                figures.add(new Figure(place, value, text));
            }
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
