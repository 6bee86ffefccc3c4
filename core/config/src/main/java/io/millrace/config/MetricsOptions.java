package io.millrace.config;

import java.util.List;

/**
 * What /metrics on the monitoring port shows. Immutable.
 *
 * @param maxSeries most samples of streams, consumers and connections in one answer
 * @param perStream whether each stream has figures of its own
 * @param perConsumer whether each consumer has
 * @param perConnection whether each connection has
 * @param names the families of names that are shown
 */
public record MetricsOptions(
        boolean enabled,
        int maxSeries,
        boolean perStream,
        boolean perConsumer,
        boolean perConnection,
        List<String> names) {
    /** The names that prometheus-nats-exporter gives. */
    public static final String EXPORTER = "exporter";

    /** The same with the prefix that its Helm charts set. */
    public static final String HELM = "helm";

    /** The names that nats-surveyor gives. */
    public static final String SURVEYOR = "surveyor";

    /** What only this server can tell. */
    public static final String MILLRACE = "millrace";

    /** Every family of names there is. */
    public static final List<String> ALL_NAMES = List.of(EXPORTER, HELM, SURVEYOR, MILLRACE);

    static final MetricsOptions DEFAULTS =
            new MetricsOptions(
                    true, 50_000, true, true, false, List.of(EXPORTER, SURVEYOR, MILLRACE));

    public MetricsOptions {
        names = List.copyOf(names);
    }
}
