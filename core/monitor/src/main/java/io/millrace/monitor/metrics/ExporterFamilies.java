package io.millrace.monitor.metrics;

import io.millrace.broker.ConnectionInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The server itself under the names of prometheus-nats-exporter, with the prefix that it was
 * started with.
 */
final class ExporterFamilies {
    private static final double MILLION = 1e6;
    private static final double THOUSAND = 1e3;

    /** How many connections the page that the exporter reads shows at most. */
    private static final int CONNZ_LIMIT = 1024;

    private final String prefix;
    private final Sighting seen;
    private final Labels server;

    /**
     * @param prefix "gnatsd" where nobody has set another
     */
    ExporterFamilies(String prefix, Sighting seen) {
        this.prefix = prefix;
        this.seen = seen;
        this.server = Labels.of("server_id", seen.serverId());
    }

    void write(Exposition out) throws IOException {
        page(out, seen.varz());
        page(out, seen.subsz());
        page(out, seen.routez());
        health(out);
        connections(out);
        accounts(out);
        out.family(prefix + "_leafz_conn_nodes_total", Kind.GAUGE, "Connections of leaf nodes")
                .sample(server, 0);
    }

    private void page(Exposition out, List<Flattened.Figure> figures) throws IOException {
        for (Flattened.Figure figure : figures) {
            String text = figure.text();
            out.family(figure.place().family(prefix))
                    .sample(text == null ? server : server.with("value", text), figure.value());
        }
    }

    private void health(Exposition out) throws IOException {
        for (Sighting.Health health : seen.health()) {
            String name = prefix + "_" + health.endpoint();
            out.family(name + "_status", Kind.GAUGE, "Whether a check of the health fails")
                    .sample(server, health.isWell() ? 0 : 1);
            out.family(name + "_status_value", Kind.GAUGE, "Whether a check of the health succeeds")
                    .sample(server.with("value", health.status()), health.isWell() ? 1 : 0);
        }
    }

    /* Connections */

    private record Total(
            String name,
            Kind kind,
            String help,
            ToDoubleFunction<Sighting.Connections> total,
            ToDoubleFunction<ConnectionInfo> one) {}

    private static final List<Total> TOTALS =
            List.of(
                    new Total(
                            "pending_bytes",
                            Kind.GAUGE,
                            "Bytes that wait for clients to read them",
                            Sighting.Connections::pendingBytes,
                            ConnectionInfo::pendingBytes),
                    new Total(
                            "subscriptions",
                            Kind.GAUGE,
                            "Subscriptions of open connections",
                            Sighting.Connections::subscriptions,
                            ConnectionInfo::subscriptionCount),
                    new Total(
                            "in_bytes",
                            Kind.COUNTER,
                            "Bytes of messages from the connections that are open",
                            Sighting.Connections::inBytes,
                            ConnectionInfo::inBytes),
                    new Total(
                            "out_bytes",
                            Kind.COUNTER,
                            "Bytes of messages to the connections that are open",
                            Sighting.Connections::outBytes,
                            ConnectionInfo::outBytes),
                    new Total(
                            "in_msgs",
                            Kind.COUNTER,
                            "Messages from the connections that are open",
                            Sighting.Connections::inMessages,
                            ConnectionInfo::inMessages),
                    new Total(
                            "out_msgs",
                            Kind.COUNTER,
                            "Messages to the connections that are open",
                            Sighting.Connections::outMessages,
                            ConnectionInfo::outMessages));

    private void connections(Exposition out) throws IOException {
        Sighting.Connections all = seen.connections();
        String connz = prefix + "_connz_";
        out.family(connz + "num_connections", Kind.GAUGE, "Connections that are counted here")
                .sample(server, all.count());
        out.family(connz + "total", Kind.GAUGE, "Open connections").sample(server, all.count());
        out.family(connz + "offset", Kind.GAUGE, "Where a page of connections begins")
                .sample(server, 0);
        out.family(connz + "limit", Kind.GAUGE, "How many connections a page has at most")
                .sample(server, CONNZ_LIMIT);
        List<Labels> each = new ArrayList<>();
        for (ConnectionInfo info : seen.detailed()) {
            each.add(labels(info));
        }
        for (Total total : TOTALS) {
            out.family(connz + total.name, total.kind, total.help)
                    .sample(server, total.total.applyAsDouble(all));
            samples(out, each, total.one);
        }
        if (!each.isEmpty()) {
            times(out, connz, each);
        }
    }

