package io.millrace.monitor.metrics;

import io.millrace.broker.ServerIdentity;
import io.millrace.jetstream.AccountView;
import io.millrace.jetstream.JetStreamFigures;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.StreamSighting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The server under the names of nats-surveyor, as far as they are about a server alone. Any thread.
 */
/* Boards for it choose a cluster before they show anything: a server without one says its own name
 * there. */
final class SurveyorFamilies {
    private static final double SECOND = 1e9;
    private static final String CORE = "nats_core_";

    private final Watched watched;
    private final ScrapeCounts scrapes;
    private final CpuUse cpu;
    private final Stem serverStem;
    private final Stem jetStreamStem;
    private final Survey survey;
    private final Counts counts;
    private final JetStream jetStream;
    private final Accounts accounts;
    private final Streams streams;

    SurveyorFamilies(Watched watched, ScrapeCounts scrapes, CpuUse cpu) {
        this.watched = watched;
        this.scrapes = scrapes;
        this.cpu = cpu;
        this.serverStem =
                new Stem(
                        CORE,
                        Labels.of(
                                "server_cluster",
                                watched.cluster(),
                                "server_name",
                                watched.name(),
                                "server_id",
                                watched.id()));
        this.jetStreamStem =
                new Stem(
                        CORE + "jetstream_",
                        Labels.of(
                                "server_id",
                                watched.id(),
                                "server_name",
                                watched.name(),
                                "cluster_name",
                                watched.cluster()));
        this.survey = new Survey();
        this.counts = new Counts();
        this.jetStream = new JetStream();
        this.accounts = new Accounts();
        this.streams = new Streams();
    }

    void write(Exposition out, Sighting seen) {
        survey.write(out);
        counts.write(out, seen);
        jetStream.write(out, seen.view(), seen.figures());
        accounts.write(out, seen);
        streams.write(out, seen.streams());
    }

    /** What the surveyor says of itself. */
    private final class Survey {
        private final Stem stem = new Stem("nats_", Labels.NONE);
        private final Line up = stem.gauge("up", "Whether the server answers");
        private final Line expected =
                stem.gauge("survey_expected_count", "Servers that should answer");
        private final Line surveyed =
                stem.gauge("survey_surveyed_count", "Servers that have answered");
        private final Line reconnects =
                stem.counter("survey_nats_reconnects", "Always 0: nobody connects");
        private final Family duration =
                stem.family(
                        "survey_duration_seconds",
                        Kind.SUMMARY,
                        "Time that answers to scrapes took to make");
        private final Line seconds = duration.first("_sum", Labels.NONE);
        private final Line answers = duration.next("_count", Labels.NONE);

        void write(Exposition out) {
            out.line(up, 1).line(expected, 1).line(surveyed, 1).line(reconnects, 0);
            out.line(seconds, scrapes.seconds()).line(answers, scrapes.count());
        }
    }

    /** The server as a whole. */
    private final class Counts {
        private final Line startTime =
                serverStem.gauge("start_time", "When it began, in nanoseconds since 1970");
        private final Line uptime = serverStem.gauge("uptime", "Seconds since the start");
        private final Line memBytes = serverStem.gauge("mem_bytes", "Bytes of the heap in use");
        private final Line goMemlimitBytes =
                serverStem.gauge("go_memlimit_bytes", "Bytes that the heap may have");
        private final Line coreCount = serverStem.gauge("core_count", "Processors");
        private final Line cpuPercentage =
                serverStem.gauge("cpu_percentage", "Processor time, 100 for one processor");
        private final Line connectionCount =
                serverStem.gauge("connection_count", "Open connections");
        private final Line totalConnectionCount =
                serverStem.counter("total_connection_count", "Connections since the start");
        private final Line activeAccountCount =
                serverStem.gauge("active_account_count", "Accounts with connections");
        private final Line subsCount = serverStem.gauge("subs_count", "Subscriptions");
        private final Line slowConsumerCount =
                serverStem.gauge("slow_consumer_count", "Connections that were closed as slow");
        private final Line rttNanoseconds =
                serverStem.gauge(
                        "rtt_nanoseconds", "Time until the server has answered a question");
        private final Line routeCount = serverStem.gauge("route_count", "Routes");
        private final Line gatewayCount = serverStem.gauge("gateway_count", "Gateways");
        private final Line sentMessagesCount =
                serverStem.counter("sent_msgs_count", "Messages sent");
        private final Line sentBytes = serverStem.counter("sent_bytes", "Bytes of messages sent");
        private final Line recvMessagesCount =
                serverStem.counter("recv_msgs_count", "Messages received");
        private final Line recvBytes =
                serverStem.counter("recv_bytes", "Bytes of messages received");
        private final Line info =
                serverStem
                        .labelled(
                                serverStem.labels().with("server_version", ServerIdentity.VERSION))
                        .gauge("info", "Always 1; what the server is");

