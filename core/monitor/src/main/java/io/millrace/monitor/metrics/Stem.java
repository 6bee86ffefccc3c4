package io.millrace.monitor.metrics;

/**
 * What several families have in common. Immutable.
 *
 * @param name what their names begin with
 * @param labels of those that have a single sample
 */
record Stem(String name, Labels labels) {
    Family family(String rest, Kind kind, String help) {
        return new Family(name + rest, kind, help);
    }

    /** A family with a single sample. */
    Line gauge(String rest, String help) {
        return family(rest, Kind.GAUGE, help).first("", labels);
    }

    /** Likewise. */
    Line counter(String rest, String help) {
        return family(rest, Kind.COUNTER, help).first("", labels);
    }

    Stem labelled(Labels others) {
        return new Stem(name, others);
    }
}
