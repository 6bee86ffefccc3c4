package io.millrace.monitor.metrics;

import io.millrace.broker.ConnectionInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The server itself under the names of prometheus-nats-exporter, with the prefix that it was
 * started with. Any thread.
 */
final class ExporterFamilies {
    private static final double MILLION = 1e6;
    private static final double THOUSAND = 1e3;

    /** How many connections the page that the exporter reads shows at most. */
    private static final int CONNZ_LIMIT = 1024;

    private final Exporter exporter;
    private final Labels server;
    private final List<Health> health;

    private final Line connections;
    private final Line total;
    private final Line offset;
    private final Line limit;
    private final Family pendingBytes;
    private final Family subscriptions;
    private final Family inBytes;
    private final Family outBytes;
    private final Family inMessages;
    private final Family outMessages;
    private final Table<Moment> moments;

    private final Remembered ofAccstatz;
    private final Remembered ofAccountz;
    private final Table<Sighting.AccountSighting> accstatz;
    private final Table<Sighting.AccountSighting> accountz;
    private final Line leafNodes;

    ExporterFamilies(Exporter exporter, Watched watched) {
        this.exporter = exporter;
        this.server = Labels.of("server_id", watched.id());
        Stem stem = new Stem(exporter.prefix() + "_", server);
        this.health =
                List.of(
                        new Health(stem, "healthz"),
                        new Health(stem, "healthz_js_enabled_only"),
                        new Health(stem, "healthz_js_server_only"));

        Stem connz = new Stem(stem.name() + "connz_", server);
        this.connections = connz.gauge("num_connections", "Connections that are counted here");
        this.total = connz.gauge("total", "Open connections");
        this.offset = connz.gauge("offset", "Where a page of connections begins");
        this.limit = connz.gauge("limit", "How many connections a page has at most");
        this.pendingBytes =
                connz.family(
                        "pending_bytes", Kind.GAUGE, "Bytes that wait for clients to read them");
        this.subscriptions =
                connz.family("subscriptions", Kind.GAUGE, "Subscriptions of open connections");
        this.inBytes =
                connz.family(
                        "in_bytes",
                        Kind.COUNTER,
                        "Bytes of messages from the connections that are open");
        this.outBytes =
                connz.family(
                        "out_bytes",
                        Kind.COUNTER,
                        "Bytes of messages to the connections that are open");
        this.inMessages =
                connz.family(
                        "in_msgs", Kind.COUNTER, "Messages from the connections that are open");
        this.outMessages =
                connz.family("out_msgs", Kind.COUNTER, "Messages to the connections that are open");
        this.moments = moments(connz);

        this.ofAccstatz =
                new Remembered(
                        values -> {
                            String name = values.getFirst();
                            return server.with(
                                    "account", name, "account_id", name, "account_name", name);
                        });
        this.ofAccountz =
                new Remembered(
                        values -> {
                            String name = values.getFirst();
                            return server.with("account_id", name, "account_name", name);
                        });
        this.accstatz = accstatz(new Stem(stem.name() + "accstatz_", server));
        this.accountz = accountz(new Stem(stem.name() + "accountz_", server));
        this.leafNodes = stem.gauge("leafz_conn_nodes_total", "Connections of leaf nodes");
    }

    void write(Exposition out, Sighting seen) {
        page(out, seen.varz());
        page(out, seen.subsz());
        page(out, seen.routez());
        JsonPages.Wellness wellness = seen.wellness();
        if (wellness != null) {
            health.get(0).write(out, wellness.everything());
            health.get(1).write(out, wellness.ofServer());
            health.get(2).write(out, wellness.ofServer());
        }
        connections(out, seen);
        accstatz.write(out, seen.accounts(), labels(ofAccstatz, seen));
        accountz.write(out, seen.accounts(), labels(ofAccountz, seen));
        out.line(leafNodes, 0);
    }

    private void page(Exposition out, List<Flattened.Figure> figures) {
        for (int i = 0; i < figures.size(); i++) {
            Flattened.Figure figure = figures.get(i);
            out.line(figure.line(exporter), figure.value());
        }
    }

    private static List<Labels> labels(Remembered memory, Sighting seen) {
        return memory.labels(seen.accounts(), account -> List.of(account.name()));
    }

    /** What one variant of the health page says. */
    private static final class Health {
        private final Line fails;
        private final Line succeeds;
        private final Line succeedsNot;

        Health(Stem stem, String endpoint) {
            Family value =
                    stem.family(
                            endpoint + "_status_value",
                            Kind.GAUGE,
                            "Whether a check of the health succeeds");
            this.fails = stem.gauge(endpoint + "_status", "Whether a check of the health fails");
            this.succeeds = value.first("", stem.labels().with("value", "ok"));
            this.succeedsNot = value.first("", stem.labels().with("value", "error"));
        }

        void write(Exposition out, boolean isWell) {
            out.line(fails, isWell ? 0 : 1).line(isWell ? succeeds : succeedsNot, isWell ? 1 : 0);
        }
    }

    /* Connections */

