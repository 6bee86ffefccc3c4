package io.millrace.monitor.metrics;

/** How prometheus-nats-exporter may have been started: its names have other prefixes then. */
enum Exporter {
    CUSTOMARY("gnatsd", "jetstream"),
    HELM("nats", "nats");

    private final String prefix;
    private final String jetStreamPrefix;

    Exporter(String prefix, String jetStreamPrefix) {
        this.prefix = prefix;
        this.jetStreamPrefix = jetStreamPrefix;
    }

    /** What the names of figures of the server begin with. */
    String prefix() {
        return prefix;
    }

    /** What those of JetStream begin with. */
    String jetStreamPrefix() {
        return jetStreamPrefix;
    }
}
