package io.millrace.monitor;

import io.millrace.auth.SubjectSet;
import io.millrace.broker.Account;
import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.PeerCertificate;
import io.millrace.broker.Server;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** /connz: the connections, open or ended. Any thread but the loop's. */
final class ConnzPage {
    private static final int LIMIT = 1024;

    private final Server server;

    ConnzPage(Server server) {
        this.server = server;
    }

    /** Which connections by their state. */
    enum State {
        OPEN,
        CLOSED,
        ALL
    }

    /** What was asked for, checked. */
    record Selection(
            State state,
            String sort,
            boolean list,
            boolean detail,
            boolean auth,
            int offset,
            int limit,
            long cid,
            String account,
            String user,
            String mqttClient,
            String filter) {

        static Selection of(Query query) {
            boolean auth = query.flag("auth");
            boolean detail = query.text("subs").equalsIgnoreCase("detail");
            boolean list = !detail && query.flag("subs");
            int offset = query.number("offset", 0);
            int limit = query.limit(LIMIT);
            long cid = query.unsigned("cid");
            State state = stateNamed(query.text("state"));
            return new Selection(
                    state,
                    query.text("sort"),
                    list,
                    detail,
                    auth,
                    cid == 0 ? offset : 0,
                    cid == 0 ? limit : 1,
                    cid,
                    query.text("acc"),
                    query.text("user"),
                    query.text("mqtt_client"),
                    "");
        }

        /** Only those who listen where {@code subject} is heard; a request may ask for that. */
        Selection hearing(String subject) {
            if (!subject.isEmpty() && account.isEmpty()) {
                throw new BadQuery("filter by subject only valid with account filtering");
            }
            return new Selection(
                    state,
                    sort,
                    list,
                    detail,
                    auth,
                    offset,
                    limit,
                    cid,
                    account,
                    user,
                    mqttClient,
                    subject);
        }

        boolean wantsSubscriptions() {
            return list || detail || !filter.isEmpty();
        }

        private boolean admits(ConnectionInfo info) {
            return (cid == 0 || info.id() == cid)
                    && (user.isEmpty() || user.equals(info.userName()))
                    && mqttClient.isEmpty()
                    && (filter.isEmpty()
                            || info.subscriptions().stream()
                                    .anyMatch(s -> SubjectSet.isSubset(filter, s.subject())));
        }
    }

    /** Writes the fields. */
    void write(JsonPage page, Selection wanted) {
        long now = server.clock().epochNanos();
        Comparator<ConnectionInfo> order = orderNamed(wanted.sort(), wanted.state());
        boolean unknown =
                !wanted.account().isEmpty()
                        && server.<@Nullable Account>ask(
                                        () -> server.accounts().find(wanted.account()))
                                == null;
        List<ConnectionInfo> all = unknown ? List.of() : candidates(wanted);
        List<ConnectionInfo> found = new ArrayList<>(all);
        found.removeIf(info -> !wanted.admits(info));
        found.sort(order);
        int from = Math.min(wanted.offset(), found.size());
        int to = (int) Math.min(found.size(), (long) from + wanted.limit());
        page.text("server_id", unknown ? "" : server.identity().id())
                .text("now", GoTime.rfc3339(now))
                .number("num_connections", to - from)
                .number("total", all.size())
                .number("offset", wanted.offset())
                .number("limit", wanted.limit());
        if (unknown) {
            page.nothing("connections");
            return;
        }
        page.array("connections");
        for (ConnectionInfo info : found.subList(from, to)) {
            connection(page, info, now, wanted);
        }
        page.endArray();
    }

    private List<ConnectionInfo> candidates(Selection wanted) {
        List<ConnectionInfo> all = new ArrayList<>();
        if (wanted.state() != State.CLOSED) {
            all.addAll(Connections.open(server, wanted.wantsSubscriptions()));
        }
        if (wanted.state() != State.OPEN) {
            all.addAll(server.ask(server::closedConnectionInfos));
        }
        if (!wanted.account().isEmpty()) {
            all.removeIf(info -> !wanted.account().equals(info.account()));
        }
        return all;
    }

    private static State stateNamed(String text) {
        return switch (text.toLowerCase(java.util.Locale.ROOT)) {
            case "", "open" -> State.OPEN;
            case "closed" -> State.CLOSED;
            case "all", "any" -> State.ALL;
            default -> throw new BadQuery("Error decoding state for " + text);
        };
    }

