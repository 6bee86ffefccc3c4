package io.millrace.monitor.metrics;

import io.millrace.broker.ConnectionInfo;
import io.millrace.jetstream.ConsumerSighting;
import io.millrace.jetstream.ConsumerView;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that one answer is made of. Immutable: any thread.
 *
 * @param answerNanos how long the loop took to answer a first question
 * @param varz the figures of that page, likewise the others
 * @param wellness null where nobody wants to know
 * @param connections of how many the totals are
 * @param detailed the connections that are shown one by one
 * @param view null without JetStream, like the figures
 * @param consumers those of all streams
 */
record Sighting(
        long nowNanos,
        long answerNanos,
        List<Flattened.Figure> varz,
        List<Flattened.Figure> subsz,
        List<Flattened.Figure> routez,
        JsonPages.@Nullable Wellness wellness,
        Server server,
        Connections connections,
        List<ConnectionInfo> detailed,
        List<AccountSighting> accounts,
        @Nullable JetStreamView view,
        @Nullable JetStreamFigures figures,
        List<StreamSighting> streams,
        List<Consumer> consumers,
        LeftOut leftOut) {

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

    /** One consumer and what it reads. */
    record Consumer(StreamSighting stream, ConsumerSighting seen) {
        ConsumerView view() {
            return seen.view();
        }
    }

    /** What there was no room for. */
    record LeftOut(long streams, long consumers, long connections) {}
}
