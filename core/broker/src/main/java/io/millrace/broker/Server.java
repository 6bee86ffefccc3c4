package io.millrace.broker;

import io.millrace.auth.Authenticator;
import io.millrace.auth.User;
import io.millrace.config.Options;
import io.millrace.net.NetLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.protocol.ClientParser;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One NATS server: listeners, connections, accounts. Everything in it is owned by one loop; the
 * methods that any thread may call say so.
 */
public final class Server {
    /** So many subscriptions are copied before other work has its turn. */
    private static final int SUBSCRIPTIONS_AT_ONCE = 5_000;

    private static final int NONCE_BYTES = 11;
    private static final long SYSTEM_ID = 2;

    /** The number of those of its parts that take part in accounts. */
    static final long INTERNAL_ID = 3;

    /** One part in so many of the heap may wait for readers before they have to share. */
    private static final int OUTBOUND_SHARE_OF_HEAP = 3;

    private final NetLoop loop;
    private final Log log;
    private final Randomness chance;
    private final ServerIdentity identity;
    private final long startEpochNanos;
    private final Accounts accounts = new Accounts();
    private final Router router;
    private final ClientParser parser = new ClientParser();
    private final Traffic traffic = new Traffic();
    private final Statistics statistics = new Statistics();
    private final TreeMap<Long, ClientConnection> connections = new TreeMap<>();
    private final ClosedConnections closedConnections;
    private final Login login;
    private final Login webSocketLogin;
    private final ProtocolTrace trace;
    private final LameDuck lameDuck;
    private final @Nullable InternalClient systemClient;
    private final SystemEvents events;
    private final Sharing sharing;
    private volatile Options options;
    private volatile long configLoadEpochNanos;
    private Limits limits;
    private @Nullable ClientTls tls;
    private final @Nullable WebSocketDoor webSocketDoor;
    private final HandshakeRate handshakeRate;
    private ServerInfo info;
    private NetLoop.@Nullable Listener listener;
    private final ClientNumbers clientNumbers;

    /**
     * @param slowChecks where logins are checked that would hold the loop up
     */
    public Server(Options options, NetLoop loop, Randomness chance, Log log, Executor slowChecks) {
        this.options = options;
        this.loop = loop;
        this.log = log;
        this.chance = chance;
        this.identity = ServerIdentity.create(options.serverName(), chance);
        this.startEpochNanos = loop.clock().epochNanos();
        this.configLoadEpochNanos = startEpochNanos;
        this.router =
                new Router(
                        loop,
                        chance.split(),
                        Runtime.getRuntime().maxMemory() / OUTBOUND_SHARE_OF_HEAP);
        this.limits = limitsOf(options);
        this.closedConnections = new ClosedConnections(limits.maxClosedClients());
        this.trace = new ProtocolTrace(log, options.log().maxTracedMsgLen());
        this.login = new Login(this, Authenticator.of(options), slowChecks);
        this.webSocketLogin =
                options.webSocket().isEnabled()
                        ? new Login(this, Authenticator.ofWebSocket(options), slowChecks)
                        : login;
        this.webSocketDoor =
                options.webSocket().isEnabled()
                        ? new WebSocketDoor(this, options.webSocket())
                        : null;
        this.info = new ServerInfo(identity, options.host(), options.port(), true, false);
        this.lameDuck = new LameDuck(this);
        this.handshakeRate = new HandshakeRate(log);
        AccountRules.apply(options, accounts);
        Account system = accounts.system();
        this.clientNumbers = new ClientNumbers(this, options);
        this.systemClient = system == null ? null : new InternalClient(this, system, SYSTEM_ID);
        this.events = new SystemEvents(this, systemClient);
        this.sharing = new Sharing(this);
        sharing.apply(options);
    }

