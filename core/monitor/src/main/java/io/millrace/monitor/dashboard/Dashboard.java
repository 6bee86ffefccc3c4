package io.millrace.monitor.dashboard;

import com.sun.net.httpserver.HttpExchange;
import io.millrace.monitor.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
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

    private static final Set<String> METHODS = Set.of("GET", "HEAD");
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
    public static Response index(HttpExchange exchange) {
        return file(exchange, "index.html");
    }

    /** One of its files, which the path that is asked for names. */
    public static Response file(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return file(exchange, path.substring(path.indexOf(FOLDER) + FOLDER.length()));
    }

    private static Response file(HttpExchange exchange, String name) {
        if (!METHODS.contains(exchange.getRequestMethod())) {
            return Response.plain(405, "405 method not allowed\n");
        }
        String type = TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (type == null || !NAME.matcher(name).matches()) {
            return notFound();
        }
        byte[] content = content(name);
        return content == null ? notFound() : new Response(200, headers(type), content);
    }

    private static Response notFound() {
        return Response.plain(404, "404 page not found\n");
    }

    private static Map<String, String> headers(String type) {
        return Map.of(
                "Content-Type", type,
                "Content-Security-Policy", POLICY,
                "X-Content-Type-Options", "nosniff",
                "Referrer-Policy", "no-referrer",
                "Cache-Control", "no-cache");
    }

    private static byte @Nullable [] content(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream(name)) {
            return in == null ? null : in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(name, unreadable);
        }
    }
}
