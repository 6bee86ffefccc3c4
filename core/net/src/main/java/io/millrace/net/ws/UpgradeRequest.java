package io.millrace.net.ws;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request that asks for WebSocket. Immutable; any thread.
 *
 * @param minorVersion 0 or 1, that of HTTP/1
 * @param headers by their names in small letters
 */
public record UpgradeRequest(
        String method, String target, int minorVersion, Map<String, List<String>> headers) {
    public UpgradeRequest {
        headers = Map.copyOf(headers);
    }

    /** The target without its query. */
    public String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }

    /** The first value of a header; empty without one. */
    public String header(String name) {
        List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
        return values == null ? "" : values.getFirst();
    }

    /** The value of a cookie; empty without one. */
    public String cookie(String name) {
        for (String line : headers.getOrDefault("cookie", List.of())) {
            for (String pair : line.split(";", -1)) {
                int equal = pair.indexOf('=');
                if (equal > 0 && pair.substring(0, equal).strip().equals(name)) {
                    String value = pair.substring(equal + 1).strip();
                    boolean quoted =
                            value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                    return quoted ? value.substring(1, value.length() - 1) : value;
                }
            }
        }
        return "";
    }

    /** The client's address as a proxy tells it, when that is one address in figures; else null. */
    public @Nullable String forwardedFor() {
        String said = header("x-forwarded-for");
        boolean isSix = said.indexOf(':') >= 0;
        if (said.isEmpty() || said.indexOf('%') >= 0) {
            return null;
        }
        try {
            String same = InetAddress.ofLiteral(said).getHostAddress();
            return isSix || same.equals(said) ? said : null;
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /** Whether one of the words of a header, which commas part, is this one in any case. */
    boolean says(String header, String word) {
        for (String line : headers.getOrDefault(header, List.of())) {
            for (String said : line.split(",", -1)) {
                if (said.strip().equalsIgnoreCase(word)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether the client would take compressed messages. */
    boolean offersCompression() {
        for (String line : headers.getOrDefault("sec-websocket-extensions", List.of())) {
            for (String extension : line.split(",", -1)) {
                for (String part : extension.split(";", -1)) {
                    if (part.strip().equalsIgnoreCase("permessage-deflate")) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether nothing else may come over this connection once the request is refused. */
    boolean endsConnection() {
        return says("connection", "close")
                || (minorVersion == 0 && !says("connection", "keep-alive"))
                || headers.containsKey("content-length")
                || headers.containsKey("transfer-encoding");
    }
}