    private void times(Exposition out, String connz, List<Labels> each) throws IOException {
        long now = seen.nowNanos();
        out.family(connz + "start", Kind.UNTYPED, "When it began, in milliseconds since 1970");
        samples(out, each, info -> Math.floor(info.startEpochNanos() / MILLION));
        out.family(
                connz + "last_activity",
                Kind.UNTYPED,
                "When it last did something, in milliseconds since 1970");
        samples(out, each, info -> Math.floor(info.lastActivityEpochNanos() / MILLION));
        out.family(connz + "rtt", Kind.GAUGE, "Time to the client and back, in microseconds");
        samples(out, each, info -> Math.floor(info.roundTripNanos() / THOUSAND));
        out.family(connz + "uptime", Kind.UNTYPED, "How long it has been open, in milliseconds");
        samples(out, each, info -> Math.floor((now - info.startEpochNanos()) / MILLION));
        out.family(connz + "idle", Kind.GAUGE, "How long nothing has come, in milliseconds");
        samples(
                out,
                each,
                info -> Math.max(0, Math.floor((now - info.lastActivityEpochNanos()) / MILLION)));
    }

    private void samples(Exposition out, List<Labels> each, ToDoubleFunction<ConnectionInfo> figure)
            throws IOException {
        for (int i = 0; i < each.size(); i++) {
            out.sample(each.get(i), figure.applyAsDouble(seen.detailed().get(i)));
        }
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

    private static String text(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }

    /* Accounts */

    private record AccountFigure(
            String name, String help, ToDoubleFunction<Sighting.AccountSighting> figure) {}

    private static final List<AccountFigure> ACCSTATZ =
            List.of(
                    new AccountFigure(
                            "current_connections",
                            "Open connections of the account",
                            Sighting.AccountSighting::connections),
                    new AccountFigure(
                            "total_connections",
                            "Connections of the account since the start",
                            Sighting.AccountSighting::connectionsTotal),
                    new AccountFigure(
                            "subscriptions",
                            "Subscriptions of the account",
                            Sighting.AccountSighting::subscriptions),
                    new AccountFigure("leaf_nodes", "Leaf nodes of the account", any -> 0),
                    new AccountFigure(
                            "sent_messages",
                            "Messages sent to the account's connections",
                            Sighting.AccountSighting::outMessages),
                    new AccountFigure(
                            "sent_bytes",
                            "Bytes sent to the account's connections",
                            Sighting.AccountSighting::outBytes),
                    new AccountFigure(
                            "received_messages",
                            "Messages received from the account's connections",
                            Sighting.AccountSighting::inMessages),
                    new AccountFigure(
                            "received_bytes",
                            "Bytes received from the account's connections",
                            Sighting.AccountSighting::inBytes),
                    new AccountFigure(
                            "slow_consumers",
                            "Connections of the account that were closed as slow",
                            Sighting.AccountSighting::slowConsumers));

    private static final List<AccountFigure> ACCOUNTZ =
            List.of(
                    new AccountFigure(
                            "client_connections",
                            "Open client connections of the account",
                            Sighting.AccountSighting::connections),
                    new AccountFigure(
                            "leafnode_connections",
                            "Open connections of leaf nodes of the account",
                            any -> 0),
                    new AccountFigure(
                            "subscriptions",
                            "Subscriptions of the account",
                            Sighting.AccountSighting::subscriptions),
                    new AccountFigure(
                            "is_system",
                            "Whether it is the system account",
                            account -> account.system() ? 1 : 0),
                    new AccountFigure("expired", "Whether the account has expired", any -> 0),
                    new AccountFigure(
                            "complete", "Whether everything about the account is known", any -> 1),
                    new AccountFigure(
                            "jetstream_enabled",
                            "Whether the account has JetStream",
                            account -> account.jetstream() ? 1 : 0));

    private void accounts(Exposition out) throws IOException {
        List<Labels> accstatz = new ArrayList<>();
        List<Labels> accountz = new ArrayList<>();
        for (Sighting.AccountSighting account : seen.accounts()) {
            String name = account.name();
            accstatz.add(server.with("account", name, "account_id", name, "account_name", name));
            accountz.add(server.with("account_id", name, "account_name", name));
        }
        accounts(out, "accstatz", ACCSTATZ, accstatz);
        accounts(out, "accountz", ACCOUNTZ, accountz);
    }

    private void accounts(
            Exposition out, String page, List<AccountFigure> figures, List<Labels> labels)
            throws IOException {
        for (AccountFigure figure : figures) {
            out.family(prefix + "_" + page + "_" + figure.name, Kind.GAUGE, figure.help);
            for (int i = 0; i < labels.size(); i++) {
                out.sample(labels.get(i), figure.figure.applyAsDouble(seen.accounts().get(i)));
            }
        }
    }
}