        void write(Exposition out, Sighting seen) {
            out.line(startTime, watched.startNanos())
                    .line(uptime, (seen.nowNanos() - watched.startNanos()) / SECOND)
                    .line(memBytes, heapBytes())
                    .line(goMemlimitBytes, Runtime.getRuntime().maxMemory())
                    .line(coreCount, Runtime.getRuntime().availableProcessors())
                    .line(cpuPercentage, cpu.percent())
                    .line(connectionCount, seen.connections().count())
                    .line(totalConnectionCount, seen.server().connectionsTotal())
                    .line(activeAccountCount, activeAccounts(seen))
                    .line(subsCount, seen.server().subscriptions())
                    .line(slowConsumerCount, seen.server().slowConsumers())
                    .line(rttNanoseconds, seen.answerNanos())
                    .line(routeCount, 0)
                    .line(gatewayCount, 0)
                    .line(sentMessagesCount, seen.server().outMessages())
                    .line(sentBytes, seen.server().outBytes())
                    .line(recvMessagesCount, seen.server().inMessages())
                    .line(recvBytes, seen.server().inBytes())
                    .line(info, 1);
        }

        private static long heapBytes() {
            Runtime runtime = Runtime.getRuntime();
            return runtime.totalMemory() - runtime.freeMemory();
        }

        private static long activeAccounts(Sighting seen) {
            long active = 0;
            for (Sighting.AccountSighting account : seen.accounts()) {
                active += account.connections() > 0 ? 1 : 0;
            }
            return active;
        }
    }

    /** JetStream as a whole. */
    private final class JetStream {
        private final Line infoWithout = info(false);
        private final Line infoWith = info(true);
        private final Line enabled = jetStreamStem.gauge("enabled", "Whether there is JetStream");
        private final Line disabled =
                jetStreamStem.gauge("server_jetstream_disabled", "Whether there is no JetStream");
        private final Line filestoreSizeBytes =
                jetStreamStem.gauge("filestore_size_bytes", "Bytes that streams on disk may hold");
        private final Line filestoreUsedBytes =
                jetStreamStem.gauge("filestore_used_bytes", "Bytes that streams on disk hold");
        private final Line filestoreReservedBytes =
                jetStreamStem.gauge(
                        "filestore_reserved_bytes", "Bytes that streams on disk have reserved");
        private final Line memstoreSizeBytes =
                jetStreamStem.gauge("memstore_size_bytes", "Bytes that streams in memory may hold");
        private final Line memstoreUsedBytes =
                jetStreamStem.gauge("memstore_used_bytes", "Bytes that streams in memory hold");
        private final Line memstoreReservedBytes =
                jetStreamStem.gauge(
                        "memstore_reserved_bytes", "Bytes that streams in memory have reserved");
        private final Line accounts = jetStreamStem.gauge("accounts", "Accounts with JetStream");
        private final Line haAssets =
                jetStreamStem.gauge("ha_assets", "Replicated streams and consumers");
        private final Line serverTotalStreams =
                jetStreamStem.gauge("server_total_streams", "Streams");
        private final Line serverTotalConsumers =
                jetStreamStem.gauge("server_total_consumers", "Consumers");
        private final Line serverTotalStreamLeaders =
                jetStreamStem.gauge("server_total_stream_leaders", "Streams that the server leads");
        private final Line serverTotalConsumerLeaders =
                jetStreamStem.gauge(
                        "server_total_consumer_leaders", "Consumers that the server leads");
        private final Line serverTotalMessages =
                jetStreamStem.gauge("server_total_messages", "Messages stored");
        private final Line serverTotalMessageBytes =
                jetStreamStem.gauge("server_total_message_bytes", "Bytes stored");
        private final Line serverMaxMemory =
                jetStreamStem.gauge("server_max_memory", "Bytes that streams in memory may hold");
        private final Line serverMaxStorage =
                jetStreamStem.gauge("server_max_storage", "Bytes that streams on disk may hold");
        private final Line apiRequests =
                jetStreamStem.counter("api_requests", "Requests to the JetStream API");
        private final Line apiErrors =
                jetStreamStem.counter(
                        "api_errors", "Requests to the JetStream API that were refused");
        private final Line apiPending =
                jetStreamStem.gauge("api_pending", "Requests to the JetStream API that wait");

