package io.millrace.broker;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.UniqueIds;
import io.millrace.runtime.Timer;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of itself in the system account: who came, who went, how it is doing. An
 * event that nobody would hear is not made. Owned by the loop.
 */
public final class SystemEvents {
    private static final long STATSZ_NANOS = 10_000_000_000L;

    /** The first figures come early, then at distances that double: who watches a start sees it. */
    private static final long STATSZ_FIRST_NANOS = 250_000_000L;

    private static final long STATSZ_SECOND_NANOS = 1_000_000_000L;
    private static final long CONNS_NANOS = 30_000_000_000L;

    /** The flags that nats-server 2.15 knows and what they are unless configured, in its order. */
    private static final SortedMap<String, Boolean> FEATURE_FLAGS =
            Collections.unmodifiableSortedMap(
                    new TreeMap<>(
                            Map.of(
                                    "js_ack_fc_v2", false,
                                    "js_api_reply_v2", false,
                                    "js_raft_delete_range", true,
                                    "js_snapshot_sources", false)));

    private final Server server;
    private final @Nullable InternalClient system;
    private final UniqueIds ids;
    private Consumer<JsonPage> further = page -> {};
    private final Set<Account> ignored = new HashSet<>();
    private long ignoredVersion;
    private long sequence;

    SystemEvents(Server server, @Nullable InternalClient system) {
        this.server = server;
        this.system = system;
        ids = new UniqueIds(server.router().chance());
    }

    /** Starts the regular ones. */
    void start() {
        repeat(STATSZ_FIRST_NANOS, STATSZ_SECOND_NANOS, STATSZ_NANOS, this::sendStatistics);
        repeat(CONNS_NANOS, CONNS_NANOS, CONNS_NANOS, this::sendAccountConnections);
    }

    /** Runs an action again and again; the distance doubles from the second one on. */
    private void repeat(long first, long second, long most, Runnable action) {
        Timer timer =
                new Timer() {
                    private long next = second;

                    @Override
                    protected void fire() {
                        action.run();
                        server.loop().timers().schedule(this, next);
                        next = Math.min(most, next * 2);
                    }
                };
        server.loop().timers().schedule(timer, first);
    }

    private void send(String subject, JsonPage body) {
        InternalClient speaker = system;
        if (speaker != null) {
            // not now: a connection may end in the middle of a delivery, and routing does not nest
            byte[] event = body.toString().getBytes(StandardCharsets.UTF_8);
            server.loop().execute(() -> speaker.publish(subject, event));
        }
    }

    private boolean isHeard(String subject) {
        InternalClient speaker = system;
        return speaker != null && speaker.isHeard(subject);
    }

    void connected(ClientConnection connection) {
        countsChanged(connection.session().account());
        String account = connection.session().account().name();
        String subject = "$SYS.ACCOUNT." + account + ".CONNECT";
        if (isHeard(subject)) {
            JsonPage page = begin("io.nats.server.advisory.v1.client_connect");
            client(page, ConnectionInfo.of(connection, null, false));
            send(subject, page.endObject());
        }
    }

    /** A connection has ended, and counts no more. */
    void disconnected(ConnectionInfo info, Account account, boolean counted) {
        if (counted) {
            countsChanged(account);
        }
        String subject = "$SYS.ACCOUNT." + account.name() + ".DISCONNECT";
        if (isHeard(subject)) {
            JsonPage page = begin("io.nats.server.advisory.v1.client_disconnect");
            client(page, info);
            traffic(page, "sent", info.outMessages(), info.outBytes());
            traffic(page, "received", info.inMessages(), info.inBytes());
            page.text("reason", info.reasonText());
            send(subject, page.endObject());
        }
    }

    /** Somebody could not say who it is. */
    void refused(ClientConnection connection) {
        String subject = "$SYS.SERVER." + server.identity().id() + ".CLIENT.AUTH.ERR";
        if (isHeard(subject)) {
            ConnectionInfo info =
                    ConnectionInfo.of(connection, ClosedReason.AUTHENTICATION_FAILURE, false);
            JsonPage page = begin("io.nats.server.advisory.v1.client_disconnect");
            client(page, info);
            traffic(page, "sent", info.outMessages(), info.outBytes());
            traffic(page, "received", info.inMessages(), info.inBytes());
            page.text("reason", info.reasonText());
            send(subject, page.endObject());
        }
    }

