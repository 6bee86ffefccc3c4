package io.millrace.monitor.metrics;

import io.millrace.broker.ConnectionInfo;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one answer is made of. Immutable: any thread.
 *
 * @param cluster what this server stands for where boards choose a cluster: its name
 * @param answerNanos how long the loop took to answer a first question
 * @param varz the figures of that page, likewise the others
 * @param connections of how many the totals are
 * @param detailed the connections that are shown one by one
 * @param view null without JetStream, like the figures
 */
record Sighting(
        String serverId,
        String serverName,
        String cluster,
        String host,
        String domain,
        long startNanos,
        long nowNanos,
        long answerNanos,
        List<Flattened.Figure> varz,
        List<Flattened.Figure> subsz,
        List<Flattened.Figure> routez,
        List<Health> health,
        Server server,
        Connections connections,
        List<ConnectionInfo> detailed,
        List<AccountSighting> accounts,
        @Nullable JetStreamView view,
        @Nullable JetStreamFigures figures,
        List<StreamSighting> streams,
        LeftOut leftOut) {

    /** What one variant of the health page says. */
    record Health(String endpoint, boolean isWell) {
        String status() {
            return isWell ? "ok" : "error";
        }
    }

    /** What the server counts as a whole. */
    record Server(
            long inMessages,
            long inBytes,
            long outMessages,
            long outBytes,
            long connectionsTotal,
            long slowConsumers,
            long staleConnections,
            long stalls,
            long refusedLogins,
            long subscriptions,
            long busyNanos,
            long turns) {}

    /** The open connections together. */
    record Connections(
            long count,
            long pendingBytes,
            long subscriptions,
            long inMessages,
            long inBytes,
            long outMessages,
            long outBytes) {}

    /** One account. */
    record AccountSighting(
            String name,
            boolean system,
            boolean jetstream,
            long connections,
            long connectionsTotal,
            long subscriptions,
            long slowConsumers,
            long inMessages,
            long inBytes,
            long outMessages,
            long outBytes) {}

    /** What there was no room for. */
    record LeftOut(long streams, long consumers, long connections) {}

    /** How many consumers are shown. */
    long consumersShown() {
        long shown = 0;
        for (StreamSighting stream : streams) {
            shown += stream.consumers().size();
        }
        return shown;
    }
}
