package io.millrace.monitor.dashboard;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the files of the dashboard. They hold nothing about this server: what the page shows,
 * it asks for over the monitoring pages, and over WebSocket as the user that logs in. Any thread.
 */
public final class Dashboard {
    /** Where its files are, behind the base path. */
    public static final String FOLDER = "/dashboard/";

    /** Everything comes from this server; WebSocket may have a port of its own. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final Pattern NAME = Pattern.compile("([a-zA-Z]+/)?[a-zA-Z-]+(\\.[a-z]+)+");

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "css", "text/css; charset=utf-8");

    private Dashboard() {}

    /**
     * Whether who asks for the root wants a page to look at, as browsers say, and scripts do not.
     */
    public static boolean isWanted(HttpExchange exchange) {
        String accept = exchange.getRequestHeaders().getFirst("Accept");
        return accept != null && accept.contains("text/html");
    }

    /** The page itself. */
    public static void index(HttpExchange exchange) throws IOException {
        send(exchange, "index.html");
    }

    /** One of its files. */
    public static void file(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        send(exchange, path.substring(path.indexOf(FOLDER) + FOLDER.length()));
    }

    private static void send(HttpExchange exchange, String name) throws IOException {
        try (exchange) {
            byte[] content = NAME.matcher(name).matches() ? content(name) : null;
            String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
            boolean head = exchange.getRequestMethod().equals("HEAD");
            if (!head && !exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
            } else if (content == null || type == null) {
                exchange.sendResponseHeaders(404, -1);
            } else {
                describe(exchange.getResponseHeaders(), type);
                exchange.sendResponseHeaders(200, head ? -1 : content.length);
                if (!head) {
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(content);
                    }
                }
            }
        }
    }

    private static void describe(Headers headers, String type) {
        headers.set("Content-Type", type);
        headers.set("Content-Security-Policy", POLICY);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("Cache-Control", "no-cache");
    }

    private static byte @Nullable [] content(String name) throws IOException {
        try (InputStream in = Dashboard.class.getResourceAsStream(name)) {
            return in == null ? null : in.readAllBytes();
        }
    }
}