    private static Comparator<ConnectionInfo> orderNamed(String sort, State state) {
        Comparator<ConnectionInfo> byId = Comparator.comparingLong(ConnectionInfo::id);
        return switch (sort) {
            case "", "cid" -> byId;
            case "start" ->
                    Comparator.comparingLong(ConnectionInfo::startEpochNanos).thenComparing(byId);
            case "subs" -> most(ConnectionInfo::subscriptionCount);
            case "pending" -> most(ConnectionInfo::pendingBytes);
            case "msgs_to" -> most(ConnectionInfo::outMessages);
            case "msgs_from" -> most(ConnectionInfo::inMessages);
            case "bytes_to" -> most(ConnectionInfo::outBytes);
            case "bytes_from" -> most(ConnectionInfo::inBytes);
            case "last" -> most(ConnectionInfo::lastActivityEpochNanos);
            case "idle" -> most(info -> -info.lastActivityEpochNanos());
            case "uptime" -> most(info -> -uptime(info));
            case "rtt" -> most(ConnectionInfo::roundTripNanos);
            case "stop" -> {
                if (state != State.CLOSED) {
                    throw new BadQuery("sort by stop only valid on closed connections");
                }
                yield most(ConnectionInfo::stopEpochNanos);
            }
            case "reason" -> {
                if (state != State.CLOSED) {
                    throw new BadQuery("sort by reason only valid on closed connections");
                }
                yield Comparator.comparing(ConnectionInfo::reasonText).thenComparing(byId);
            }
            default -> throw new BadQuery("invalid sorting option: " + sort);
        };
    }

    /** As good as the uptime for putting those in order that are open, or those that are not. */
    private static long uptime(ConnectionInfo info) {
        return info.stopEpochNanos() - info.startEpochNanos();
    }

    private static Comparator<ConnectionInfo> most(
            java.util.function.ToLongFunction<ConnectionInfo> key) {
        return Comparator.comparingLong(key).reversed().thenComparingLong(ConnectionInfo::id);
    }

    private void connection(
            JsonPage page, ConnectionInfo info, long nowEpochNanos, Selection wanted) {
        long end = info.stopEpochNanos() == 0 ? nowEpochNanos : info.stopEpochNanos();
        page.object(null)
                .number("cid", info.id())
                .text("kind", "Client")
                .text("type", info.type())
                .text("ip", info.host())
                .number("port", info.port())
                .text("start", GoTime.rfc3339(info.startEpochNanos()))
                .text("last_activity", GoTime.rfc3339(info.lastActivityEpochNanos()));
        if (info.stopEpochNanos() != 0) {
            page.text("stop", GoTime.rfc3339(info.stopEpochNanos()))
                    .text("reason", info.reasonText());
        }
        page.text("rtt", info.roundTripText())
                .text("uptime", GoTime.uptime(end - info.startEpochNanos()))
                .text("idle", GoTime.uptime(Math.max(0, end - info.lastActivityEpochNanos())))
                .number("pending_bytes", info.pendingBytes())
                .number("in_msgs", info.inMessages())
                .number("out_msgs", info.outMessages())
                .number("in_bytes", info.inBytes())
                .number("out_bytes", info.outBytes())
                .numberUnlessZero("stalls", info.stalls())
                .number("subscriptions", info.subscriptionCount())
                .textUnlessEmpty("name", info.options().name())
                .textUnlessEmpty("lang", info.options().lang())
                .textUnlessEmpty("version", info.options().version())
                .textUnlessEmpty("tls_version", info.tlsVersion())
                .textUnlessEmpty("tls_cipher_suite", info.tlsCipher());
        if (wanted.auth()) {
            certificates(page, info);
            page.textUnlessEmpty("authorized_user", info.userName())
                    .textUnlessEmpty("account", isGlobal(info) ? "" : info.account());
        }
        subscriptions(page, info, wanted.list(), wanted.detail());
        if (wanted.auth()) {
            page.textUnlessEmpty("name_tag", info.account());
        }
        page.endObject();
    }

    private boolean isGlobal(ConnectionInfo info) {
        return info.account().equals(server.accounts().global().name());
    }

    private static void certificates(JsonPage page, ConnectionInfo info) {
        if (info.certificates().isEmpty()) {
            return;
        }
        page.array("tls_peer_certs");
        for (PeerCertificate certificate : info.certificates()) {
            page.object(null)
                    .text("subject", certificate.subject())
                    .text("spki_sha256", certificate.spkiSha256())
                    .text("cert_sha256", certificate.certSha256())
                    .endObject();
        }
        page.endArray();
    }

    private static void subscriptions(
            JsonPage page, ConnectionInfo info, boolean list, boolean detail) {
        if (list && !info.subscriptions().isEmpty()) {
            page.array("subscriptions_list");
            info.subscriptions().forEach(s -> page.text(null, s.subject()));
            page.endArray();
        }
        if (detail && !info.subscriptions().isEmpty()) {
            page.array("subscriptions_list_detail");
            for (ConnectionInfo.SubscriptionInfo s : info.subscriptions()) {
                page.object(null)
                        .text("subject", s.subject())
                        .textUnlessEmpty("qgroup", s.queue())
                        .text("sid", s.sid())
                        .number("msgs", s.delivered())
                        .numberUnlessZero("max", s.max())
                        .number("cid", s.cid())
                        .endObject();
            }
            page.endArray();
        }
    }
}
