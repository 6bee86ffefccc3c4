package io.millrace.broker;

import io.millrace.config.WebSocketOptions;
import io.millrace.net.NetLoop;
import io.millrace.net.Transport;
import io.millrace.net.TransportHandler;
import io.millrace.net.ws.UpgradeHandler;
import io.millrace.net.ws.UpgradeRequest;
import io.millrace.protocol.WebOrigin;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The listener for clients that come over WebSocket, and whom it lets in. Owned by the loop. */
final class WebSocketDoor {
    private static final String LEAF_PATH = "/leafnode";
    private static final String MQTT_PATH = "/mqtt";

    private final Server server;
    private final WebSocketOptions options;
    private final Set<WebOrigin> allowed = new HashSet<>();
    private @Nullable ClientTls tls;
    private NetLoop.@Nullable Listener listener;

    WebSocketDoor(Server server, WebSocketOptions options) {
        this.server = server;
        this.options = options;
        for (String origin : options.allowedOrigins()) {
            WebOrigin known = WebOrigin.of(origin);
            if (known != null) {
                allowed.add(known);
            }
        }
    }

    /** What TLS new connections speak from now on. */
    void useTls(@Nullable ClientTls changed) {
        tls = changed;
    }

    @Nullable ClientTls tls() {
        return tls;
    }

    /** Opens the port. Any thread, once. */
    void listen() throws IOException {
        NetLoop.Listener opened =
                server.loop().listen(options.host(), Math.max(0, options.port()), this::accept);
        listener = opened;
        server.log()
                .info(
                        "Listening for websocket clients on "
                                + (options.isSecure() ? "wss://" : "ws://")
                                + Server.hostPort(options.host(), opened.port()));
        if (!options.isSecure()) {
            server.log().warn("Websocket not configured with TLS. DO NOT USE IN PRODUCTION!");
        }
    }

    void close() {
        NetLoop.Listener open = listener;
        if (open != null) {
            open.close();
            listener = null;
        }
    }

    /** 0 while it is closed. */
    int port() {
        NetLoop.Listener open = listener;
        return open == null ? 0 : open.port();
    }

    private TransportHandler accept(Transport transport) {
        ClientTls secure = options.isSecure() ? tls : null;
        return new WebSocketStart(server, this, transport, secure).begin();
    }

    WebSocketOptions options() {
        return options;
    }

    /** MQTT has a path of its own, which leads nowhere. */
    UpgradeHandler.@Nullable Refusal judgePath(UpgradeRequest request) {
        return request.path().equals(MQTT_PATH)
                ? new UpgradeHandler.Refusal(404, "mqtt websocket endpoint not enabled")
                : null;
    }

    boolean isForLeafNodes(UpgradeRequest request) {
        return request.path().equals(LEAF_PATH);
    }

    /** Whether a page of this origin may come in; whoever is no browser does not say any. */
    UpgradeHandler.@Nullable Refusal judgeOrigin(UpgradeRequest request, boolean isSecure) {
        String said = request.header("origin");
        if (said.isEmpty()) {
            said = request.header("sec-websocket-origin");
        }
        if (said.isEmpty() || (!options.sameOrigin() && allowed.isEmpty())) {
            return null;
        }
        WebOrigin origin = WebOrigin.of(said);
        if (origin == null) {
            return forbidden(String.valueOf(WebOrigin.problem(said)));
        }
        String scheme = isSecure ? "https" : "http";
        if (options.sameOrigin()
                && !origin.equals(WebOrigin.ofHost(scheme, request.header("host")))) {
            return forbidden("not same origin");
        }
        return allowed.isEmpty() || allowed.contains(origin)
                ? null
                : forbidden("not in the allowed list");
    }

    private static UpgradeHandler.Refusal forbidden(String why) {
        return new UpgradeHandler.Refusal(403, "origin not allowed: " + why);
    }
}
