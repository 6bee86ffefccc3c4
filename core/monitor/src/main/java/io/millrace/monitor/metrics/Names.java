package io.millrace.monitor.metrics;

import io.millrace.config.MetricsOptions;
import java.util.List;
import java.util.TreeSet;

/** Which families of names an answer has. Immutable. */
record Names(boolean exporter, boolean helm, boolean surveyor, boolean millrace) {
    static Names of(List<String> named) {
        return new Names(
                named.contains(MetricsOptions.EXPORTER),
                named.contains(MetricsOptions.HELM),
                named.contains(MetricsOptions.SURVEYOR),
                named.contains(MetricsOptions.MILLRACE));
    }

    /** Those that a request asks for, separated by commas; what is unknown is none. */
    static Names asked(String text) {
        List<String> named = List.copyOf(new TreeSet<>(List.of(text.split(",", -1))));
        return of(named);
    }

    boolean isEmpty() {
        return !exporter && !helm && !surveyor && !millrace;
    }

    /** Whether anything of the exporter's is wanted, whatever the prefix. */
    boolean hasExporter() {
        return exporter || helm;
    }

    /** How many prefixes the exporter's names have. */
    int kindsOfExporter() {
        return (exporter ? 1 : 0) + (helm ? 1 : 0);
    }
}