        private Line info(boolean isThere) {
            return jetStreamStem
                    .labelled(
                            Labels.of(
                                    "server_name",
                                    watched.name(),
                                    "server_host",
                                    watched.host(),
                                    "server_id",
                                    watched.id(),
                                    "server_cluster",
                                    watched.cluster(),
                                    "server_domain",
                                    watched.domain().isEmpty() ? "Default" : watched.domain(),
                                    "server_version",
                                    ServerIdentity.VERSION,
                                    "server_jetstream",
                                    Boolean.toString(isThere)))
                    .gauge("info", "Always 1; what the server is");
        }

        void write(
                Exposition out, @Nullable JetStreamView view, @Nullable JetStreamFigures figures) {
            if (view == null || figures == null) {
                out.line(infoWithout, 1).line(enabled, 0).line(disabled, 1);
                return;
            }
            out.line(infoWith, 1)
                    .line(enabled, 1)
                    .line(disabled, 0)
                    .line(filestoreSizeBytes, view.maxStorage())
                    .line(filestoreUsedBytes, view.storageBytes())
                    .line(filestoreReservedBytes, view.reservedStorage())
                    .line(memstoreSizeBytes, view.maxMemory())
                    .line(memstoreUsedBytes, view.memoryBytes())
                    .line(memstoreReservedBytes, view.reservedMemory())
                    .line(accounts, view.accounts().size())
                    .line(haAssets, 0)
                    .line(serverTotalStreams, view.streams())
                    .line(serverTotalConsumers, view.consumers())
                    .line(serverTotalStreamLeaders, view.streams())
                    .line(serverTotalConsumerLeaders, view.consumers())
                    .line(serverTotalMessages, view.messages())
                    .line(serverTotalMessageBytes, view.bytes())
                    .line(serverMaxMemory, view.maxMemory())
                    .line(serverMaxStorage, view.maxStorage())
                    .line(apiRequests, view.requests())
                    .line(apiErrors, view.errors())
                    .line(apiPending, figures.requestsWaiting());
        }
    }

    /** Each account, and what it uses of JetStream. */
    private final class Accounts {
        private final Line count =
                serverStem.labelled(Labels.NONE).gauge("account_count", "Accounts");
        private final Stem stem = new Stem(CORE + "account_", serverStem.labels());
        private final Table<Sighting.AccountSighting> traffic = traffic(stem);
        private final Table<Sighting.AccountSighting> enabled =
                new Table<Sighting.AccountSighting>(stem)
                        .gauge(
                                "jetstream_enabled",
                                "Whether the account has JetStream",
                                account -> account.jetstream() ? 1 : 0);
        private final Table<AccountView> store =
                store(new Stem(stem.name() + "jetstream_", serverStem.labels()));
        private final Family streamCount =
                stem.family(
                        "jetstream_stream_count",
                        Kind.GAUGE,
                        "Streams of the account that are shown here");
        private final Remembered ofServer =
                new Remembered(
                        values ->
                                serverStem
                                        .labels()
                                        .with(
                                                "account",
                                                values.getFirst(),
                                                "account_name",
                                                values.getFirst()));
        private final Remembered ofAll = new Remembered(SurveyorFamilies::account);
        private final Remembered ofStores = new Remembered(SurveyorFamilies::account);

