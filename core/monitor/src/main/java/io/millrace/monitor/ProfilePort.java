package io.millrace.monitor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.config.MonitorOptions;
import io.millrace.runtime.Log;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * The port of profiles, with the pages that are looked for there. The profiles of Go's runtime are
 * none of a JVM's: what there is are the stacks of all threads and the command line. Any thread.
 */
public final class ProfilePort implements AutoCloseable {
    private static final String ROOT = "/debug/pprof/";
    private static final List<String> PROFILES =
            List.of(
                    "allocs",
                    "block",
                    "cmdline",
                    "goroutine",
                    "heap",
                    "mutex",
                    "profile",
                    "symbol",
                    "threadcreate",
                    "trace");

    private final HttpServer http;
    private final RuntimeVars vars = new RuntimeVars();
    private final Spectators spectators = new Spectators();

    private ProfilePort(HttpServer http) {
        this.http = http;
    }

    /**
     * Opens it.
     *
     * @throws IOException when it cannot be had
     */
    public static ProfilePort open(MonitorOptions options, Log log) throws IOException {
        int port = Math.max(0, options.profilePort());
        String host = options.host();
        HttpServer http =
                HttpServer.create(
                        host.equals("0.0.0.0") || host.isEmpty()
                                ? new InetSocketAddress(port)
                                : new InetSocketAddress(host, port),
                        0);
        ProfilePort opened = new ProfilePort(http);
        http.createContext("/", opened::handle);
        http.setExecutor(Threads.blocking("profile"));
        http.start();
        log.info("profiling port: " + http.getAddress().getPort());
        if (options.profileBlockRate() > 0) {
            log.warn(
                    "Block profiling is enabled (rate "
                            + options.profileBlockRate()
                            + "), this may have a performance impact");
        }
        return opened;
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = String.valueOf(exchange.getRequestURI().getPath());
        try (exchange) {
            spectators.serve(() -> Monitor.made(page(path)), made -> made.send(exchange));
        }
    }

    private Page page(String path) {
        if (!path.startsWith(ROOT)) {
            return Page.notFound();
        }
        return switch (path.substring(ROOT.length())) {
            case "" -> index();
            case "goroutine" -> Page.plain(200, Stacks.text());
            case "cmdline" -> Page.plain(200, String.join("\0", vars.commandLine()));
            case String other when PROFILES.contains(other) ->
                    Page.plain(404, "Not available on a Java runtime\n");
            default -> Page.plain(404, "Unknown profile\n");
        };
    }

    private static Page index() {
        StringBuilder html =
                new StringBuilder(
                        """
                        <!DOCTYPE html>
                        <html><head><title>/debug/pprof/</title></head><body><ul>
                        """);
        for (String profile : PROFILES) {
            html.append("<li><a href='")
                    .append(profile)
                    .append("?debug=1'>")
                    .append(profile)
                    .append("</a></li>\n");
        }
        return Page.html(html.append("</ul></body></html>\n").toString());
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
