package io.millrace.config;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The websocket block. Immutable; any thread.
 *
 * @param port 0 for no such listener, -1 for any free one
 * @param allowedOrigins as written; empty for any
 * @param handshakeTimeoutNanos 0 for the customary
 * @param authTimeoutNanos 0 for that of the client port
 * @param pingIntervalNanos 0 for that of the client port
 * @param headers added to the answer that accepts an upgrade
 */
public record WebSocketOptions(
        String host,
        int port,
        @Nullable String advertise,
        @Nullable TlsOptions tls,
        boolean noTls,
        boolean sameOrigin,
        List<String> allowedOrigins,
        boolean compression,
        long handshakeTimeoutNanos,
        long pingIntervalNanos,
        Map<String, String> headers,
        Cookies cookies,
        @Nullable String noAuthUser,
        @Nullable String user,
        @Nullable String password,
        @Nullable String token,
        long authTimeoutNanos) {
    /** What there is without the block. */
    public static final WebSocketOptions NONE =
            new WebSocketOptions(
                    "",
                    0,
                    null,
                    null,
                    false,
                    false,
                    List.of(),
                    false,
                    0,
                    0,
                    Map.of(),
                    new Cookies(null, null, null),
                    null,
                    null,
                    null,
                    null,
                    0);

    public WebSocketOptions {
        allowedOrigins = List.copyOf(allowedOrigins);
        headers = Map.copyOf(headers);
    }

    /** The names of the cookies that bring credentials; null for those that bring none. */
    public record Cookies(
            @Nullable String user, @Nullable String password, @Nullable String token) {}

    /** Whether there is to be a listener. */
    public boolean isEnabled() {
        return port != 0;
    }

    public boolean isSecure() {
        return tls != null;
    }

    /** Whether clients of this listener log in by its own credentials. */
    public boolean hasOwnCredentials() {
        return user != null || token != null;
    }

    @Override
    public String toString() {
        return "WebSocketOptions[" + host + ":" + port + "]";
    }
}