    private void connections(Exposition out, Sighting seen) {
        Sighting.Connections all = seen.connections();
        out.line(connections, all.count()).line(total, all.count());
        out.line(offset, 0).line(limit, CONNZ_LIMIT);
        List<ConnectionInfo> detailed = seen.detailed();
        List<Labels> each = new ArrayList<>(detailed.size());
        for (int i = 0; i < detailed.size(); i++) {
            each.add(labels(detailed.get(i)));
        }
        total(out, pendingBytes, all.pendingBytes());
        samples(out, each, detailed, ConnectionInfo::pendingBytes);
        total(out, subscriptions, all.subscriptions());
        samples(out, each, detailed, ConnectionInfo::subscriptionCount);
        total(out, inBytes, all.inBytes());
        samples(out, each, detailed, ConnectionInfo::inBytes);
        total(out, outBytes, all.outBytes());
        samples(out, each, detailed, ConnectionInfo::outBytes);
        total(out, inMessages, all.inMessages());
        samples(out, each, detailed, ConnectionInfo::inMessages);
        total(out, outMessages, all.outMessages());
        samples(out, each, detailed, ConnectionInfo::outMessages);
        if (!each.isEmpty()) {
            List<Moment> now = new ArrayList<>(detailed.size());
            detailed.forEach(info -> now.add(new Moment(info, seen.nowNanos())));
            moments.write(out, now, each);
        }
    }

    private void total(Exposition out, Family family, long value) {
        out.family(family).sample(server, (double) value);
    }

    private static void samples(
            Exposition out,
            List<Labels> each,
            List<ConnectionInfo> detailed,
            ToDoubleFunction<ConnectionInfo> figure) {
        for (int i = 0; i < each.size(); i++) {
            out.sample(each.get(i), figure.applyAsDouble(detailed.get(i)));
        }
    }

    /** A connection at some time. */
    private record Moment(ConnectionInfo info, long nanos) {
        double uptimeMillis() {
            return Math.floor((nanos - info.startEpochNanos()) / MILLION);
        }

        double idleMillis() {
            return Math.max(0, Math.floor((nanos - info.lastActivityEpochNanos()) / MILLION));
        }
    }

    private static Table<Moment> moments(Stem connz) {
        return new Table<Moment>(connz)
                .with(
                        "start",
                        Kind.UNTYPED,
                        "When it began, in milliseconds since 1970",
                        now -> Math.floor(now.info.startEpochNanos() / MILLION))
                .with(
                        "last_activity",
                        Kind.UNTYPED,
                        "When it last did something, in milliseconds since 1970",
                        now -> Math.floor(now.info.lastActivityEpochNanos() / MILLION))
                .gauge(
                        "rtt",
                        "Time to the client and back, in microseconds",
                        now -> Math.floor(now.info.roundTripNanos() / THOUSAND))
                .with(
                        "uptime",
                        Kind.UNTYPED,
                        "How long it has been open, in milliseconds",
                        Moment::uptimeMillis)
                .gauge("idle", "How long nothing has come, in milliseconds", Moment::idleMillis);
    }

    private Labels labels(ConnectionInfo info) {
        return server.with(
                "cid",
                Long.toString(info.id()),
                "kind",
                "Client",
                "type",
                "nats",
                "ip",
                info.host(),
                "port",
                Integer.toString(info.port()),
                "name",
                Labels.shortened(text(info.options().name())),
                "name_tag",
                info.account(),
                "account",
                info.account(),
                "account_id",
                info.account(),
                "lang",
                Labels.shortened(text(info.options().lang())),
                "version",
                Labels.shortened(text(info.options().version())),
                "tls_version",
                text(info.tlsVersion()),
                "tls_cipher_suite",
                text(info.tlsCipher()));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }

    /* Accounts */

    private static Table<Sighting.AccountSighting> accstatz(Stem stem) {
        return new Table<Sighting.AccountSighting>(stem)
                .gauge(
                        "current_connections",
                        "Open connections of the account",
                        Sighting.AccountSighting::connections)
                .gauge(
                        "total_connections",
                        "Connections of the account since the start",
                        Sighting.AccountSighting::connectionsTotal)
                .gauge(
                        "subscriptions",
                        "Subscriptions of the account",
                        Sighting.AccountSighting::subscriptions)
                .gauge("leaf_nodes", "Leaf nodes of the account", any -> 0)
                .gauge(
                        "sent_messages",
                        "Messages sent to the account's connections",
                        Sighting.AccountSighting::outMessages)
                .gauge(
                        "sent_bytes",
                        "Bytes sent to the account's connections",
                        Sighting.AccountSighting::outBytes)
                .gauge(
                        "received_messages",
                        "Messages received from the account's connections",
                        Sighting.AccountSighting::inMessages)
                .gauge(
                        "received_bytes",
                        "Bytes received from the account's connections",
                        Sighting.AccountSighting::inBytes)
                .gauge(
                        "slow_consumers",
                        "Connections of the account that were closed as slow",
                        Sighting.AccountSighting::slowConsumers);
    }

    private static Table<Sighting.AccountSighting> accountz(Stem stem) {
        return new Table<Sighting.AccountSighting>(stem)
                .gauge(
                        "client_connections",
                        "Open client connections of the account",
                        Sighting.AccountSighting::connections)
                .gauge(
                        "leafnode_connections",
                        "Open connections of leaf nodes of the account",
                        any -> 0)
                .gauge(
                        "subscriptions",
                        "Subscriptions of the account",
                        Sighting.AccountSighting::subscriptions)
                .gauge(
                        "is_system",
                        "Whether it is the system account",
                        account -> account.system() ? 1 : 0)
                .gauge("expired", "Whether the account has expired", any -> 0)
                .gauge("complete", "Whether everything about the account is known", any -> 1)
                .gauge(
                        "jetstream_enabled",
                        "Whether the account has JetStream",
                        account -> account.jetstream() ? 1 : 0);
    }
}