        void write(Exposition out, Sighting seen) {
            List<Sighting.AccountSighting> all = seen.accounts();
            out.line(count, all.size());
            traffic.write(out, all, ofServer.labels(all, account -> List.of(account.name())));
            enabled.write(out, all, ofAll.labels(all, account -> List.of(account.name())));
            JetStreamView view = seen.view();
            if (view != null) {
                stores(out, view.accounts(), seen.streams());
            }
        }

        private void stores(
                Exposition out, List<AccountView> using, List<StreamSighting> streamsSeen) {
            List<Labels> labels = ofStores.labels(using, account -> List.of(account.name()));
            store.write(out, using, labels);
            Map<String, Integer> shown = new HashMap<>();
            streamsSeen.forEach(stream -> shown.merge(stream.account(), 1, Integer::sum));
            out.family(streamCount);
            for (int i = 0; i < using.size(); i++) {
                out.sample(labels.get(i), shown.getOrDefault(using.get(i).name(), 0));
            }
        }
    }

    /** Each stream. */
    private static final class Streams {
        private final Table<StreamSighting> table =
                new Table<StreamSighting>(new Stem(CORE + "account_jetstream_", Labels.NONE))
                        .gauge(
                                "consumer_count",
                                "Consumers of the stream",
                                StreamSighting::consumerCount)
                        .gauge("replica_count", "Replicas of the stream", any -> 1);
        private final Remembered labels =
                new Remembered(
                        values -> account(values).with("stream", values.get(1), "raft_group", ""));

        void write(Exposition out, List<StreamSighting> streams) {
            table.write(
                    out,
                    streams,
                    labels.labels(streams, stream -> List.of(stream.account(), stream.name())));
        }
    }

    private static Labels account(List<String> values) {
        String name = values.getFirst();
        return Labels.of("account", name, "account_name", name);
    }

    private static Table<Sighting.AccountSighting> traffic(Stem stem) {
        return new Table<Sighting.AccountSighting>(stem)
                .gauge(
                        "conn_count",
                        "Open client connections of the account",
                        Sighting.AccountSighting::connections)
                .gauge(
                        "total_conn_count",
                        "Open connections of the account",
                        Sighting.AccountSighting::connections)
                .gauge("leaf_count", "Leaf nodes of the account", any -> 0)
                .gauge(
                        "sub_count",
                        "Subscriptions of the account",
                        Sighting.AccountSighting::subscriptions)
                .gauge(
                        "slow_consumer_count",
                        "Connections of the account that were closed as slow",
                        Sighting.AccountSighting::slowConsumers)
                .counter(
                        "bytes_sent",
                        "Bytes sent to the account's connections",
                        Sighting.AccountSighting::outBytes)
                .counter(
                        "bytes_recv",
                        "Bytes received from the account's connections",
                        Sighting.AccountSighting::inBytes)
                .counter(
                        "msgs_sent",
                        "Messages sent to the account's connections",
                        Sighting.AccountSighting::outMessages)
                .counter(
                        "msgs_recv",
                        "Messages received from the account's connections",
                        Sighting.AccountSighting::inMessages);
    }

    private static Table<AccountView> store(Stem stem) {
        return new Table<AccountView>(stem)
                .gauge(
                        "memory_used",
                        "Bytes that the account holds in memory",
                        AccountView::memoryBytes)
                .gauge(
                        "storage_used",
                        "Bytes that the account holds on disk",
                        AccountView::storageBytes)
                .gauge(
                        "memory_reserved",
                        "Bytes that the account may hold in memory; 0 for no limit",
                        account -> Math.max(0, account.maxMemory()))
                .gauge(
                        "storage_reserved",
                        "Bytes that the account may hold on disk; 0 for no limit",
                        account -> Math.max(0, account.maxStorage()));
    }
}
