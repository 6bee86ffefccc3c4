package io.millrace.monitor.metrics;

import io.millrace.broker.ServerIdentity;
import io.millrace.jetstream.ConsumerSighting;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import io.millrace.store.StoreFigures;
import java.io.IOException;

/** What only this server can tell, under names of our own. */
final class OwnFamilies {
    private static final double SECOND = 1e9;

    private final Sighting seen;
    private final ScrapeCounts scrapes;

    OwnFamilies(Sighting seen, ScrapeCounts scrapes) {
        this.seen = seen;
        this.scrapes = scrapes;
    }

    void write(Exposition out) throws IOException {
        out.family("millrace_info", Kind.GAUGE, "Always 1; what the server is")
                .sample(
                        Labels.of(
                                "server_id",
                                seen.serverId(),
                                "server_name",
                                seen.serverName(),
                                "version",
                                ServerIdentity.VERSION,
                                "runtime",
                                ServerIdentity.RUNTIME),
                        1);
        server(out);
        loop(out);
        JetStreamFigures figures = seen.figures();
        JetStreamView view = seen.view();
        if (figures != null && view != null) {
            times(out, figures);
            store(out, figures.store(), view);
            streams(out);
        }
        metrics(out);
    }

    private void server(Exposition out) throws IOException {
        Sighting.Server counts = seen.server();
        counter(out, "connections_total", "Connections since the start", counts.connectionsTotal());
        counter(
                out,
                "slow_consumers_total",
                "Connections that were closed because they did not read",
                counts.slowConsumers());
        counter(
                out,
                "stale_connections_total",
                "Connections that were closed because they did not answer",
                counts.staleConnections());
        counter(
                out,
                "stalls_total",
                "Times that a publisher had to wait for a slow reader",
                counts.stalls());
        counter(
                out,
                "refused_logins_total",
                "Connections that were refused for what they said at login",
                counts.refusedLogins());
        gauge(
                out,
                "pending_bytes",
                "Bytes that wait for clients to read them",
                seen.connections().pendingBytes());
    }

    private void loop(Exposition out) throws IOException {
        counter(
                out,
                "loop_busy_seconds_total",
                "Time in which the loop did not wait",
                seen.server().busyNanos() / SECOND);
        counter(out, "loop_turns_total", "Turns of the loop", seen.server().turns());
        gauge(
                out,
                "loop_answer_seconds",
                "Time until the loop answered the first question of this scrape",
                seen.answerNanos() / SECOND);
    }

    private static void times(Exposition out, JetStreamFigures figures) throws IOException {
        out.histogram(
                "millrace_publish_ack_seconds",
                "From taking a message in until its ack is on its way, with its way to the disk",
                figures.publishes(),
                SECOND);
        out.histogram(
                "millrace_delivery_seconds",
                "From the commit of a message until a consumer sends it",
                figures.deliveries(),
                SECOND);
        out.histogram(
                "millrace_api_request_seconds",
                "From hearing a request to the JetStream API until it is answered",
                figures.requests(),
                SECOND);
        gauge(
                out,
                "api_requests_waiting",
                "Requests to the JetStream API that wait",
                figures.requestsWaiting());
    }

    private static void store(Exposition out, StoreFigures store, JetStreamView view)
            throws IOException {
        out.histogram(
                "millrace_store_sync_seconds",
                "Time that a sync of the journal took",
                store.syncTimes(),
                SECOND);
        out.histogram(
                "millrace_store_batch_records",
                "Records in one commit of the journal",
                store.batchRecords(),
                1);
        counter(
                out,
                "store_journal_bytes_total",
                "Bytes written to the journal",
                store.journalBytes());
        counter(out, "store_checkpoints_total", "Checkpoints written", store.checkpoints());
        counter(
                out,
                "store_scrub_passes_total",
                "Times that the scrub has read everything",
                store.scrubPasses());
        gauge(
                out,
                "store_uncommitted_records",
                "Records that wait for the disk",
                store.uncommitted());
        gauge(
                out,
                "store_refuses",
                "Whether the disk takes no messages at the moment",
                view.refusal() == null ? 0 : 1);
        gauge(
                out,
                "store_unserved",
                "Streams and consumers that the store holds and that cannot be served",
                view.unserved().size());
        gauge(
                out,
                "store_damage_at_opening",
                "Findings of damage when the store was opened; the log has a sentence each",
                view.lost().size());
    }

    private void streams(Exposition out) throws IOException {
        long lost = 0;
        for (StreamSighting stream : seen.streams()) {
            lost += stream.state().lost();
        }
        gauge(
                out,
                "store_lost_messages",
                "Messages that damage has cost, of the streams shown here",
                lost);
        out.family(
                "millrace_consumer_lag_seconds",
                Kind.GAUGE,
                "Age of the oldest message that is not acknowledged or not delivered");
        for (StreamSighting stream : seen.streams()) {
            for (ConsumerSighting consumer : stream.consumers()) {
                out.sample(
                        Labels.of(
                                "account",
                                stream.account(),
                                "stream_name",
                                stream.name(),
                                "consumer_name",
                                consumer.view().name()),
                        consumer.lagNanos() / SECOND);
            }
        }
    }

    private void metrics(Exposition out) throws IOException {
        Sighting.LeftOut leftOut = seen.leftOut();
        out.family(
                        "millrace_metrics_left_out",
                        Kind.GAUGE,
                        "What has no series of its own here because there would be too many")
                .sample(Labels.of("what", "streams"), leftOut.streams())
                .sample(Labels.of("what", "consumers"), leftOut.consumers())
                .sample(Labels.of("what", "connections"), leftOut.connections());
        counter(out, "metrics_made_total", "Times that metrics were made", scrapes.count());
        counter(out, "metrics_seconds_total", "Time that making metrics took", scrapes.seconds());
    }

    private static void gauge(Exposition out, String name, String help, Number value)
            throws IOException {
        out.family("millrace_" + name, Kind.GAUGE, help).sample(Labels.NONE, value);
    }

    private static void counter(Exposition out, String name, String help, Number value)
            throws IOException {
        out.family("millrace_" + name, Kind.COUNTER, help).sample(Labels.NONE, value);
    }
}