    void lameDuck() {
        announce("LAMEDUCK");
    }

    void shutdown() {
        announce("SHUTDOWN");
    }

    private void announce(String what) {
        String subject = "$SYS.SERVER." + server.identity().id() + "." + what;
        if (isHeard(subject)) {
            JsonPage page = JsonPage.compact().object(null);
            aboutServer(page);
            send(subject, page.endObject());
        }
    }

    private void sendAccountConnections() {
        for (Account account : server.accounts().all()) {
            if (account.connections() > 0) {
                countsChanged(account);
            }
        }
    }

    /** Tells how many connections an account has; of the global one nobody is told this. */
    void countsChanged(Account account) {
        if (account == server.accounts().global() || isIgnored(account)) {
            return;
        }
        String subject = "$SYS.ACCOUNT." + account.name() + ".SERVER.CONNS";
        String oldSubject = "$SYS.SERVER.ACCOUNT." + account.name() + ".CONNS";
        boolean heard = isHeard(subject);
        boolean oldHeard = isHeard(oldSubject);
        if (!heard && !oldHeard) {
            if (system != null && system.isIgnored(subject) && system.isIgnored(oldSubject)) {
                ignored.add(account);
            }
            return;
        }
        String id = ids.next();
        String time = GoTime.rfc3339(server.clock().epochNanos());
        if (oldHeard) {
            send(oldSubject, connections(account, id, time));
        }
        if (heard) {
            send(subject, connections(account, id, time));
        }
    }

    /** Whether nobody has subscribed since nobody heard of an account: a start makes thousands. */
    private boolean isIgnored(Account account) {
        if (system == null) {
            return true;
        }
        long version = system.account().interest().version();
        if (version != ignoredVersion) {
            ignoredVersion = version;
            ignored.clear();
        }
        return ignored.contains(account);
    }

    /** The event that tells how many connections an account has. */
    public JsonPage connections(Account account) {
        return connections(account, ids.next(), GoTime.rfc3339(server.clock().epochNanos()));
    }

    private JsonPage connections(Account account, String id, String time) {
        JsonPage page = begin("io.nats.server.advisory.v1.account_connections", id, time);
        account(page, account);
        return page.endObject();
    }

    /** The figures of one account, as events and answers show them. */
    public void account(JsonPage page, Account account) {
        page.text("acc", account.name())
                .text("name", account.name())
                .number("conns", account.connections())
                .number("leafnodes", 0)
                .number("total_conns", account.connections())
                .number("num_subscriptions", account.interest().size());
        byKind(page, "sent", account.traffic().outMessages(), account.traffic().outBytes());
        byKind(page, "received", account.traffic().inMessages(), account.traffic().inBytes());
        page.number("slow_consumers", account.slowConsumers());
    }

    private static void byKind(JsonPage page, String key, long messages, long bytes) {
        page.object(key).number("msgs", messages).number("bytes", bytes);
        for (String kind : new String[] {"gateways", "routes", "leafs"}) {
            page.object(kind).number("msgs", 0).number("bytes", 0).endObject();
        }
        page.endObject();
    }

    private void sendStatistics() {
        String subject = "$SYS.SERVER." + server.identity().id() + ".STATSZ";
        if (isHeard(subject)) {
            JsonPage page = JsonPage.compact().object(null);
            server(page);
            statistics(page);
            send(subject, page.endObject());
        }
    }

    /** Lets another part of the server add its block to the figures. Loop only. */
    public void tell(Consumer<JsonPage> block) {
        further = block;
    }

