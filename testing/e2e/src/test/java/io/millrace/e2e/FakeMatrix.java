package io.millrace.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A Matrix server of one room that keeps the rule of transactions: the same id again is answered
 * the same and shows nothing. Its moods come in turn with the calls: down, too busy, and the worst,
 * taking a message and dying before it says so.
 */
final class FakeMatrix implements AutoCloseable {
    private static final String ROOM = "!room";

    private final HttpServer http;
    private final Map<String, String> shown = new LinkedHashMap<>();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final LinkedBlockingQueue<String> timeline = new LinkedBlockingQueue<>();
    private final AtomicInteger place = new AtomicInteger();
    private volatile boolean isDown;
    private volatile boolean isMoody;

    private FakeMatrix() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        http.createContext("/_matrix/client/v3/", this::handle);
        http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        http.start();
    }

    static FakeMatrix start() {
        try {
            return new FakeMatrix();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    void beDown(boolean down) {
        isDown = down;
    }

    void beMoody(boolean moody) {
        isMoody = moody;
    }

    /** Contents of the messages that a person in the room sees. */
    synchronized List<String> shown() {
        return List.copyOf(shown.values());
    }

    /** Transactions that were tried more than once. */
    long repeated() {
        return attempts.values().stream().filter(times -> times > 1).count();
    }

    int attempts() {
        return attempts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** Somebody says something in the room. */
    void say(String eventId, String user, String text) {
        timeline.add(
                """
                {"type":"m.room.message","event_id":"%s","sender":"%s","unsigned":{"age":5},
                 "content":{"msgtype":"m.text","body":"%s"}}
                """
                        .formatted(eventId, user, text));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path =
                    exchange.getRequestURI().getPath().substring("/_matrix/client/v3".length());
            String login = exchange.getRequestHeaders().getFirst("Authorization");
            if (isDown) {
                answer(exchange, 502, "<html>no server here</html>");
            } else if (!"Bearer matrix-token".equals(login)) {
                answer(exchange, 401, "{\"errcode\":\"M_UNKNOWN_TOKEN\",\"error\":\"who?\"}");
            } else if (path.startsWith("/join/")) {
                answer(exchange, 200, "{\"room_id\":\"" + ROOM + "\"}");
            } else if (path.equals("/account/whoami")) {
                answer(exchange, 200, "{\"user_id\":\"@bot:example.org\"}");
            } else if (path.startsWith("/rooms/" + ROOM + "/send/m.room.message/")) {
                String transaction = path.substring(path.lastIndexOf('/') + 1);
                send(exchange, transaction, new String(body, StandardCharsets.UTF_8));
            } else if (path.equals("/sync")) {
                sync(exchange);
            } else {
                answer(exchange, 404, "{\"errcode\":\"M_NOT_FOUND\",\"error\":\"no such thing\"}");
            }
        }
    }

    private void send(HttpExchange exchange, String transaction, String content)
            throws IOException {
        int times = attempts.merge(transaction, 1, Integer::sum);
        int mood = isMoody && times == 1 ? attempts.size() % 4 : 3;
        if (mood == 0) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(
                    exchange,
                    429,
                    "{\"errcode\":\"M_LIMIT_EXCEEDED\",\"error\":\"slow\",\"retry_after_ms\":50}");
            return;
        }
        if (mood == 1) {
            answer(exchange, 500, "{\"errcode\":\"M_UNKNOWN\",\"error\":\"oops\"}");
            return;
        }
        synchronized (this) {
            shown.putIfAbsent(transaction, content);
        }
        if (mood == 2) {
            return; // closed without an answer
        }
        answer(exchange, 200, "{\"event_id\":\"$" + transaction.hashCode() + "\"}");
    }

    private void sync(HttpExchange exchange) throws IOException {
        String query = String.valueOf(exchange.getRequestURI().getQuery());
        String event = null;
        if (query.contains("since=")) {
            try {
                event = timeline.poll(200, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        String events = event == null ? "" : event;
        answer(
                exchange,
                200,
                """
                {"next_batch":"s%d","rooms":{"join":{"%s":{"timeline":{"events":[%s]}}}}}
                """
                        .formatted(place.incrementAndGet(), ROOM, events));
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
