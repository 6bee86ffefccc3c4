package io.millrace.config;

import io.millrace.protocol.GoTime;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a reload thinks of a changed websocket block: only what its TLS is made from may change. */
final class WebSocketReload {
    private static final double NANOS_PER_SECOND = 1e9;
    private static final String SECRET = "[REDACTED]";

    private WebSocketReload() {}

    static boolean isSame(WebSocketOptions old, WebSocketOptions now) {
        return withoutTls(old).equals(withoutTls(now))
                && (old.tls() == null) == (now.tls() == null)
                && maps(old.tls()) == maps(now.tls());
    }

    private static WebSocketOptions withoutTls(WebSocketOptions o) {
        return new WebSocketOptions(
                o.host(),
                o.port(),
                o.advertise(),
                null,
                o.noTls(),
                o.sameOrigin(),
                o.allowedOrigins(),
                o.compression(),
                o.handshakeTimeoutNanos(),
                o.pingIntervalNanos(),
                o.headers(),
                o.cookies(),
                o.noAuthUser(),
                o.user(),
                o.password(),
                o.token(),
                o.authTimeoutNanos());
    }

    /** The block in the form in which nats-server logs it, without its secrets. */
    static String shown(WebSocketOptions o) {
        TlsOptions tls = o.tls();
        String nothing = "<nil>";
        Map<String, String> headers = new TreeMap<>(o.headers());
        return "{"
                + String.join(
                        " ",
                        o.host(),
                        Integer.toString(o.port()),
                        text(o.advertise()),
                        text(o.noAuthUser()),
                        "",
                        text(o.cookies().user()),
                        text(o.cookies().password()),
                        text(o.cookies().token()),
                        text(o.user()),
                        o.password() == null ? "" : SECRET,
                        o.token() == null ? "" : SECRET,
                        GoText.number(o.authTimeoutNanos() / NANOS_PER_SECOND),
                        Boolean.toString(o.noTls()),
                        tls == null ? nothing : "tls",
                        Boolean.toString(maps(tls)),
                        "map[]",
                        Boolean.toString(o.sameOrigin()),
                        "[" + String.join(" ", o.allowedOrigins()) + "]",
                        Boolean.toString(o.compression()),
                        GoTime.duration(o.handshakeTimeoutNanos()),
                        GoTime.duration(o.pingIntervalNanos()),
                        "map"
                                + headers.toString()
                                        .replace('{', '[')
                                        .replace('}', ']')
                                        .replace('=', ':')
                                        .replace(",", ""),
                        nothing)
                + "}";
    }

    private static boolean maps(@Nullable TlsOptions tls) {
        return tls != null && tls.verifyAndMap();
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : text;
    }
}
