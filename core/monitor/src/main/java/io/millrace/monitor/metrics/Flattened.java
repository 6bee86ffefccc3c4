package io.millrace.monitor.metrics;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The figures of one page, with names made of the path to them, as the exporter makes them. Loop
 * only.
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
    private final Labels labels;
    private final Map<String, Name> names = new HashMap<>();
    private final Place root = new Place(null, "", "", "");
    private int round;

    /**
     * @param page as people call it
     * @param labels of its figures
     */
    Flattened(String page, Labels labels) {
        this.page = page;
        this.labels = labels;
    }

    /**
     * One of them. Immutable: any thread.
     *
     * @param text what a label says; null where the value says it
     */
    record Figure(Place place, double value, @Nullable String text) {
        /** All that stands before the value where the exporter was started like that. */
        Line line(Exporter exporter) {
            return place.line(exporter, text);
        }
    }

    /** What figures of several places could be called; only the first of them is then shown. */
    private static final class Name {
        int lastSeen;
    }

    private record Written(@Nullable String text, Line line) {}

    /** Where a field is in the page; made once. */
    final class Place {
        private final @Nullable Place outer;
        private final String key;
        private final String name;
        private final String path;
        private final boolean isLeftOut;
        private final boolean hasShownText;
        private final Name shared;
        private final Map<String, Place> inside = new HashMap<>(0);

        /** The field that came after this one the last time: it is likely to come again. */
        private @Nullable Place next;

        /** The last figure: many of them never change. */
        private @Nullable Figure last;

        private String instant = "";
        private double instantMillis;

        /* What stands before its figure, by how the exporter was started; threads that race write
         * the same. */
        private @Nullable Written customary;

        private @Nullable Written helm;

        private Place(@Nullable Place outer, String key, String name, String path) {
            this.outer = outer;
            this.key = key;
            this.name = name;
            this.path = path;
            this.isLeftOut =
                    LEFT_OUT.contains(name) || (outer != null && LEFT_OUT.contains(outer.name));
            this.hasShownText = SHOWN_TEXTS.contains(key);
            this.shared = names.computeIfAbsent(name, any -> new Name());
        }

        private Place at(String inner) {
            Place known = inside.get(inner);
            if (known == null) {
                known =
                        new Place(
                                this,
                                inner,
                                name(name, inner),
                                path.isEmpty() ? inner : path + "." + inner);
                inside.put(inner, known);
            }
            return known;
        }

        private Figure figure(double value, @Nullable String text) {
            Figure known = last;
            if (known == null || known.value != value || !Objects.equals(text, known.text)) {
                known = new Figure(this, value, text);
                last = known;
            }
            return known;
        }

        /** Any thread. */
        private Line line(Exporter exporter, @Nullable String text) {
            boolean isHelm = exporter == Exporter.HELM;
            Written known = isHelm ? helm : customary;
            if (known == null || !Objects.equals(text, known.text)) {
                known = written(exporter.prefix(), text);
                if (isHelm) {
                    helm = known;
                } else {
                    customary = known;
                }
            }
            return known.line;
        }

        private Written written(String prefix, @Nullable String text) {
            Family family =
                    new Family(
                            prefix + "_" + page + "_" + name,
                            Kind.GAUGE,
                            "The field " + path + " of /" + page);
            Labels all = text == null ? labels : labels.with("value", text);
            return new Written(text, family.first("", all));
        }
    }

    /** The figures that it has now. Loop only. */
    List<Figure> figures(Consumer<JsonPage> writer) {
        Gathering gathering = new Gathering();
        JsonPage told = JsonPage.told(gathering);
        told.object(null);
        writer.accept(told);
        told.endObject();
        return gathering.figures;
    }

    /** Takes them as the page is written. One owner. */
    private final class Gathering implements JsonPage.Fields {
        private final List<Figure> figures = new ArrayList<>(names.size());
        private final int thisRound = ++round;
        private Place within = root;
        private Place previous = root;

        private Place at(String key) {
            Place place = previous.next;
            if (place == null || place.outer != within || !place.key.equals(key)) {
                place = within.at(key);
                previous.next = place;
            }
            previous = place;
            return place;
        }

        @Override
        public void object(@Nullable String key) {
            if (key != null) {
                within = at(key);
            }
        }

        @Override
        public void endObject() {
            Place outer = within.outer;
            if (outer != null) {
                within = outer;
            }
        }

        @Override
        public void number(String key, double value) {
            add(at(key), value, null);
        }

        @Override
        public void text(String key, String value) {
            Place place = at(key);
            if (!place.hasShownText) {
                return;
            }
            if (!mayBeTime(value)) {
                add(place, 1, value);
                return;
            }
            try {
                add(place, millis(place, value), null);
            } catch (JsonException noTime) {
                add(place, 1, value);
            }
        }

        /** Most are none, and finding that out the hard way is dear. */
        private static boolean mayBeTime(String value) {
            return value.length() > 10 && value.charAt(4) == '-' && value.charAt(10) == 'T';
        }

        /** Most are those of the last time. */
        private static double millis(Place place, String value) throws JsonException {
            if (!place.instant.equals(value)) {
                place.instantMillis = Math.floor(GoTime.epochNanos(value) / MILLION);
                place.instant = value;
            }
            return place.instantMillis;
        }

        private void add(Place place, double value, @Nullable String text) {
            if (!place.isLeftOut && place.shared.lastSeen != thisRound) {
                place.shared.lastSeen = thisRound;
                figures.add(place.figure(value, text));
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