    private static Limits limitsOf(Options options) {
        var configured = options.limits();
        return new Limits(
                configured.maxControlLine(),
                configured.maxPayload(),
                configured.maxPending(),
                configured.writeDeadlineNanos(),
                configured.pingIntervalNanos(),
                configured.pingMax(),
                options.auth().timeoutNanos(),
                configured.maxSubscriptions(),
                configured.maxSubTokens(),
                configured.maxConnections(),
                configured.maxClosedClients(),
                configured.noFastProducerStall());
    }

    /** Opens the client port. Any thread, once. */
    public void listen() throws IOException {
        ask(
                () -> {
                    UserInfoService userInfo = new UserInfoService(this);
                    accounts.forEach(account -> userInfo.serve(clientIn(account)));
                    events.start();
                    return true;
                });
        WebSocketDoor framed = webSocketDoor;
        if (framed != null) {
            framed.listen();
        }
        NetLoop.Listener opened =
                loop.listen(options.host(), Math.max(0, options.port()), this::accept);
        listener = opened;
        Advertised advertised =
                Advertised.of(options.clientAdvertise(), options.host(), opened.port());
        info =
                new ServerInfo(
                        identity,
                        advertised.host(),
                        advertised.port(),
                        !options.noHeaderSupport(),
                        options.jetstream().enabled());
        if (framed != null) {
            info.webSocket(options.webSocket(), framed.port());
        }
        sayTls();
        log.info("Listening for client connections on " + hostPort(options.host(), opened.port()));
        ClientTls secure = tls;
        if (secure != null) {
            log.info("TLS required for client connections");
            if (secure.isFirst() && secure.fallbackNanos() == 0) {
                log.warn("Clients that do not begin with the TLS handshake will not connect");
            }
        }
    }

    /** What TLS new connections speak from now on; null for none. Any thread. */
    public void useTls(@Nullable ClientTls changed) {
        ask(
                () -> {
                    tls = changed;
                    sayTls();
                    return true;
                });
    }

    /** When the first of the certificates that clients see ends; 0 without any. Loop only. */
    public long certificateExpiryEpochSeconds() {
        ClientTls secure = tls;
        return secure == null
                ? 0
                : secure.context().ownCertificates().stream()
                        .mapToLong(own -> own.getNotAfter().toInstant().getEpochSecond())
                        .min()
                        .orElse(0);
    }

    private void sayTls() {
        ClientTls secure = tls;
        info.tls(
                secure != null && !secure.isOptional(),
                secure != null && secure.isVerifying(),
                secure != null && secure.isOptional());
    }

    /** The same for those who come over WebSocket. Any thread. */
    public void useWebSocketTls(@Nullable ClientTls changed) {
        ask(
                () -> {
                    if (webSocketDoor != null) {
                        webSocketDoor.useTls(changed);
                    }
                    return true;
                });
    }

