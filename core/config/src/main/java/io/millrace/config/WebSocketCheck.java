package io.millrace.config;

import io.millrace.protocol.WebOrigin;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules of the websocket block that hold for a server but that "-t" does not look at. */
final class WebSocketCheck {
    /** Headers that an answer has in any case, in small letters. */
    private static final Set<String> OURS = Set.of("upgrade", "connection");

    private static final String PREFIX = "sec-websocket-";

    private WebSocketCheck() {}

    static void check(Options options) throws ConfigException {
        WebSocketOptions block = options.webSocket();
        if (!block.isEnabled()) {
            return;
        }
        if (block.tls() == null && !block.noTls()) {
            throw new ConfigException("websocket requires TLS configuration");
        }
        for (String origin : block.allowedOrigins()) {
            String problem = WebOrigin.problem(origin);
            if (problem != null) {
                throw new ConfigException("unable to parse allowed origin: " + problem);
            }
        }
        OptionsCheck.noAuthUser(options, block.noAuthUser());
        credentials(options, block.user(), block.token());
        for (Map.Entry<String, String> header : block.headers().entrySet()) {
            header(header.getKey());
        }
    }

    private static void credentials(Options options, @Nullable String user, @Nullable String token)
            throws ConfigException {
        String kind = token != null ? "token" : user != null ? "username" : null;
        if (kind != null && OptionsCheck.hasUsers(options)) {
            throw new ConfigException(
                    "websocket authentication "
                            + kind
                            + " not compatible with presence of users/nkeys");
        }
    }

    private static void header(String name) throws ConfigException {
        String small = name.toLowerCase(Locale.ROOT);
        if (OURS.contains(small)) {
            throw new ConfigException("websocket: invalid header \"" + name + "\" not allowed");
        } else if (small.startsWith(PREFIX)) {
            throw new ConfigException(
                    "websocket: invalid header \""
                            + name
                            + "\", \"Sec-WebSocket-\" prefix not allowed");
        }
    }
}
