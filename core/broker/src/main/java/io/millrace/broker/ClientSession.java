package io.millrace.broker;

import io.millrace.auth.Credentials;
import io.millrace.auth.Permissions;
import io.millrace.auth.User;
import io.millrace.config.WebSocketOptions;
import io.millrace.protocol.ClientOperations;
import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.Publication;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one client says, and what it is told: login, publications, subscriptions. Owned by the
 * broker's loop.
 */
final class ClientSession implements ClientOperations, Subscriber {
    private static final byte[] OK = ascii("+OK\r\n");
    private static final byte[] PONG = ascii("PONG\r\n");
    private static final byte[] MSG = ascii("MSG ");
    private static final byte[] HMSG = ascii("HMSG ");

    private final Server server;
    private final ClientConnection connection;
    private final KeepAlive keepAlive;
    private final SubscriptionTable subscriptions = new SubscriptionTable();
    private ConnectOptions options = ConnectOptions.NONE;
    private Account account;
    private @Nullable User user;
    private @Nullable Permissions permissions;
    private @Nullable AllowedResponses responses;
    private @Nullable String nonce;
    private LoginState login;
    private boolean saidConnect;
    private boolean counted;
    private boolean greeted;
    private boolean firstPongSent;

    /** While a message is delivered that asks for it. */
    private @Nullable MessageTrace traced;

    /** How far the login has come. */
    private enum LoginState {
        NOT_NEEDED,
        AWAITED,
        CHECKING,
        DONE
    }

    ClientSession(Server server, ClientConnection connection) {
        this.server = server;
        this.connection = connection;
        this.account = server.accounts().global();
        this.keepAlive = new KeepAlive(server, this);
        this.login = door().isNeeded() ? LoginState.AWAITED : LoginState.NOT_NEEDED;
    }

    /** Says INFO and starts the clocks. */
    void begin() {
        if (door().wantsNonce()) {
            nonce = server.newNonce();
        }
        connection.send(server.info().forClient(this, false));
        if (login == LoginState.NOT_NEEDED) {
            account.connected();
            counted = true;
        }
        keepAlive.start(server.asksForLogin(connection));
    }

    /** Tells a client that can hear it what has changed. */
    void sendInfo() {
        if (options.protocol() >= 1 && firstPongSent) {
            connection.send(server.info().forClient(this, false));
        }
    }

    /** Tells a client to go elsewhere, without ending it. */
    void sendAway() {
        connection.send(server.info().forLeaving(this));
    }

    @Override
    public boolean isOpen() {
        return !connection.isClosed() && !connection.isPaused();
    }

    boolean awaitsLogin() {
        return login == LoginState.AWAITED || login == LoginState.CHECKING;
    }

    @Override
    public boolean admits(byte firstByte) {
        if (greeted || firstByte == 'C' || firstByte == 'c') {
            return true;
        }
        if (login == LoginState.NOT_NEEDED) {
            greet();
        }
        if (login != LoginState.AWAITED) {
            return true;
        }
        if (door().admitsWithoutConnect()) {
            logIn(ConnectOptions.NONE);
            return isOpen();
        }
        server.refusedLogin(connection);
        connection.closeWithError("Authorization Violation", ClosedReason.AUTHENTICATION_FAILURE);
        return false;
    }

    @Override
    public void connect(byte[] buffer, int offset, int length) {
        ConnectOptions said = ConnectOptions.parse(buffer, offset, length);
        if (server.log().isTrace()) {
            server.trace().in(connection, Redaction.connect(said));
        }
        if (said == null) {
            server.log().error(connection.label() + " - processConnect Parse Error");
            connection.close(ClosedReason.PROTOCOL_VIOLATION);
            return;
        }
        if (said.account() != null) {
            refuseLogin(said);
            return;
        }
        if (said.protocol() < 0 || said.protocol() > 1) {
            connection.closeWithError(
                    "invalid client protocol", ClosedReason.BAD_CLIENT_PROTOCOL_VERSION);
            return;
        }
        boolean headers = said.headers() && server.options().headersAllowed();
        if (said.noResponders() && !headers) {
            connection.closeWithError(
                    "no responders requires headers support",
                    ClosedReason.NO_RESPONDERS_REQUIRES_HEADERS);
            return;
        }
        if (saidConnect) {
            endSubscriptions();
        }
        saidConnect = true;
        logIn(said);
    }

