package io.millrace.broker;

import io.millrace.protocol.ConnectOptions;
import io.millrace.protocol.GoTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection as seen at one instant. Immutable.
 *
 * @param stopEpochNanos 0 while it is open
 * @param roundTripNanos 0 while it is not known
 * @param tlsVersion null without TLS
 */
public record ConnectionInfo(
        long id,
        String host,
        int port,
        long startEpochNanos,
        long lastActivityEpochNanos,
        long stopEpochNanos,
        @Nullable ClosedReason reason,
        long roundTripNanos,
        long pendingBytes,
        long inMessages,
        long inBytes,
        long outMessages,
        long outBytes,
        long stalls,
        int subscriptionCount,
        List<SubscriptionInfo> subscriptions,
        boolean isWebSocket,
        ConnectOptions options,
        String account,
        @Nullable String user,
        @Nullable String tlsVersion,
        @Nullable String tlsCipher,
        List<PeerCertificate> certificates) {

    /** The name of the user, without a prefix; null for a stranger. */
    public @Nullable String userName() {
        return user;
    }

    /** How a client speaks with the server, as monitoring names it. */
    public String type() {
        return isWebSocket ? "websocket" : "nats";
    }

    public String reasonText() {
        return reason == null ? "" : reason.text();
    }

    public String roundTripText() {
        return GoTime.duration(roundTripNanos);
    }

    /** One subscription as seen at one instant. */
    public record SubscriptionInfo(
            String subject,
            @Nullable String queue,
            String sid,
            long delivered,
            long max,
            long cid) {}

    static ConnectionInfo of(
            ClientConnection connection, @Nullable ClosedReason reason, boolean withSubscriptions) {
        return of(
                connection,
                reason,
                withSubscriptions ? List.copyOf(new SubscriptionInfos(connection)) : List.of());
    }

    /**
     * For whoever looks at it soon and lets go of it: the texts are made when they are asked for.
     */
    static ConnectionInfo snapshot(ClientConnection connection, boolean withSubscriptions) {
        return of(
                connection,
                null,
                withSubscriptions ? new SubscriptionInfos(connection) : List.of());
    }

    private static ConnectionInfo of(
            ClientConnection connection,
            @Nullable ClosedReason reason,
            List<SubscriptionInfo> subscriptions) {
        ClientSession session = connection.session();
        Traffic traffic = connection.traffic();
        return new ConnectionInfo(
                connection.id(),
                connection.host(),
                connection.port(),
                connection.startEpochNanos(),
                connection.lastActivityEpochNanos(),
                reason == null ? 0 : session.server().clock().epochNanos(),
                reason,
                session.keepAlive().roundTripNanos(),
                connection.outbound().pendingBytes(),
                traffic.inMessages,
                traffic.inBytes,
                traffic.outMessages,
                traffic.outBytes,
                connection.stalls(),
                session.subscriptionCount(),
                subscriptions,
                connection.webSocket() != null,
                session.options(),
                session.account().name(),
                session.user() == null ? null : session.user().name(),
                connection.tlsVersion(),
                connection.tlsCipher(),
                connection.certificates());
    }
}
