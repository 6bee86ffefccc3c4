package io.millrace.bridges.common;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.protocol.JsonPage;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Semaphore;

/** {@code /healthz} and {@code /metrics} on a port of their own. Any thread. */
public final class StatusPage implements AutoCloseable {
    private static final int BACKLOG = 16;
    private static final int EXCHANGES_MAX = 32;

    private final HttpServer http;
    private final Health health;
    private final Metrics metrics;
    private final Semaphore exchanges = new Semaphore(EXCHANGES_MAX);

    private StatusPage(HttpServer http, Health health, Metrics metrics) {
        this.http = http;
        this.health = health;
        this.metrics = metrics;
    }

    static StatusPage open(InetSocketAddress address, Health health, Metrics metrics)
            throws IOException {
        StatusPage page = new StatusPage(server(address), health, metrics);
        page.http.createContext("/", page::handle);
        page.http.setExecutor(Threads.blocking("status"));
        page.http.start();
        return page;
    }

    /** A server at that address; a failure names the address. */
    public static HttpServer server(InetSocketAddress address) throws IOException {
        try {
            return HttpServer.create(address, BACKLOG);
        } catch (BindException taken) {
            throw new IOException("cannot listen on " + address + ": " + taken.getMessage(), taken);
        }
    }

    int port() {
        return http.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        boolean allowed = exchanges.tryAcquire();
        try (exchange) {
            if (!allowed) {
                send(exchange, 503, "text/plain", "too many requests at once\n");
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/healthz" ->
                        send(exchange, health.isWell() ? 200 : 503, "application/json", status());
                case "/metrics" -> send(exchange, 200, "text/plain; version=0.0.4", metrics.text());
                default -> send(exchange, 404, "text/plain", "there are /healthz and /metrics\n");
            }
        } finally {
            if (allowed) {
                exchanges.release();
            }
        }
    }

    private String status() {
        JsonPage page = JsonPage.compact().object(null);
        page.text("status", health.isWell() ? "ok" : "unavailable");
        if (!health.isWell()) {
            page.object("troubles");
            health.troubles().forEach(page::text);
            page.endObject();
        }
        return page.endObject() + "\n";
    }

    private static void send(HttpExchange exchange, int status, String type, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
        if (!head) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
