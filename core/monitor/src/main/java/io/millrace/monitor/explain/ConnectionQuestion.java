package io.millrace.monitor.explain;

import io.millrace.broker.Account;
import io.millrace.broker.ClosedReason;
import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.Server;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why was this connection closed? Loop only. */
final class ConnectionQuestion implements Question {
    private final Server server;

    ConnectionQuestion(Server server) {
        this.server = server;
    }

    @Override
    public void answer(Asked asked, JsonPage page) throws UnclearQuestion {
        long cid = number(asked.name("cid", 0));
        ConnectionInfo closed = find(server.closedConnectionInfos(), cid, asked.within());
        ConnectionInfo open =
                closed == null ? find(server.connectionInfos(false), cid, asked.within()) : null;
        ConnectionInfo found = closed == null ? open : closed;
        if (found == null) {
            throw new UnclearQuestion(
                    404,
                    "no connection "
                            + cid
                            + " is open or among the last "
                            + server.options().limits().maxClosedClients()
                            + " closed ones (max_closed_clients)");
        }
        write(found, page);
    }

    private static long number(String text) throws UnclearQuestion {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException wrong) {
            throw new UnclearQuestion(400, "\"" + text + "\" is no connection number (cid)");
        }
    }

    private static @Nullable ConnectionInfo find(
            List<ConnectionInfo> among, long cid, @Nullable Account within) {
        for (ConnectionInfo info : among) {
            if (info.id() == cid && (within == null || info.account().equals(within.name()))) {
                return info;
            }
        }
        return null;
    }

    private static void write(ConnectionInfo found, JsonPage page) {
        ClosedReason reason = found.reason();
        page.number("cid", found.id())
                .text("account", found.account())
                .text("address", found.host() + ":" + found.port())
                .flag("open", reason == null)
                .text("summary", reason == null ? open(found) : meaning(reason));
        if (reason != null) {
            page.text("reason", reason.text())
                    .text("closed", GoTime.rfc3339(found.stopEpochNanos()));
        }
        page.number("pending_bytes", found.pendingBytes()).number("stalls", found.stalls());
    }

    private static String open(ConnectionInfo found) {
        return "The connection is open"
                + (found.pendingBytes() > 0
                        ? "; " + found.pendingBytes() + " bytes wait for its client to read them."
                        : ", and nothing waits for its client.");
    }

    private static String meaning(ClosedReason reason) {
        return switch (reason) {
            case CLIENT_CLOSED -> "The client closed the connection itself.";
            case AUTHENTICATION_TIMEOUT ->
                    "The client did not log in within the time that authorization.timeout gives.";
            case AUTHENTICATION_FAILURE ->
                    "The login was refused: user, password, token, key or connection type do not"
                            + " fit the configuration.";
            case TLS_HANDSHAKE_ERROR ->
                    "The TLS handshake failed: the client spoke no TLS, offered no version or"
                            + " cipher that is allowed, or no certificate that is trusted.";
            case SLOW_CONSUMER_PENDING_BYTES ->
                    "The client read too slowly: more than max_pending bytes waited for it.";
            case SLOW_CONSUMER_WRITE_DEADLINE ->
                    "The client read too slowly: a write took longer than write_deadline.";
            case WRITE_ERROR -> "The network refused a write: the client or a device is gone.";
            case READ_ERROR -> "The connection was reset while the server read from it.";
            case PARSE_ERROR -> "The client sent something that is no operation of the protocol.";
            case STALE_CONNECTION ->
                    "The client did not answer ping_max pings, one each ping_interval.";
            case PROTOCOL_VIOLATION ->
                    "The client broke a rule of the protocol; the log tells which.";
            case BAD_CLIENT_PROTOCOL_VERSION ->
                    "The client asked for a version of the protocol that there is not.";
            case MAX_CONNECTIONS_EXCEEDED ->
                    "As many connections as max_connections allows were open, or too many"
                            + " handshakes came in a second (tls.connection_rate_limit).";
            case MAX_ACCOUNT_CONNECTIONS_EXCEEDED ->
                    "As many connections of the account as its limit allows were open.";
            case MAX_PAYLOAD_EXCEEDED -> "The client sent a message larger than max_payload.";
            case MAX_CONTROL_LINE_EXCEEDED ->
                    "The client sent a line longer than max_control_line: a very long subject, or"
                            + " something that is not this protocol.";
            case SERVER_SHUTDOWN -> "The server stopped, or left for maintenance (lame duck).";
            case AUTHENTICATION_EXPIRED ->
                    "The login is no longer valid: it has expired, or a reload changed the user.";
            case MESSAGE_HEADER_VIOLATION ->
                    "The client sent headers without having said in CONNECT that it has them.";
            case NO_RESPONDERS_REQUIRES_HEADERS ->
                    "The client asked for no_responders without headers in CONNECT.";
            case KICKED -> "An operator ended the connection (KICK, in the system account).";
            default -> "The server ended the connection: " + reason.text() + ".";
        };
    }
}