    private void logIn(ConnectOptions said) {
        WebSocketEntry entry = connection.webSocket();
        options = entry == null ? said : entry.complete(said);
        if (!door().isConfigured()) {
            greet();
            return;
        }
        login = LoginState.CHECKING;
        door().check(this, options);
    }

    /** The login was right: {@code who} it is, and in which account. */
    void accept(User who, Account where) {
        if (connection.isClosed()) {
            return;
        }
        if (!where.admitsConnection()) {
            connection.closeWithError(
                    "maximum account active connections exceeded",
                    ClosedReason.MAX_ACCOUNT_CONNECTIONS_EXCEEDED);
            return;
        }
        if (counted) {
            account.disconnected(false);
        }
        login = LoginState.DONE;
        user = who;
        account = where;
        permissions = who.permissions();
        responses = AllowedResponses.of(permissions, server.clock());
        account.connected();
        counted = true;
        keepAlive.loggedIn();
        greet();
    }

    /** Whether it has been let in, with or without a login. */
    boolean isIn() {
        return login == LoginState.DONE || login == LoginState.NOT_NEEDED;
    }

    /** The rules have changed and still let it in: with these rights from now on. */
    void renew(User who, Account where) {
        if (connection.isClosed()) {
            return;
        }
        if (where != account) {
            expel();
            return;
        }
        login = LoginState.DONE;
        user = who;
        permissions = who.permissions();
        responses = AllowedResponses.of(permissions, server.clock());
        for (Subscription subscription : subscriptions.all()) {
            review(subscription);
        }
    }

    /** Ends a subscription that is not allowed any more. */
    private void review(Subscription subscription) {
        Permissions rights = permissions;
        Permissions.Decision decision =
                rights == null
                        ? Permissions.Decision.ALLOWED
                        : rights.maySubscribe(subscription.subject(), subscription.queue);
        subscription.filtered = decision == Permissions.Decision.FILTERED;
        if (decision == Permissions.Decision.REFUSED) {
            String subject = subscription.subject();
            String sid = subscription.sid();
            end(subscription);
            sendError(
                    "Permissions Violation for Subscription to \""
                            + subject
                            + "\" (sid \""
                            + sid
                            + "\")");
            server.log()
                    .info(
                            connection.label()
                                    + " - Removed sub \""
                                    + subject
                                    + "\" (sid \""
                                    + sid
                                    + "\") - not authorized");
        }
    }

    /** The rules have changed and do not let it in any more. */
    void expel() {
        refuseLogin(options);
    }

    private void greet() {
        greeted = true;
        server.connected(connection);
        keepAlive.greeted(saidConnect);
        if (saidConnect && options.verbose()) {
            connection.send(OK);
        }
    }

    /** The login was wrong; why goes to the log only. */
    void refuseLogin(ConnectOptions said) {
        server.log()
                .error(connection.label() + " - authentication error" + ClientLabel.claim(said));
        login = LoginState.AWAITED;
        server.refusedLogin(connection);
        connection.closeWithError("Authorization Violation", ClosedReason.AUTHENTICATION_FAILURE);
    }

    @Override
    public void ping() {
        trace("PING", null);
        connection.send(PONG);
        if (!firstPongSent) {
            firstPongSent = true;
            if (saidConnect && options.protocol() >= 1) {
                connection.send(server.info().forClient(this, true));
            }
        }
    }

    @Override
    public void pong() {
        trace("PONG", null);
        keepAlive.pong();
    }

