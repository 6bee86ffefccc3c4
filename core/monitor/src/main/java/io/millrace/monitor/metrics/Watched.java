package io.millrace.monitor.metrics;

import io.millrace.broker.Server;

/**
 * The server that is looked at: what no reload changes. Immutable.
 *
 * @param cluster what it stands for where boards choose a cluster: its name
 * @param domain empty for none
 */
record Watched(
        String id, String name, String cluster, String host, String domain, long startNanos) {
    static Watched of(Server server) {
        String name = server.identity().name();
        String domain = server.options().jetstream().domain();
        return new Watched(
                server.identity().id(),
                name,
                name,
                server.options().host(),
                domain == null ? "" : domain,
                server.startEpochNanos());
    }
}
