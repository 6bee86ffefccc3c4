package io.millrace.monitor.metrics;

import io.millrace.broker.ServerIdentity;
import io.millrace.jetstream.AccountView;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** The server under the names of nats-surveyor, as far as they are about a server alone. */
/* Boards for it choose a cluster before they show anything: a server without one says its own name
 * there. */
final class SurveyorFamilies {
    private static final double SECOND = 1e9;
    private static final String CORE = "nats_core_";

    private final Sighting seen;
    private final ScrapeCounts scrapes;
    private final Labels server;
    private final Labels jetstream;

    SurveyorFamilies(Sighting seen, ScrapeCounts scrapes) {
        this.seen = seen;
        this.scrapes = scrapes;
        this.server =
                Labels.of(
                        "server_cluster",
                        seen.cluster(),
                        "server_name",
                        seen.serverName(),
                        "server_id",
                        seen.serverId());
        this.jetstream =
                Labels.of(
                        "server_id",
                        seen.serverId(),
                        "server_name",
                        seen.serverName(),
                        "cluster_name",
                        seen.cluster());
    }

    void write(Exposition out) throws IOException {
        survey(out);
        server(out);
        traffic(out);
        info(out);
        JetStreamView view = seen.view();
        gauge(
                out,
                "jetstream_enabled",
                "Whether there is JetStream",
                jetstream,
                view == null ? 0 : 1);
        gauge(
                out,
                "jetstream_server_jetstream_disabled",
                "Whether there is no JetStream",
                jetstream,
                view == null ? 1 : 0);
        JetStreamFigures figures = seen.figures();
        if (view != null && figures != null) {
            store(out, view);
            totals(out, view);
            api(out, view, figures);
        }
        accounts(out);
        jetStreamAccounts(out, view);
        streams(out);
    }

    private void survey(Exposition out) throws IOException {
        out.family("nats_up", Kind.GAUGE, "Whether the server answers").sample(Labels.NONE, 1);
        out.family("nats_survey_expected_count", Kind.GAUGE, "Servers that should answer")
                .sample(Labels.NONE, 1);
        out.family("nats_survey_surveyed_count", Kind.GAUGE, "Servers that have answered")
                .sample(Labels.NONE, 1);
        out.family("nats_survey_nats_reconnects", Kind.COUNTER, "Always 0: nobody connects")
                .sample(Labels.NONE, 0);
        out.family(
                        "nats_survey_duration_seconds",
                        Kind.SUMMARY,
                        "Time that answers to scrapes took to make")
                .sample("_sum", Labels.NONE, scrapes.seconds())
                .sample("_count", Labels.NONE, scrapes.count());
    }

    private void server(Exposition out) throws IOException {
        Runtime runtime = Runtime.getRuntime();
        gauge(out, "start_time", "When it began, in nanoseconds since 1970", seen.startNanos());
        gauge(
                out,
                "uptime",
                "Seconds since the start",
                (seen.nowNanos() - seen.startNanos()) / SECOND);
        gauge(
                out,
                "mem_bytes",
                "Bytes of the heap in use",
                runtime.totalMemory() - runtime.freeMemory());
        gauge(out, "go_memlimit_bytes", "Bytes that the heap may have", runtime.maxMemory());
        gauge(out, "core_count", "Processors", runtime.availableProcessors());
        gauge(
                out,
                "cpu_percentage",
                "Processor time, 100 for one processor",
                JvmFamilies.cpuPercent());
        gauge(out, "connection_count", "Open connections", seen.connections().count());
        counter(
                out,
                "total_connection_count",
                "Connections since the start",
                server,
                seen.server().connectionsTotal());
        gauge(
                out,
                "active_account_count",
                "Accounts with connections",
                seen.accounts().stream().filter(account -> account.connections() > 0).count());
        gauge(out, "subs_count", "Subscriptions", seen.server().subscriptions());
        gauge(
                out,
                "slow_consumer_count",
                "Connections that were closed as slow",
                seen.server().slowConsumers());
        gauge(
                out,
                "rtt_nanoseconds",
                "Time until the server has answered a question",
                seen.answerNanos());
        gauge(out, "route_count", "Routes", 0);
        gauge(out, "gateway_count", "Gateways", 0);
    }