    @Override
    public void err(byte[] buffer, int offset, int length) {
        String text = new String(buffer, offset, length, StandardCharsets.UTF_8);
        server.log().error(connection.label() + " - Client Error " + text);
        connection.close(ClosedReason.PROTOCOL_VIOLATION);
    }

    @Override
    public boolean admitsMessage(long bytes, boolean withHeaders) {
        if (withHeaders && !hasHeaders()) {
            server.log().error(connection.label() + " - message headers not supported");
            connection.close(ClosedReason.MESSAGE_HEADER_VIOLATION);
            return false;
        }
        long max = maxPayload();
        if (bytes <= max) {
            return true;
        }
        server.log()
                .error(connection.label() + " - maximum payload exceeded: " + bytes + " vs " + max);
        connection.closeWithError("Maximum Payload Violation", ClosedReason.MAX_PAYLOAD_EXCEEDED);
        return false;
    }

    long maxPayload() {
        long serverMax = server.limits().maxPayload();
        long accountMax = account.limits().maxPayload();
        return accountMax < 0 ? serverMax : Math.min(serverMax, accountMax);
    }

    @Override
    public void publish(Publication p) {
        if (server.log().isTrace()) {
            server.trace().inMessage(connection, p);
        }
        connection.traffic().in(p.messageLength);
        server.traffic().in(p.messageLength);
        account.traffic().in(p.messageLength);
        if (options.pedantic()
                && !Subjects.isLiteral(p.subjectBuffer, p.subjectOffset, p.subjectLength)) {
            sendError("Invalid Publish Subject");
        }
        MessageTrace trace = MessageTrace.of(server, this, p);
        if (trace == null) {
            pass(p);
            return;
        }
        traced = trace;
        pass(p);
        traced = null;
        Permissions rights = permissions;
        if (rights == null || TraceDestinations.forbidden(p, rights) == null) {
            trace.send();
        }
    }

    @Override
    public @Nullable MessageTrace trace() {
        return traced;
    }

    private void pass(Publication p) {
        if (permissions != null && !mayPublish(p)) {
            return;
        }
        if (p.replyLength > 0 && ReservedReplies.holds(p.buffer, p.replyOffset, p.replyLength)) {
            refuseReply(p);
            return;
        }
        if (options.verbose()) {
            connection.send(OK);
        }
        if (!account.mappings().isEmpty()) {
            map(p);
        }
        int delivered = p.subjectLength == 0 ? 0 : server.router().route(account, p, this);
        if (delivered == 0 && p.replyLength > 0 && options.noResponders()) {
            NoResponders.tell(p, account, connection);
        }
    }

    private boolean mayPublish(Publication p) {
        Permissions rights = permissions;
        if (rights == null) {
            return true;
        }
        if (server.router()
                .mayPublish(account, rights, p.buffer, p.subjectOffset, p.subjectLength)) {
            String destination = TraceDestinations.forbidden(p, rights);
            if (destination != null) {
                refusePublish(destination);
            }
            return destination == null;
        }
        AllowedResponses allowed = responses;
        if (allowed != null && allowed.take(p.buffer, p.subjectOffset, p.subjectLength)) {
            return true;
        }
        refusePublish(MessageTrace.subjectOf(p));
        return false;
    }

    private void refusePublish(String subject) {
        MessageTrace trace = traced;
        if (trace != null) {
            trace.refused("Permissions Violation for Publish to \"" + subject + "\"");
        }
        sendError("Permissions Violation for Publish to \"" + subject + "\"");
        server.log()
                .error(connection.label() + " - Publish Violation - Subject \"" + subject + "\"");
    }

    private void refuseReply(Publication p) {
        String reply = new String(p.buffer, p.replyOffset, p.replyLength, StandardCharsets.UTF_8);
        sendError("Permissions Violation for Publish with Reply of \"" + reply + "\"");
        server.log().error(connection.label() + " - Publish Violation - Reply \"" + reply + "\"");
    }

