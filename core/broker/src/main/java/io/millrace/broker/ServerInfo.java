package io.millrace.broker;

import io.millrace.config.WebSocketOptions;
import io.millrace.protocol.JsonText;

/** The INFO line: who this server is and what it wants from a client. Owned by the loop. */
/* The fields come in the order of the reference server; clients do not care, people who compare
 * two servers do. */
final class ServerInfo {
    /** The JetStream API level of nats-server 2.15 (ADR-44). */
    static final int API_LEVEL = 5;

    private final ServerIdentity identity;
    private final String host;
    private final int port;
    private final boolean headers;
    private final boolean jetstream;
    private boolean tlsRequired;
    private boolean tlsVerify;
    private boolean tlsAvailable;
    private boolean lameDuck;
    private WebSocketOptions webSocket = WebSocketOptions.NONE;
    private int webSocketPort;

    ServerInfo(ServerIdentity identity, String host, int port, boolean headers, boolean jetstream) {
        this.identity = identity;
        this.host = host;
        this.port = port;
        this.headers = headers;
        this.jetstream = jetstream;
    }

    void tls(boolean required, boolean verify, boolean available) {
        tlsRequired = required;
        tlsVerify = verify;
        tlsAvailable = available;
    }

    /** Where clients over WebSocket have come in. */
    void webSocket(WebSocketOptions block, int port) {
        webSocket = block;
        webSocketPort = port;
    }

    void enterLameDuck() {
        lameDuck = true;
    }

    boolean isTlsRequired() {
        return tlsRequired;
    }

    /**
     * The line for one client.
     *
     * @param afterLogin whether to add what is known of the client since it logged in
     */
    String forClient(ClientSession session, boolean afterLogin) {
        return line(session, afterLogin, lameDuck);
    }

    /** The line for a client that is asked to go elsewhere. */
    String forLeaving(ClientSession session) {
        return line(session, false, true);
    }

    private String line(ClientSession session, boolean afterLogin, boolean leaving) {
        StringBuilder out = new StringBuilder(512).append("INFO {");
        text(out, "server_id", identity.id());
        text(out, "server_name", identity.name());
        text(out, "version", ServerIdentity.VERSION);
        number(out, "proto", 1);
        text(out, "go", ServerIdentity.RUNTIME);
        boolean framed = session.connection().webSocket() != null;
        text(out, "host", framed ? webSocket.host() : host);
        number(out, "port", framed ? webSocketPort : port);
        flag(out, "headers", headers, true);
        boolean authRequired = session.infoSaysAuthRequired();
        flag(out, "auth_required", authRequired, false);
        boolean webSocketTls = framed && webSocket.isSecure();
        flag(out, "tls_required", framed ? webSocketTls : tlsRequired, false);
        flag(out, "tls_verify", tlsVerify, false);
        flag(out, "tls_available", framed ? webSocketTls : tlsAvailable, false);
        number(out, "max_payload", session.maxPayload());
        flag(out, "jetstream", jetstream, false);
        number(out, "client_id", session.connection().id());
        text(out, "client_ip", session.connection().host());
        String nonce = session.nonce();
        if (nonce != null && !afterLogin) {
            text(out, "nonce", nonce);
        }
        flag(out, "ldm", leaving, false);
        if (afterLogin) {
            flag(out, "connect_info", true, false);
            text(out, "remote_account", session.account().name());
            flag(out, "acc_is_sys", session.isOfSystemAccount(), false);
        }
        number(out, "api_lvl", API_LEVEL);
        text(out, "xkey", identity.xkey());
        out.setCharAt(out.length() - 1, '}');
        return out.append(" \r\n").toString();
    }

    private static void text(StringBuilder out, String key, String value) {
        out.append('"').append(key).append("\":");
        JsonText.quote(out, value);
        out.append(',');
    }

    private static void number(StringBuilder out, String key, long value) {
        out.append('"').append(key).append("\":").append(value).append(',');
    }

    /** A flag is left out when it is false, except where the reference shows it always. */
    private static void flag(StringBuilder out, String key, boolean value, boolean always) {
        if (value || always) {
            out.append('"').append(key).append("\":").append(value).append(',');
        }
    }
}