    static String hostPort(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private TransportHandler accept(Transport transport) {
        ClientConnection connection = new ClientConnection(this, clientNumbers.next(), transport);
        if (!admits(connection)) {
            return connection;
        }
        ClientTls secure = tls;
        if (secure == null) {
            connection.session().begin();
            return connection;
        }
        if (!handshakeRate.admits(secure.connectionRateLimit(), clock().nanoTime())) {
            connection.session().begin();
            connection.closeWithError(
                    "Connection throttling is active. Please try again later.",
                    ClosedReason.MAX_CONNECTIONS_EXCEEDED);
            return connection;
        }
        TlsStart start = new TlsStart(this, connection, transport, secure);
        start.begin();
        return start;
    }

    /** A client that has come over WebSocket. */
    ClientConnection accept(Transport transport, WebSocketEntry entry) {
        ClientConnection connection =
                new ClientConnection(this, clientNumbers.next(), transport, entry);
        if (admits(connection)) {
            connection.session().begin();
        }
        return connection;
    }

    /** Notes a new connection; ends it when there are too many. */
    private boolean admits(ClientConnection connection) {
        statistics.connectionsTotal++;
        log.debug(connection.label() + " - Client connection created");
        boolean fits = limits.maxConnections() <= 0 || connections.size() < limits.maxConnections();
        connections.put(connection.id(), connection);
        if (!fits) {
            connection.session().begin();
            log.error(connection.label() + " - maximum connections exceeded");
            connection.closeWithError(
                    "maximum connections exceeded", ClosedReason.MAX_CONNECTIONS_EXCEEDED);
        }
        return fits;
    }

    /** A client has logged in, or has said what it is where no login is needed. */
    void connected(ClientConnection connection) {
        events.connected(connection);
    }

    /** A connection is about to end: how it was at the last. */
    ConnectionInfo disconnected(ClientConnection connection, ClosedReason reason) {
        log.debug(connection.label() + " - Client connection closed: " + reason.text());
        connections.remove(connection.id());
        if (reason.isSlowConsumer()) {
            statistics.slowConsumers++;
        }
        ConnectionInfo last = ConnectionInfo.of(connection, reason, true);
        closedConnections.add(last);
        return last;
    }

    /** A connection has ended. */
    void gone(ConnectionInfo last, Account account, boolean counted) {
        events.disconnected(last, account, counted);
        if (connections.isEmpty()) {
            router.releaseCache();
        }
        lameDuck.disconnected();
    }

    void refusedLogin(ClientConnection connection) {
        statistics.refusedLogins++;
        events.refused(connection);
    }

    String newNonce() {
        byte[] nonce = new byte[NONCE_BYTES];
        chance.nextSecret(nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }

    /** Stops accepting, then ends the clients one after the other. Any thread. */
    public void enterLameDuck(Runnable afterwards) {
        loop.execute(() -> lameDuck.enter(afterwards));
    }

    /** Ends every connection. Any thread; returns when it is done. */
    public void shutDown() {
        ask(
                () -> {
                    stopListening();
                    events.shutdown();
                    return true;
                });
        ask(
                () -> {
                    for (ClientConnection connection : openConnections()) {
                        connection.close(ClosedReason.SERVER_SHUTDOWN);
                    }
                    return true;
                });
    }

    void stopListening() {
        NetLoop.Listener open = listener;
        if (open != null) {
            open.close();
            listener = null;
        }
        if (webSocketDoor != null) {
            webSocketDoor.close();
        }
    }

    /** Puts new options in force that the reload rules have let pass. Any thread. */
    public void reload(Options changed) {
        ask(
                () -> {
                    long payloadBefore = limits.maxPayload();
                    options = changed;
                    configLoadEpochNanos = clock().epochNanos();
                    limits = limitsOf(changed);
                    closedConnections.limit(limits.maxClosedClients());
                    AccountRules.apply(changed, accounts);
                    sharing.apply(changed);
                    login.replace(Authenticator.of(changed));
                    if (webSocketDoor != null) {
                        webSocketLogin.replace(Authenticator.ofWebSocket(changed));
                    }
                    reviewConnections(payloadBefore != limits.maxPayload());
                    return true;
                });
    }

    /** Those who came under other rules: still welcome, with which rights, and how many of them? */
    private void reviewConnections(boolean payloadChanged) {
        List<ClientConnection> open = openConnections();
        int surplus = limits.maxConnections() > 0 ? open.size() - limits.maxConnections() : 0;
        for (int i = open.size() - 1; i >= 0; i--) {
            ClientConnection connection = open.get(i);
            if (surplus > 0) {
                surplus--;
                connection.closeWithError(
                        "maximum connections exceeded", ClosedReason.MAX_CONNECTIONS_EXCEEDED);
                continue;
            }
            if (connection.session().isIn()) {
                connection.session().door().recheck(connection.session());
            }
            if (payloadChanged && !connection.isClosed()) {
                connection.session().sendInfo();
            }
        }
    }

    /** Runs {@code question} on the loop and waits for the answer. Any thread; at once on it. */
    public <T extends @Nullable Object> T ask(Supplier<T> question) {
        if (loop.isCurrent()) {
            return question.get();
        }
        CompletableFuture<T> answer = new CompletableFuture<>();
        loop.execute(
                () -> {
                    try {
                        answer.complete(question.get());
                    } catch (RuntimeException failed) {
                        answer.completeExceptionally(failed);
                    }
                });
        try {
            return answer.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    /** The port in use; 0 while there is none. Any thread. */
    public int port() {
        NetLoop.Listener open = listener;
        return open == null ? 0 : open.port();
    }

    /** The port for WebSocket in use; 0 while there is none. Any thread. */
    public int webSocketPort() {
        return webSocketDoor == null ? 0 : webSocketDoor.port();
    }

    /** What TLS clients over WebSocket speak; null for none. Loop only: use {@link #ask}. */
    public @Nullable ClientTls webSocketTls() {
        return webSocketDoor == null ? null : webSocketDoor.tls();
    }

    public Options options() {
        return options;
    }

    public ServerIdentity identity() {
        return identity;
    }

    public long startEpochNanos() {
        return startEpochNanos;
    }

    /** Loop only: use {@link #ask}. */
    public Accounts accounts() {
        return accounts;
    }

    public Traffic traffic() {
        return traffic;
    }

    public Statistics statistics() {
        return statistics;
    }

    /** Loop only: use {@link #ask}. */
    public int connectionCount() {
        return connections.size();
    }

    /** All open connections at once: for few, or for tests. Loop only: use {@link #ask}. */
    public List<ConnectionInfo> connectionInfos(boolean withSubscriptions) {
        List<ConnectionInfo> infos = new ArrayList<>(connections.size());
        for (ClientConnection connection : connections.values()) {
            infos.add(ConnectionInfo.of(connection, null, withSubscriptions));
        }
        return infos;
    }

    /**
     * Some of the open connections, in the order of their numbers: a look at all of them at once
     * would hold messages up. Loop only: use {@link #ask}, again and again.
     *
     * @param after the last number of those seen before; 0 to begin
     */
    public List<ConnectionInfo> connectionInfos(long after, int max, boolean withSubscriptions) {
        List<ConnectionInfo> infos = new ArrayList<>(Math.min(max, connections.size()));
        long subscriptions = 0;
        for (ClientConnection connection : connections.tailMap(after, false).values()) {
            if (infos.size() == max || subscriptions > SUBSCRIPTIONS_AT_ONCE) {
                break;
            }
            infos.add(ConnectionInfo.snapshot(connection, withSubscriptions));
            subscriptions += withSubscriptions ? connection.session().subscriptionCount() : 0;
        }
        return infos;
    }

    /**
     * Some of the open connections, without their subscriptions: at most so many that came after
     * the one with the number {@code after}. Loop only: use {@link #ask}.
     */
    public List<ConnectionInfo> connectionInfos(long after, int most) {
        List<ConnectionInfo> infos = new ArrayList<>();
        for (ClientConnection connection : connections.tailMap(after, false).values()) {
            if (infos.size() == most) {
                break;
            }
            infos.add(ConnectionInfo.of(connection, null, false));
        }
        return infos;
    }

    /** One open connection; null when it is not there. Loop only: use {@link #ask}. */
    public @Nullable ConnectionInfo connectionInfo(long id, boolean withSubscriptions) {
        ClientConnection found = connections.get(id);
        return found == null ? null : ConnectionInfo.snapshot(found, withSubscriptions);
    }

    /** Loop only: use {@link #ask}. */
    public List<ConnectionInfo> closedConnectionInfos() {
        return closedConnections.all();
    }

    /** The subscriptions of an account that cover a subject. Loop only: use {@link #ask}. */
    public List<SubscriptionView> matching(Account account, String subject) {
        byte[] name = subject.getBytes(StandardCharsets.UTF_8);
        MatchResult match = new MatchResult();
        account.interest().match(name, 0, name.length, match);
        List<SubscriptionView> views = new ArrayList<>();
        for (int i = 0; i < match.plainCount(); i++) {
            views.add(SubscriptionView.of(account, match.plain(i)));
        }
        for (int group = 0; group < match.groupCount(); group++) {
            for (int i = 0; i < match.groupSize(group); i++) {
                views.add(SubscriptionView.of(account, match.member(group, i)));
            }
        }
        return views;
    }

    /** Where a publication on a literal subject would go now. Loop only: use {@link #ask}. */
    public Route route(Account account, String subject) {
        return Route.of(account, subject, chance, this);
    }

    /** The configured user of that name or public key; null for none. Loop only. */
    public @Nullable User user(String name) {
        return login.find(name);
    }

    /** What this server's own parts have subscribed to. Loop only: use {@link #ask}. */
    public List<SubscriptionView> ownSubscriptions(Account account) {
        return account.own().stream().map(s -> SubscriptionView.of(account, s)).toList();
    }

    /** What other accounts hear of this one by imports. Loop only: use {@link #ask}. */
    public List<SubscriptionView> importedSubscriptions(Account account) {
        return sharing.heardOutside(account);
    }

    /** The answers that others await of an account's services. Loop only: use {@link #ask}. */
    public List<ResponseView> awaitedResponses(Account account) {
        Responses responses = account.responses();
        return responses == null ? List.of() : responses.views();
    }

    /**
     * What is remembered of the subjects of one account, of all for null. Loop only: use {@link
     * #ask}.
     */
    public CacheView cache(@Nullable Account account) {
        MatchCache.Kept kept = router.kept(account);
        return new CacheView(kept.count(), kept.mostReceivers(), kept.receivers());
    }

    /** The subjects whose receivers are remembered. Immutable. */
    public record CacheView(int subjects, int mostReceivers, long receivers) {}

    /** Asks a client to go elsewhere. Loop only; whether there was one. */
    public boolean sendAway(long id) {
        ClientConnection found = connections.get(id);
        if (found == null) {
            return false;
        }
        found.session().sendAway();
        return true;
    }

    /** Whether a client has to say who it is. */
    public boolean isLoginRequired() {
        return login.isNeeded();
    }

    /** Whether a password or a token stands in the configuration as it is typed. */
    public boolean hasPlaintextPasswords() {
        return login.hasPlaintextPasswords();
    }

    /** When the options in force were read. */
    public long configLoadEpochNanos() {
        return configLoadEpochNanos;
    }

    /** The server's own voice in the system account; null when that is switched off. */
    public @Nullable InternalClient systemClient() {
        return systemClient;
    }

    /** A part of this server that takes part in {@code account}. Loop only. */
    public InternalClient clientIn(Account account) {
        return new InternalClient(this, account, INTERNAL_ID);
    }

    /** Which number comes next. */
    public ClientNumbers clientNumbers() {
        return clientNumbers;
    }

    public SystemEvents events() {
        return events;
    }

    @Nullable ClientConnection connection(long id) {
        return connections.get(id);
    }

    /** Ends a client's connection. Loop only; whether there was one. */
    public boolean kick(long id) {
        ClientConnection found = connections.get(id);
        if (found == null) {
            return false;
        }
        found.close(ClosedReason.KICKED);
        return true;
    }

    List<ClientConnection> openConnections() {
        return new ArrayList<>(connections.values());
    }

    /** The loop that owns all of this. Any thread. */
    public NetLoop loop() {
        return loop;
    }

    public Clock clock() {
        return loop.clock();
    }

    Log log() {
        return log;
    }

    Router router() {
        return router;
    }

    ClientParser parser() {
        return parser;
    }

    Limits limits() {
        return limits;
    }

    ServerInfo info() {
        return info;
    }

    /** Whether INFO asks this connection for a login, which it then has a time for. */
    boolean asksForLogin(ClientConnection connection) {
        return login.isRequired()
                || (connection.webSocket() != null && options.webSocket().hasOwnCredentials());
    }

    /** Where a connection is asked who it is. */
    Login loginOf(ClientConnection connection) {
        return connection.webSocket() == null ? login : webSocketLogin;
    }

    ProtocolTrace trace() {
        return trace;
    }
}