    private void map(Publication p) {
        byte[] mapped =
                account.mappings()
                        .map(p.buffer, p.subjectOffset, p.subjectLength, server.router().chance());
        if (mapped != null) {
            MessageTrace trace = traced;
            if (trace != null) {
                trace.mapped(new String(mapped, StandardCharsets.UTF_8));
            }
            p.subjectBuffer = mapped;
            p.subjectOffset = 0;
            p.subjectLength = mapped.length;
        }
    }

    @Override
    public ConnectionInfo describe() {
        return ConnectionInfo.of(connection, null, false);
    }

    /** Bytes that wait for its client. */
    long backlogBytes() {
        return connection.outbound().pendingBytes();
    }

    @Override
    public boolean deliver(Subscription subscription, Publication p, Subscriber origin) {
        MessageTrace trace = origin.trace();
        if (trace != null) {
            return deliverTraced(trace, subscription, p, origin);
        }
        if (connection.isClosed()
                || (origin == this && !options.echo())
                || !mayHave(subscription, p)) {
            return false;
        }
        return send(subscription, p, origin);
    }

    private boolean mayHave(Subscription subscription, Publication p) {
        Permissions rights = permissions;
        return !subscription.filtered
                || rights == null
                || rights.mayDeliver(
                        p.subjectBuffer, p.subjectOffset, p.subjectLength, subscription.queue);
    }

    private boolean deliverTraced(
            MessageTrace trace, Subscription subscription, Publication p, Subscriber origin) {
        String obstacle = "";
        if (connection.isClosed()) {
            obstacle = "Not delivered because client is closed";
        } else if (origin == this && !options.echo()) {
            obstacle = "Not delivered because of no echo";
        } else if (!mayHave(subscription, p)) {
            obstacle = "Not delivered because subscription denies this subject";
        } else if (!trace.isOnly() && !send(subscription, p, origin)) {
            obstacle = "Not delivered because client is closed";
        }
        trace.reached(this, subscription, obstacle);
        return obstacle.isEmpty();
    }

    private boolean send(Subscription subscription, Publication p, Subscriber origin) {
        boolean headers = p.hasHeaders && hasHeaders();
        int tailLength;
        byte[] tail;
        int tailOffset;
        if (p.tailCanonical && headers == p.hasHeaders) {
            tail = p.buffer;
            tailOffset = p.tailOffset;
            tailLength = p.tailLength;
        } else {
            boolean strip = p.hasHeaders && !headers;
            tailLength = server.router().tail().build(p, strip);
            tail = server.router().tail().buffer(strip);
            tailOffset = 0;
        }
        byte[] verb = headers ? HMSG : MSG;
        int total = verb.length + p.subjectLength + subscription.sid.length + tailLength + 2;
        if (!connection.admitsPending(total)) {
            return false;
        }
        Outbound out = connection.outbound();
        out.append(verb, 0, verb.length);
        out.append(p.subjectBuffer, p.subjectOffset, p.subjectLength);
        out.append((byte) ' ');
        out.append(subscription.sid, 0, subscription.sid.length);
        out.append((byte) ' ');
        out.append(tail, tailOffset, tailLength);
        connection.flushSoon();
        account(subscription, p, headers ? p.messageLength : p.bodyLength());
        if (connection.isFarBehind() && origin instanceof ClientSession producer) {
            producer.connection.stall();
        }
        return true;
    }

    /** Counts a delivery, remembers a reply that may be answered, ends what has reached its max. */
    private void account(Subscription subscription, Publication p, int bytes) {
        connection.traffic().out(bytes);
        server.traffic().out(bytes);
        account.traffic().out(bytes);
        if (responses != null && p.replyLength > 0) {
            responses.allow(p.buffer, p.replyOffset, p.replyLength);
        }
        if (server.log().isTrace()) {
            server.trace().outMessage(connection, subscription, p);
        }
        subscription.delivered++;
        if (subscription.max > 0 && subscription.delivered >= subscription.max) {
            end(subscription);
        }
    }

