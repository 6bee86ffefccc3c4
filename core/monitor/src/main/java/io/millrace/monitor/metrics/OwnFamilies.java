package io.millrace.monitor.metrics;

import io.millrace.broker.ServerIdentity;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import io.millrace.store.StoreFigures;
import java.util.List;

/** What only this server can tell, under names of our own. Any thread. */
final class OwnFamilies {
    private static final double SECOND = 1e9;
    private static final Stem OWN = new Stem("millrace_", Labels.NONE);

    private final ScrapeCounts scrapes;
    private final Line info;
    private final Counts counts = new Counts();
    private final Times times = new Times();
    private final Store store = new Store();
    private final Streams streams = new Streams();
    private final Making making = new Making();

    OwnFamilies(Watched watched, ScrapeCounts scrapes) {
        this.scrapes = scrapes;
        Labels labels =
                Labels.of(
                        "server_id",
                        watched.id(),
                        "server_name",
                        watched.name(),
                        "version",
                        ServerIdentity.VERSION,
                        "runtime",
                        ServerIdentity.RUNTIME);
        this.info = OWN.labelled(labels).gauge("info", "Always 1; what the server is");
    }

    void write(Exposition out, Sighting seen) {
        out.line(info, 1);
        counts.write(out, seen);
        JetStreamFigures figures = seen.figures();
        JetStreamView view = seen.view();
        if (figures != null && view != null) {
            times.write(out, figures);
            store.write(out, figures.store(), view);
            streams.write(out, seen);
        }
        making.write(out, seen.leftOut(), scrapes);
    }

    /** The server and its loop. */
    private static final class Counts {
        private final Line connections =
                OWN.counter("connections_total", "Connections since the start");
        private final Line slowConsumers =
                OWN.counter(
                        "slow_consumers_total",
                        "Connections that were closed because they did not read");
        private final Line staleConnections =
                OWN.counter(
                        "stale_connections_total",
                        "Connections that were closed because they did not answer");
        private final Line stalls =
                OWN.counter("stalls_total", "Times that a publisher had to wait for a slow reader");
        private final Line refusedLogins =
                OWN.counter(
                        "refused_logins_total",
                        "Connections that were refused for what they said at login");
        private final Line pendingBytes =
                OWN.gauge("pending_bytes", "Bytes that wait for clients to read them");
        private final Line busySeconds =
                OWN.counter("loop_busy_seconds_total", "Time in which the loop did not wait");
        private final Line turns = OWN.counter("loop_turns_total", "Turns of the loop");
        private final Line answerSeconds =
                OWN.gauge(
                        "loop_answer_seconds",
                        "Time until the loop answered the first question of this scrape");

        void write(Exposition out, Sighting seen) {
            Sighting.Server server = seen.server();
            out.line(connections, server.connectionsTotal())
                    .line(slowConsumers, server.slowConsumers())
                    .line(staleConnections, server.staleConnections())
                    .line(stalls, server.stalls())
                    .line(refusedLogins, server.refusedLogins())
                    .line(pendingBytes, seen.connections().pendingBytes())
                    .line(busySeconds, server.busyNanos() / SECOND)
                    .line(turns, server.turns())
                    .line(answerSeconds, seen.answerNanos() / SECOND);
        }
    }

    /** How long JetStream takes. */
    private static final class Times {
        private final Buckets publishes =
                histogram(
                        "publish_ack_seconds",
                        "From taking a message in until its ack is on its way, with its way to the"
                                + " disk",
                        SECOND);
        private final Buckets deliveries =
                histogram(
                        "delivery_seconds",
                        "From the commit of a message until a consumer sends it",
                        SECOND);
        private final Buckets requests =
                histogram(
                        "api_request_seconds",
                        "From hearing a request to the JetStream API until it is answered",
                        SECOND);
        private final Line requestsWaiting =
                OWN.gauge("api_requests_waiting", "Requests to the JetStream API that wait");

        void write(Exposition out, JetStreamFigures figures) {
            publishes.write(out, figures.publishes());
            deliveries.write(out, figures.deliveries());
            requests.write(out, figures.requests());
            out.line(requestsWaiting, figures.requestsWaiting());
        }
    }

