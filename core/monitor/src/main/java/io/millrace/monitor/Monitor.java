package io.millrace.monitor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import io.millrace.broker.Server;
import io.millrace.config.Options;
import io.millrace.jetstream.JetStream;
import io.millrace.monitor.dashboard.Dashboard;
import io.millrace.monitor.http.Response;
import io.millrace.monitor.metrics.Metrics;
import io.millrace.net.tls.TlsContext;
import io.millrace.runtime.Log;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/**
 * Monitoring over HTTP: a page is made from a snapshot of the broker when it is asked for, on a
 * virtual thread. Never authenticated, as in nats-server; it changes nothing.
 */
public final class Monitor implements AutoCloseable {
    private static final int BACKLOG = 1024;
    private static final int SENT_AT_ONCE = 4096;

    private final HttpServer http;
    private final boolean secure;
    private final String basePath;
    private final Pages pages;
    private final Supplier<Metrics> metrics;
    private final Log log;
    private final ConcurrentHashMap<String, LongAdder> requests = new ConcurrentHashMap<>();
    private final Spectators spectators = new Spectators();

    private Monitor(
            HttpServer http,
            boolean secure,
            String basePath,
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            Log log) {
        this.http = http;
        this.secure = secure;
        this.basePath = basePath;
        this.log = log;
        Views views = new Views(server, jetstream, this, log);
        this.pages = new Pages(views, basePath, this::count);
        this.metrics = new OnDemand<>(() -> new Metrics(server, jetstream, views));
    }

    /**
     * Opens the monitoring port.
     *
     * @param jetstream gives JetStream when it is there, on any thread
     * @param tls for https; null for http
     * @throws IOException when it cannot be opened
     */
    public static Monitor start(
            Server server,
            Supplier<@Nullable JetStream> jetstream,
            Options options,
            @Nullable TlsContext tls,
            Log log)
            throws IOException {
        String host = options.monitor().host();
        int asked = tls == null ? options.monitor().httpPort() : options.monitor().httpsPort();
        int port = Math.max(0, asked);
        InetSocketAddress address =
                host.equals("0.0.0.0") || host.isEmpty()
                        ? new InetSocketAddress(port)
                        : new InetSocketAddress(host, port);
        HttpServer http = tls == null ? HttpServer.create(address, BACKLOG) : https(address, tls);
        Monitor monitor =
                new Monitor(
                        http,
                        tls != null,
                        basePath(options.monitor().basePath()),
                        server,
                        jetstream,
                        log);
        http.createContext("/", monitor::handle);
        http.setExecutor(Threads.blocking("monitor"));
        http.start();
        String shown = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        log.info(
                "Starting "
                        + (tls == null ? "http" : "https")
                        + " monitor on "
                        + shown
                        + ":"
                        + monitor.port());
        return monitor;
    }

    /** Pages are for whoever can reach them: no client certificate is asked for. */
    private static HttpServer https(InetSocketAddress address, TlsContext tls) throws IOException {
        HttpsServer https = HttpsServer.create(address, BACKLOG);
        https.setHttpsConfigurator(
                new HttpsConfigurator(tls.context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        SSLParameters rules = tls.parameters();
                        rules.setNeedClientAuth(false);
                        parameters.setSSLParameters(rules);
                    }
                });
        return https;
    }

    /** Without a slash at the end, with one before; "" for none. */
    private static String basePath(String configured) {
        String path = configured;
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return path.isEmpty() || path.startsWith("/") ? path : "/" + path;
    }

    /** Whether the pages come over https. */
    public boolean isSecure() {
        return secure;
    }

    public int port() {
        return http.getAddress().getPort();
    }

    String basePath() {
        return basePath;
    }

    /** How often each page was asked for. */
    ConcurrentHashMap<String, LongAdder> requests() {
        return requests;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            spectators.serve(() -> made(exchange), made -> made.send(exchange));
        }
    }

    private Spectators.Made made(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        try {
            if (path.startsWith(basePath + Dashboard.FOLDER)) {
                return made(Dashboard.file(exchange));
            }
            if (path.equals(basePath + "/") && Dashboard.isWanted(exchange)) {
                return made(Dashboard.index(exchange));
            }
            return path.equals(basePath + "/metrics")
                    ? made(scrape(exchange))
                    : made(answer(exchange.getRequestURI()));
        } catch (RuntimeException failed) {
            log.error("monitoring " + path + ": " + failed);
            return made(Page.plain(500, "internal error\n"));
        }
    }

    private static Spectators.Made made(Response response) {
        return new Spectators.Made(response.body().length, exchange -> send(exchange, response));
    }

    static Spectators.Made made(Page page) {
        byte[] body = page.body().getBytes(StandardCharsets.UTF_8);
        return new Spectators.Made(body.length, exchange -> send(exchange, page, body));
    }

    /** Somebody has asked for the page that is known by this path. */
    private void count(String path) {
        requests.computeIfAbsent(path, any -> new LongAdder()).increment();
    }

    private Response scrape(HttpExchange exchange) {
        return scrape(
                exchange.getRequestHeaders().getFirst("Accept"),
                exchange.getRequestHeaders().getFirst("Accept-Encoding"),
                exchange.getRequestURI().getRawQuery());
    }

    /** What a request for metrics is answered with. Any thread but the broker's. */
    Response scrape(
            @Nullable String accept, @Nullable String acceptEncoding, @Nullable String rawQuery) {
        count(basePath + "/metrics");
        return metrics.get().answer(accept, acceptEncoding, Query.parse(rawQuery).text("names"));
    }

    private static void send(HttpExchange exchange, Response response) throws IOException {
        response.headers().forEach(exchange.getResponseHeaders()::set);
        send(exchange, response.status(), response.body());
    }

    /** What a request is answered with. Any thread but the broker's. */
    Page answer(URI asked) {
        String path = asked.getPath();
        if (path == null || !path.startsWith(basePath)) {
            return Page.notFound();
        }
        return pages.page(path.substring(basePath.length()), Query.parse(asked.getRawQuery()));
    }

    private static void send(HttpExchange exchange, Page page, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", page.contentType());
        if (page.contentType().equals(Page.JSON)) {
            exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
        }
        if (page.status() != 200 && page.contentType().startsWith("text/plain")) {
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        }
        send(exchange, page.status(), body);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        boolean head = exchange.getRequestMethod().equals("HEAD");
        if ("close".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Connection"))) {
            exchange.getResponseHeaders().set("Connection", "close"); // done anyhow; say so
        }
        exchange.sendResponseHeaders(status, head || body.length == 0 ? -1 : body.length);
        if (!head) {
            try (OutputStream out = exchange.getResponseBody()) {
                // what is written at once is copied twice below here
                for (int at = 0; at < body.length; at += SENT_AT_ONCE) {
                    out.write(body, at, Math.min(SENT_AT_ONCE, body.length - at));
                }
            }
        }
    }

    /** For tests and embedders: the page without HTTP. */
    public @Nullable String page(String path, @Nullable String rawQuery) {
        Page page = pages.page(path, Query.parse(rawQuery));
        return page.status() == 200 ? page.body() : null;
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