    @Override
    public void subscribe(
            byte[] b,
            int subjectOffset,
            int subjectLength,
            int queueOffset,
            int queueLength,
            int sidOffset,
            int sidLength) {
        String queue =
                queueLength == 0
                        ? null
                        : new String(b, queueOffset, queueLength, StandardCharsets.UTF_8);
        String subject = new String(b, subjectOffset, subjectLength, StandardCharsets.UTF_8);
        String sid = new String(b, sidOffset, sidLength, StandardCharsets.UTF_8);
        if (server.log().isTrace()) {
            trace("SUB", subject + (queue == null ? " " : " " + queue + " ") + sid);
        }
        boolean filtered = false;
        Permissions rights = permissions;
        if (rights != null) {
            switch (rights.maySubscribe(subject, queue)) {
                case REFUSED -> {
                    refuseSubscription(subject, queue, sid);
                    return;
                }
                case FILTERED -> filtered = true;
                case ALLOWED -> filtered = false;
            }
        }
        if (!Subjects.isValid(b, subjectOffset, subjectLength)) {
            sendError("Invalid Subject");
            return;
        }
        int maxTokens = server.limits().maxSubTokens();
        if (maxTokens > 0 && Subjects.tokens(b, subjectOffset, subjectLength) > maxTokens) {
            sendError(
                    "Permissions Violation for Subscription to \""
                            + subject
                            + "\", too many tokens");
            server.log()
                    .error(
                            connection.label()
                                    + " - Subscription Violation Too Many Tokens - Subject \""
                                    + subject
                                    + "\", SID "
                                    + sid);
            return;
        }
        if (!admitsSubscription()) {
            return;
        }
        if (subscriptions.find(b, sidOffset, sidLength) == null) {
            Subscription subscription =
                    new Subscription(
                            this,
                            Arrays.copyOfRange(b, subjectOffset, subjectOffset + subjectLength),
                            Arrays.copyOfRange(b, sidOffset, sidOffset + sidLength),
                            queue,
                            filtered);
            subscriptions.add(subscription);
            account.interest().add(subscription);
            account.subscribed();
        }
        if (options.verbose()) {
            connection.send(OK);
        }
    }

    private boolean admitsSubscription() {
        int max = server.limits().maxSubscriptions();
        boolean fits = (max <= 0 || subscriptions.size() < max) && account.admitsSubscription();
        if (!fits) {
            server.log().error(connection.label() + " - maximum subscriptions exceeded");
            sendError("maximum subscriptions exceeded");
        }
        return fits;
    }

    private void refuseSubscription(String subject, @Nullable String queue, String sid) {
        sendError(
                "Permissions Violation for Subscription to \""
                        + subject
                        + (queue == null ? "\"" : "\" using queue \"" + queue + "\""));
        server.log()
                .error(
                        connection.label()
                                + " - Subscription Violation - Subject \""
                                + subject
                                + (queue == null ? "\"" : "\", Queue: \"" + queue + "\"")
                                + ", SID "
                                + sid);
    }

    @Override
    public void unsubscribe(byte[] b, int sidOffset, int sidLength, long max) {
        if (server.log().isTrace()) {
            trace(
                    "UNSUB",
                    new String(b, sidOffset, sidLength, StandardCharsets.UTF_8)
                            + (max > 0 ? " " + max : ""));
        }
        Subscription subscription = subscriptions.find(b, sidOffset, sidLength);
        if (subscription != null) {
            if (max > 0 && max > subscription.delivered) {
                subscription.max = max;
            } else {
                end(subscription);
            }
        }
        if (options.verbose()) {
            connection.send(OK);
        }
    }