    private void traffic(Exposition out) throws IOException {
        Sighting.Server counts = seen.server();
        counter(out, "sent_msgs_count", "Messages sent", server, counts.outMessages());
        counter(out, "sent_bytes", "Bytes of messages sent", server, counts.outBytes());
        counter(out, "recv_msgs_count", "Messages received", server, counts.inMessages());
        counter(out, "recv_bytes", "Bytes of messages received", server, counts.inBytes());
    }

    private void info(Exposition out) throws IOException {
        gauge(
                out,
                "info",
                "Always 1; what the server is",
                server.with("server_version", ServerIdentity.VERSION),
                1);
        gauge(
                out,
                "jetstream_info",
                "Always 1; what the server is",
                Labels.of(
                        "server_name",
                        seen.serverName(),
                        "server_host",
                        seen.host(),
                        "server_id",
                        seen.serverId(),
                        "server_cluster",
                        seen.cluster(),
                        "server_domain",
                        seen.domain().isEmpty() ? "Default" : seen.domain(),
                        "server_version",
                        ServerIdentity.VERSION,
                        "server_jetstream",
                        Boolean.toString(seen.view() != null)),
                1);
    }

    private void store(Exposition out, JetStreamView view) throws IOException {
        js(out, "filestore_size_bytes", "Bytes that streams on disk may hold", view.maxStorage());
        js(out, "filestore_used_bytes", "Bytes that streams on disk hold", view.storageBytes());
        js(
                out,
                "filestore_reserved_bytes",
                "Bytes that streams on disk have reserved",
                view.reservedStorage());
        js(out, "memstore_size_bytes", "Bytes that streams in memory may hold", view.maxMemory());
        js(out, "memstore_used_bytes", "Bytes that streams in memory hold", view.memoryBytes());
        js(
                out,
                "memstore_reserved_bytes",
                "Bytes that streams in memory have reserved",
                view.reservedMemory());
        js(out, "accounts", "Accounts with JetStream", view.accounts().size());
        js(out, "ha_assets", "Replicated streams and consumers", 0);
    }

    private void totals(Exposition out, JetStreamView view) throws IOException {
        js(out, "server_total_streams", "Streams", view.streams());
        js(out, "server_total_consumers", "Consumers", view.consumers());
        js(out, "server_total_stream_leaders", "Streams that the server leads", view.streams());
        js(
                out,
                "server_total_consumer_leaders",
                "Consumers that the server leads",
                view.consumers());
        js(out, "server_total_messages", "Messages stored", view.messages());
        js(out, "server_total_message_bytes", "Bytes stored", view.bytes());
        js(out, "server_max_memory", "Bytes that streams in memory may hold", view.maxMemory());
        js(out, "server_max_storage", "Bytes that streams on disk may hold", view.maxStorage());
    }

    private void api(Exposition out, JetStreamView view, JetStreamFigures figures)
            throws IOException {
        counter(
                out,
                "jetstream_api_requests",
                "Requests to the JetStream API",
                jetstream,
                view.requests());
        counter(
                out,
                "jetstream_api_errors",
                "Requests to the JetStream API that were refused",
                jetstream,
                view.errors());
        js(
                out,
                "api_pending",
                "Requests to the JetStream API that wait",
                figures.requestsWaiting());
    }

    /* Accounts */

    private record AccountFigure(
            String name,
            Kind kind,
            String help,
            ToDoubleFunction<Sighting.AccountSighting> figure) {}

    private static final List<AccountFigure> ACCOUNT =
            List.of(
                    new AccountFigure(
                            "conn_count",
                            Kind.GAUGE,
                            "Open client connections of the account",
                            Sighting.AccountSighting::connections),
                    new AccountFigure(
                            "total_conn_count",
                            Kind.GAUGE,
                            "Open connections of the account",
                            Sighting.AccountSighting::connections),
                    new AccountFigure(
                            "leaf_count", Kind.GAUGE, "Leaf nodes of the account", any -> 0),
                    new AccountFigure(
                            "sub_count",
                            Kind.GAUGE,
                            "Subscriptions of the account",
                            Sighting.AccountSighting::subscriptions),
                    new AccountFigure(
                            "slow_consumer_count",
                            Kind.GAUGE,
                            "Connections of the account that were closed as slow",
                            Sighting.AccountSighting::slowConsumers),
                    new AccountFigure(
                            "bytes_sent",
                            Kind.COUNTER,
                            "Bytes sent to the account's connections",
                            Sighting.AccountSighting::outBytes),
                    new AccountFigure(
                            "bytes_recv",
                            Kind.COUNTER,
                            "Bytes received from the account's connections",
                            Sighting.AccountSighting::inBytes),
                    new AccountFigure(
                            "msgs_sent",
                            Kind.COUNTER,
                            "Messages sent to the account's connections",
                            Sighting.AccountSighting::outMessages),
                    new AccountFigure(
                            "msgs_recv",
                            Kind.COUNTER,
                            "Messages received from the account's connections",
                            Sighting.AccountSighting::inMessages));