    private static Buckets histogram(String name, String help, double unit) {
        return new Buckets(OWN.family(name, Kind.HISTOGRAM, help), unit);
    }

    /** The disk. */
    private static final class Store {
        private final Buckets syncTimes =
                histogram("store_sync_seconds", "Time that a sync of the journal took", SECOND);
        private final Buckets batchRecords =
                histogram("store_batch_records", "Records in one commit of the journal", 1);
        private final Line journalBytes =
                OWN.counter("store_journal_bytes_total", "Bytes written to the journal");
        private final Line checkpoints =
                OWN.counter("store_checkpoints_total", "Checkpoints written");
        private final Line scrubPasses =
                OWN.counter("store_scrub_passes_total", "Times that the scrub has read everything");
        private final Line uncommitted =
                OWN.gauge("store_uncommitted_records", "Records that wait for the disk");
        private final Line refuses =
                OWN.gauge("store_refuses", "Whether the disk takes no messages at the moment");
        private final Line unserved =
                OWN.gauge(
                        "store_unserved",
                        "Streams and consumers that the store holds and that cannot be served");
        private final Line damage =
                OWN.gauge(
                        "store_damage_at_opening",
                        "Findings of damage when the store was opened; the log has a sentence"
                                + " each");

        void write(Exposition out, StoreFigures store, JetStreamView view) {
            syncTimes.write(out, store.syncTimes());
            batchRecords.write(out, store.batchRecords());
            out.line(journalBytes, store.journalBytes())
                    .line(checkpoints, store.checkpoints())
                    .line(scrubPasses, store.scrubPasses())
                    .line(uncommitted, store.uncommitted())
                    .line(refuses, view.refusal() == null ? 0 : 1)
                    .line(unserved, view.unserved().size())
                    .line(damage, view.lost().size());
        }
    }

    /** Streams and their consumers. */
    private static final class Streams {
        private final Line lostMessages =
                OWN.gauge(
                        "store_lost_messages",
                        "Messages that damage has cost, of the streams shown here");
        private final Table<Sighting.Consumer> lag =
                new Table<Sighting.Consumer>(OWN)
                        .gauge(
                                "consumer_lag_seconds",
                                "Age of the oldest message that is not acknowledged or not"
                                        + " delivered",
                                consumer -> consumer.seen().lagNanos() / SECOND);
        private final Remembered labels =
                new Remembered(
                        values ->
                                Labels.of(
                                        "account",
                                        values.get(0),
                                        "stream_name",
                                        values.get(1),
                                        "consumer_name",
                                        values.get(2)));

        void write(Exposition out, Sighting seen) {
            long lost = 0;
            for (StreamSighting stream : seen.streams()) {
                lost += stream.state().lost();
            }
            out.line(lostMessages, lost);
            lag.write(
                    out,
                    seen.consumers(),
                    labels.labels(
                            seen.consumers(),
                            one ->
                                    List.of(
                                            one.stream().account(),
                                            one.stream().name(),
                                            one.view().name())));
        }
    }

    /** The making of metrics. */
    private static final class Making {
        private final Family leftOut =
                OWN.family(
                        "metrics_left_out",
                        Kind.GAUGE,
                        "What has no series of its own here because there would be too many");
        private final Line streams = leftOut.first("", Labels.of("what", "streams"));
        private final Line consumers = leftOut.next("", Labels.of("what", "consumers"));
        private final Line connections = leftOut.next("", Labels.of("what", "connections"));
        private final Line count =
                OWN.counter("metrics_made_total", "Times that metrics were made");
        private final Line seconds =
                OWN.counter("metrics_seconds_total", "Time that making metrics took");

        void write(Exposition out, Sighting.LeftOut left, ScrapeCounts scrapes) {
            out.line(streams, left.streams())
                    .line(consumers, left.consumers())
                    .line(connections, left.connections())
                    .line(count, scrapes.count())
                    .line(seconds, scrapes.seconds());
        }
    }
}