    private void end(Subscription subscription) {
        if (subscription.isActive()) {
            subscriptions.remove(subscription);
            account.interest().remove(subscription);
            account.unsubscribed();
            server.trace().ended(connection, subscription);
        }
    }

    private void endSubscriptions() {
        for (Subscription subscription : subscriptions.all()) {
            end(subscription);
        }
    }

    @Override
    public void unknownOperation(byte[] buffer, int offset, int length) {
        server.log()
                .error(
                        connection.label()
                                + " - Client parser ERROR: proto='"
                                + Redaction.quote(buffer, offset, Math.min(length, 32))
                                + "...'");
        connection.closeWithError("Unknown Protocol Operation", ClosedReason.PROTOCOL_VIOLATION);
    }

    @Override
    public void badArguments(String problem, byte[] buffer, int offset, int length) {
        server.log()
                .error(
                        connection.label()
                                + " - "
                                + problem
                                + ": "
                                + Redaction.quote(buffer, offset, Math.min(length, 256)));
        connection.close(ClosedReason.PROTOCOL_VIOLATION);
    }

    @Override
    public void controlLineTooLong() {
        server.log().error(connection.label() + " - maximum control line exceeded");
        connection.closeWithError(
                "maximum control line exceeded", ClosedReason.MAX_CONTROL_LINE_EXCEEDED);
    }

    void sendError(String text) {
        if (server.log().isTrace()) {
            server.trace().out(connection, "-ERR " + text);
        }
        connection.send("-ERR '" + text + "'\r\n");
    }

    /** The connection has ended; whether its account had counted it. */
    boolean end(ClosedReason reason) {
        keepAlive.stop();
        endSubscriptions();
        if (counted) {
            account.disconnected(reason.isSlowConsumer());
        }
        return counted;
    }

    private void trace(String operation, @Nullable String arguments) {
        if (server.log().isTrace()) {
            server.trace()
                    .in(connection, arguments == null ? operation : operation + " " + arguments);
        }
    }

    private boolean hasHeaders() {
        return options.headers() && server.options().headersAllowed();
    }

    /** What log lines say of the client behind its address. */
    String labelSuffix() {
        if (!saidConnect) {
            return "";
        }
        return ClientLabel.suffix(options, account, user);
    }

    /** What this client offers at login. */
    Credentials credentials(ConnectOptions said) {
        return new Credentials(
                said.user(),
                said.password(),
                said.token(),
                said.nkey(),
                said.signature(),
                nonce,
                connection.certificateNames(),
                connection.webSocket() == null ? "STANDARD" : "WEBSOCKET");
    }

    long authTimeoutNanos() {
        long own = webSocket().authTimeoutNanos();
        return own > 0 ? own : server.limits().authTimeoutNanos();
    }

    long pingIntervalNanos() {
        long own = webSocket().pingIntervalNanos();
        return own > 0 ? own : server.limits().pingIntervalNanos();
    }

    /** The block for its kind of connection; an empty one for the others. */
    private WebSocketOptions webSocket() {
        return connection.webSocket() == null
                ? WebSocketOptions.NONE
                : server.options().webSocket();
    }

    Login door() {
        return server.loginOf(connection);
    }

    /** Whether INFO asks for a login: always, once the client has logged in as somebody. */
    boolean infoSaysAuthRequired() {
        return server.asksForLogin(connection) || user != null;
    }

    boolean isOfSystemAccount() {
        return account == server.accounts().system();
    }

    Server server() {
        return server;
    }

    @Override
    public long connectionId() {
        return connection.id();
    }

    ClientConnection connection() {
        return connection;
    }

    ConnectOptions options() {
        return options;
    }

    Account account() {
        return account;
    }

    @Nullable User user() {
        return user;
    }

    @Nullable Permissions permissions() {
        return permissions;
    }

    @Nullable String nonce() {
        return nonce;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    List<Subscription> subscriptions() {
        return subscriptions.all();
    }

    int subscriptionCount() {
        return subscriptions.size();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