    /** The figures of the whole server. */
    public void statistics(JsonPage page) {
        Traffic traffic = server.traffic();
        int cores = Runtime.getRuntime().availableProcessors();
        Runtime runtime = Runtime.getRuntime();
        long subscriptions = 0;
        int active = 0;
        for (Account account : server.accounts().all()) {
            subscriptions += account.interest().size();
            active += account.connections() > 0 ? 1 : 0;
        }
        page.object("statsz")
                .text("start", GoTime.rfc3339(server.startEpochNanos()))
                .number("mem", runtime.totalMemory() - runtime.freeMemory())
                .number("cores", cores)
                .number("cpu", 0)
                .number("connections", server.connectionCount())
                .number("total_connections", server.statistics().connectionsTotal())
                .number("active_accounts", active)
                .number("subscriptions", subscriptions);
        traffic(page, "sent", traffic.outMessages(), traffic.outBytes());
        traffic(page, "sent_to_clients", traffic.outMessages(), traffic.outBytes());
        traffic(page, "received", traffic.inMessages(), traffic.inBytes());
        traffic(page, "received_from_clients", traffic.inMessages(), traffic.inBytes());
        page.number("slow_consumers", server.statistics().slowConsumers())
                .number("active_servers", 1);
        further.accept(page);
        page.number("gomaxprocs", cores).endObject();
    }

    private static void traffic(JsonPage page, String key, long messages, long bytes) {
        page.object(key).number("msgs", messages).number("bytes", bytes).endObject();
    }

    private JsonPage begin(String type) {
        return begin(type, ids.next(), GoTime.rfc3339(server.clock().epochNanos()));
    }

    private JsonPage begin(String type, String id, String time) {
        JsonPage page =
                JsonPage.compact()
                        .object(null)
                        .text("type", type)
                        .text("id", id)
                        .text("timestamp", time);
        server(page);
        return page;
    }

    /** The switches of this server, as every block that shows them does. */
    public void featureFlags(JsonPage page) {
        page.object("feature_flags");
        FEATURE_FLAGS.forEach(
                (flag, usual) ->
                        page.flag(flag, server.options().featureFlags().getOrDefault(flag, usual)));
        page.endObject();
    }

    /** The block that says which server speaks. */
    public void server(JsonPage page) {
        page.object("server");
        aboutServer(page);
        page.endObject();
    }

    private void aboutServer(JsonPage page) {
        page.text("name", server.identity().name())
                .text("host", server.options().host())
                .text("id", server.identity().id())
                .text("ver", ServerIdentity.VERSION);
        if (!server.options().serverTags().isEmpty()) {
            page.array("tags");
            server.options().serverTags().forEach(tag -> page.text(null, tag));
            page.endArray();
        }
        featureFlags(page);
        boolean jetstream = server.options().jetstream().enabled();
        page.flag("jetstream", jetstream)
                .number("flags", jetstream ? 7 : 0)
                .number("seq", ++sequence)
                .text("time", GoTime.rfc3339(server.clock().epochNanos()));
    }

    /** The block that says which client has sent a request of the JetStream API. */
    public void clientOfApi(JsonPage page, ConnectionInfo info) {
        client(page, info, server.identity().name());
    }

    /** The block that says which client it is about. */
    private static void client(JsonPage page, ConnectionInfo info) {
        client(page, info, "");
    }

    /** Who it is, or claims to be when it has not been let in. */
    private static @Nullable String userOf(ConnectionInfo info) {
        String known = info.userName();
        return known == null && info.reason() == ClosedReason.AUTHENTICATION_FAILURE
                ? info.options().user()
                : known;
    }

    private static void client(JsonPage page, ConnectionInfo info, String serverName) {
        page.object("client")
                .text("start", GoTime.rfc3339(info.startEpochNanos()))
                .text("host", info.host())
                .number("id", info.id())
                .text("acc", info.account())
                .textUnlessEmpty("user", userOf(info))
                .textUnlessEmpty("name", info.options().name())
                .textUnlessEmpty("lang", info.options().lang())
                .textUnlessEmpty("ver", info.options().version());
        if (info.roundTripNanos() > 0) {
            page.number("rtt", info.roundTripNanos());
        }
        page.textUnlessEmpty("server", serverName);
        if (info.stopEpochNanos() > 0) {
            page.text("stop", GoTime.rfc3339(info.stopEpochNanos()));
        }
        page.textUnlessEmpty("name_tag", serverName.isEmpty() ? info.account() : "")
                .text("kind", "Client")
                .text("client_type", info.type())
                .endObject();
    }
}
