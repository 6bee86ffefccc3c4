package io.millrace.monitor.metrics;

import io.millrace.broker.ServerIdentity;
import io.millrace.jetstream.AccountView;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
    private final double cpuPercent;
    private final Labels server;
    private final Labels jetstream;

    /**
     * @param cpuPercent how busy the process is, 100 for one processor
     */
    SurveyorFamilies(Sighting seen, ScrapeCounts scrapes, double cpuPercent) {
        this.seen = seen;
        this.scrapes = scrapes;
        this.cpuPercent = cpuPercent;
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
        write(out, SERVER, server, this);
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
            write(out, JETSTREAM, jetstream, view);
            gauge(
                    out,
                    "jetstream_api_pending",
                    "Requests to the JetStream API that wait",
                    jetstream,
                    figures.requestsWaiting());
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

    /** A family of one sample. */
    private record Row<T>(String name, Kind kind, String help, Function<T, Number> value) {
        void write(Exposition out, Labels labels, T of) throws IOException {
            out.family(CORE + name, kind, help).sample(labels, value.apply(of));
        }
    }

    private static <T> Row<T> gauge(String name, String help, Function<T, Number> value) {
        return new Row<>(name, Kind.GAUGE, help, value);
    }

    private static <T> Row<T> counter(String name, String help, Function<T, Number> value) {
        return new Row<>(name, Kind.COUNTER, help, value);
    }

    private static <T> void write(Exposition out, List<Row<T>> rows, Labels labels, T of)
            throws IOException {
        for (Row<T> row : rows) {
            row.write(out, labels, of);
        }
    }

    private static final List<Row<SurveyorFamilies>> SERVER =
            List.of(
                    gauge(
                            "start_time",
                            "When it began, in nanoseconds since 1970",
                            now -> now.seen.startNanos()),
                    gauge(
                            "uptime",
                            "Seconds since the start",
                            now -> (now.seen.nowNanos() - now.seen.startNanos()) / SECOND),
                    gauge("mem_bytes", "Bytes of the heap in use", now -> heapBytes()),
                    gauge(
                            "go_memlimit_bytes",
                            "Bytes that the heap may have",
                            now -> Runtime.getRuntime().maxMemory()),
                    gauge(
                            "core_count",
                            "Processors",
                            now -> Runtime.getRuntime().availableProcessors()),
                    gauge(
                            "cpu_percentage",
                            "Processor time, 100 for one processor",
                            now -> now.cpuPercent),
                    gauge(
                            "connection_count",
                            "Open connections",
                            now -> now.seen.connections().count()),
                    counter(
                            "total_connection_count",
                            "Connections since the start",
                            now -> now.seen.server().connectionsTotal()),
                    gauge(
                            "active_account_count",
                            "Accounts with connections",
                            SurveyorFamilies::activeAccounts),
                    gauge("subs_count", "Subscriptions", now -> now.seen.server().subscriptions()),
                    gauge(
                            "slow_consumer_count",
                            "Connections that were closed as slow",
                            now -> now.seen.server().slowConsumers()),
                    gauge(
                            "rtt_nanoseconds",
                            "Time until the server has answered a question",
                            now -> now.seen.answerNanos()),
                    gauge("route_count", "Routes", now -> 0),
                    gauge("gateway_count", "Gateways", now -> 0),
                    counter(
                            "sent_msgs_count",
                            "Messages sent",
                            now -> now.seen.server().outMessages()),
                    counter(
                            "sent_bytes",
                            "Bytes of messages sent",
                            now -> now.seen.server().outBytes()),
                    counter(
                            "recv_msgs_count",
                            "Messages received",
                            now -> now.seen.server().inMessages()),
                    counter(
                            "recv_bytes",
                            "Bytes of messages received",
                            now -> now.seen.server().inBytes()));

    private static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private long activeAccounts() {
        long active = 0;
        for (Sighting.AccountSighting account : seen.accounts()) {
            active += account.connections() > 0 ? 1 : 0;
        }
        return active;
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

    private static final List<Row<JetStreamView>> JETSTREAM =
            List.of(
                    gauge(
                            "jetstream_filestore_size_bytes",
                            "Bytes that streams on disk may hold",
                            JetStreamView::maxStorage),
                    gauge(
                            "jetstream_filestore_used_bytes",
                            "Bytes that streams on disk hold",
                            JetStreamView::storageBytes),
                    gauge(
                            "jetstream_filestore_reserved_bytes",
                            "Bytes that streams on disk have reserved",
                            JetStreamView::reservedStorage),
                    gauge(
                            "jetstream_memstore_size_bytes",
                            "Bytes that streams in memory may hold",
                            JetStreamView::maxMemory),
                    gauge(
                            "jetstream_memstore_used_bytes",
                            "Bytes that streams in memory hold",
                            JetStreamView::memoryBytes),
                    gauge(
                            "jetstream_memstore_reserved_bytes",
                            "Bytes that streams in memory have reserved",
                            JetStreamView::reservedMemory),
                    gauge(
                            "jetstream_accounts",
                            "Accounts with JetStream",
                            view -> view.accounts().size()),
                    gauge("jetstream_ha_assets", "Replicated streams and consumers", view -> 0),
                    gauge("jetstream_server_total_streams", "Streams", JetStreamView::streams),
                    gauge(
                            "jetstream_server_total_consumers",
                            "Consumers",
                            JetStreamView::consumers),
                    gauge(
                            "jetstream_server_total_stream_leaders",
                            "Streams that the server leads",
                            JetStreamView::streams),
                    gauge(
                            "jetstream_server_total_consumer_leaders",
                            "Consumers that the server leads",
                            JetStreamView::consumers),
                    gauge(
                            "jetstream_server_total_messages",
                            "Messages stored",
                            JetStreamView::messages),
                    gauge(
                            "jetstream_server_total_message_bytes",
                            "Bytes stored",
                            JetStreamView::bytes),
                    gauge(
                            "jetstream_server_max_memory",
                            "Bytes that streams in memory may hold",
                            JetStreamView::maxMemory),
                    gauge(
                            "jetstream_server_max_storage",
                            "Bytes that streams on disk may hold",
                            JetStreamView::maxStorage),
                    counter(
                            "jetstream_api_requests",
                            "Requests to the JetStream API",
                            JetStreamView::requests),
                    counter(
                            "jetstream_api_errors",
                            "Requests to the JetStream API that were refused",
                            JetStreamView::errors));

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
        List<Labels> labels = new ArrayList<>();
        for (Sighting.AccountSighting account : seen.accounts()) {
            labels.add(server.with("account", account.name(), "account_name", account.name()));
        }
        for (AccountFigure figure : ACCOUNT) {
            out.family(CORE + "account_" + figure.name, figure.kind, figure.help);
            for (int i = 0; i < labels.size(); i++) {
                out.sample(labels.get(i), figure.figure.applyAsDouble(seen.accounts().get(i)));
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
        List<AccountView> accounts = List.copyOf(view.accounts());
        List<Labels> labels = new ArrayList<>();
        accounts.forEach(account -> labels.add(account(account.name())));
        for (StoreFigure figure : STORE) {
            out.family(CORE + "account_jetstream_" + figure.name, Kind.GAUGE, figure.help);
            for (int i = 0; i < labels.size(); i++) {
                out.sample(labels.get(i), figure.figure.applyAsDouble(accounts.get(i)));
            }
        }
        Map<String, Integer> counts = new HashMap<>();
        seen.streams().forEach(stream -> counts.merge(stream.account(), 1, Integer::sum));
        out.family(
                CORE + "account_jetstream_stream_count",
                Kind.GAUGE,
                "Streams of the account that are shown here");
        for (int i = 0; i < labels.size(); i++) {
            out.sample(labels.get(i), counts.getOrDefault(accounts.get(i).name(), 0));
        }
    }

    private void streams(Exposition out) throws IOException {
        List<Labels> labels = new ArrayList<>();
        seen.streams().forEach(stream -> labels.add(stream(stream)));
        out.family(
                CORE + "account_jetstream_consumer_count", Kind.GAUGE, "Consumers of the stream");
        for (int i = 0; i < labels.size(); i++) {
            out.sample(labels.get(i), seen.streams().get(i).consumerCount());
        }
        out.family(CORE + "account_jetstream_replica_count", Kind.GAUGE, "Replicas of the stream");
        for (Labels stream : labels) {
            out.sample(stream, 1);
        }
    }

    private static Labels account(String name) {
        return Labels.of("account", name, "account_name", name);
    }

    private static Labels stream(StreamSighting stream) {
        return account(stream.account()).with("stream", stream.name(), "raft_group", "");
    }

    private static void gauge(Exposition out, String name, String help, Labels labels, Number value)
            throws IOException {
        out.family(CORE + name, Kind.GAUGE, help).sample(labels, value);
    }
}
