package io.millrace.broker;

import io.millrace.config.WebSocketOptions;
import io.millrace.net.tls.TlsTransport;
import io.millrace.net.ws.UpgradeRequest;
import io.millrace.protocol.ConnectOptions;
import org.jspecify.annotations.Nullable;

/**
 * What the request for a WebSocket said of the client. Immutable.
 *
 * @param forwardedFor the address that a proxy names; null without one
 * @param user from a cookie, as are password and token; null without it
 * @param tls the layer below; null without TLS
 */
record WebSocketEntry(
        @Nullable String forwardedFor,
        @Nullable String user,
        @Nullable String password,
        @Nullable String token,
        @Nullable TlsTransport tls) {

    static WebSocketEntry of(
            UpgradeRequest request, WebSocketOptions.Cookies names, @Nullable TlsTransport tls) {
        return new WebSocketEntry(
                request.forwardedFor(),
                cookie(request, names.user()),
                cookie(request, names.password()),
                cookie(request, names.token()),
                tls);
    }

    private static @Nullable String cookie(UpgradeRequest request, @Nullable String name) {
        String value = name == null ? "" : request.cookie(name);
        return value.isEmpty() ? null : value;
    }

    /** How log lines show where it comes from. */
    String label(String place) {
        String first = forwardedFor;
        if (first == null) {
            return place;
        }
        return (first.indexOf(':') >= 0 ? "[" + first + "]" : first) + "/" + place;
    }

    /** What the client says of itself, and the cookies where it says nothing. */
    ConnectOptions complete(ConnectOptions said) {
        return said.withCredentials(
                or(said.user(), user), or(said.password(), password), or(said.token(), token));
    }

    private static @Nullable String or(@Nullable String said, @Nullable String otherwise) {
        return said == null || said.isEmpty() ? otherwise : said;
    }
}