    private void accounts(Exposition out) throws IOException {
        gauge(out, "account_count", "Accounts", Labels.NONE, seen.accounts().size());
        for (AccountFigure figure : ACCOUNT) {
            out.family(CORE + "account_" + figure.name, figure.kind, figure.help);
            for (Sighting.AccountSighting account : seen.accounts()) {
                out.sample(
                        server.with("account", account.name(), "account_name", account.name()),
                        figure.figure.applyAsDouble(account));
            }
        }
    }

    private record StoreFigure(String name, String help, ToDoubleFunction<AccountView> figure) {}

    private static final List<StoreFigure> STORE =
            List.of(
                    new StoreFigure(
                            "memory_used",
                            "Bytes that the account holds in memory",
                            AccountView::memoryBytes),
                    new StoreFigure(
                            "storage_used",
                            "Bytes that the account holds on disk",
                            AccountView::storageBytes),
                    new StoreFigure(
                            "memory_reserved",
                            "Bytes that the account may hold in memory; 0 for no limit",
                            account -> Math.max(0, account.maxMemory())),
                    new StoreFigure(
                            "storage_reserved",
                            "Bytes that the account may hold on disk; 0 for no limit",
                            account -> Math.max(0, account.maxStorage())));

    private void jetStreamAccounts(Exposition out, @Nullable JetStreamView view)
            throws IOException {
        out.family(
                CORE + "account_jetstream_enabled",
                Kind.GAUGE,
                "Whether the account has JetStream");
        for (Sighting.AccountSighting account : seen.accounts()) {
            out.sample(account(account.name()), account.jetstream() ? 1 : 0);
        }
        if (view == null) {
            return;
        }
        for (StoreFigure figure : STORE) {
            out.family(CORE + "account_jetstream_" + figure.name, Kind.GAUGE, figure.help);
            for (AccountView account : view.accounts()) {
                out.sample(account(account.name()), figure.figure.applyAsDouble(account));
            }
        }
        Map<String, Integer> counts = new HashMap<>();
        seen.streams().forEach(stream -> counts.merge(stream.account(), 1, Integer::sum));
        out.family(
                CORE + "account_jetstream_stream_count",
                Kind.GAUGE,
                "Streams of the account that are shown here");
        for (AccountView account : view.accounts()) {
            out.sample(account(account.name()), counts.getOrDefault(account.name(), 0));
        }
    }

    private void streams(Exposition out) throws IOException {
        out.family(
                CORE + "account_jetstream_consumer_count", Kind.GAUGE, "Consumers of the stream");
        for (StreamSighting stream : seen.streams()) {
            out.sample(stream(stream), stream.consumerCount());
        }
        out.family(CORE + "account_jetstream_replica_count", Kind.GAUGE, "Replicas of the stream");
        for (StreamSighting stream : seen.streams()) {
            out.sample(stream(stream), 1);
        }
    }

    private static Labels account(String name) {
        return Labels.of("account", name, "account_name", name);
    }

    private static Labels stream(StreamSighting stream) {
        return account(stream.account()).with("stream", stream.name(), "raft_group", "");
    }

    /* Samples */

    private void gauge(Exposition out, String name, String help, Number value) throws IOException {
        gauge(out, name, help, server, value);
    }

    private void js(Exposition out, String name, String help, Number value) throws IOException {
        gauge(out, "jetstream_" + name, help, jetstream, value);
    }

    private static void gauge(Exposition out, String name, String help, Labels labels, Number value)
            throws IOException {
        out.family(CORE + name, Kind.GAUGE, help).sample(labels, value);
    }

    private static void counter(
            Exposition out, String name, String help, Labels labels, Number value)
            throws IOException {
        out.family(CORE + name, Kind.COUNTER, help).sample(labels, value);
    }
}
