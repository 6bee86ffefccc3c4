package io.millrace.bridges.gitlab;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.bridges.common.NatsLink;
import io.millrace.bridges.common.Program;
import io.millrace.bridges.common.StatusPage;
import io.millrace.bridges.common.Surroundings;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The port that webhooks are posted to. A call is answered with 200 when its stream has it on disk,
 * and with 503 when it has not: nothing waits here in memory. Each call has a virtual thread.
 *
 * <p>Bounds: one body's size, and how many bodies are held at once.
 */
final class Webhooks implements Program.Bridge {
    private static final String PREFIX = "/hooks/";
    private static final int STOP_SECONDS = 5;
    private static final int SOURCE_CHARS_MAX = 64;

    /** Twice this and two acknowledgements are less than GitLab waits. */
    private static final long PATIENCE_MILLIS = 2000;

    private static final long LOOK_MILLIS = 100;

    private final HttpServer http;
    private final NatsLink link;
    private final Publisher publisher;
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final long bodyBytesMax;
    private final Semaphore bodies;
    private final Surroundings around;

    private Webhooks(
            HttpServer http,
            NatsLink link,
            Publisher publisher,
            WebhookSettings settings,
            Surroundings around) {
        this.http = http;
        this.link = link;
        this.publisher = publisher;
        this.bodyBytesMax = settings.bodyBytesMax();
        this.bodies = new Semaphore(settings.bodiesMax());
        this.around = around;
        for (Source source : settings.sources(around.clock())) {
            sources.put(source.name(), source);
        }
    }

    static Webhooks open(WebhookSettings settings, Surroundings around) throws IOException {
        HttpServer http = StatusPage.server(settings.listen());
        NatsLink link = NatsLink.open(settings.nats(), "millrace-gitlab", around);
        Publisher publisher = new Publisher(link, settings.plansByName(), around);
        Webhooks webhooks = new Webhooks(http, link, publisher, settings, around);
        publisher.ensureAll();
        http.createContext("/", webhooks::handle);
        http.setExecutor(Threads.blocking("hook"));
        http.start();
        around.log().info("webhooks are taken on port " + http.getAddress().getPort());
        return webhooks;
    }

    private void handle(HttpExchange exchange) {
        String source = "";
        try (exchange) {
            try {
                source = sourceName(exchange.getRequestURI().getPath());
                answer(exchange, 200, take(exchange, source));
            } catch (Refused refused) {
                count("refused", source, refused.reason());
                around.log()
                        .warn(
                                "hook "
                                        + source
                                        + ": "
                                        + refused.status()
                                        + ", "
                                        + refused.getMessage());
                answer(exchange, refused.status(), refused.getMessage() + "\n");
            } catch (RuntimeException bug) {
                count("refused", source, "bug");
                around.log().error("hook " + source + ": " + bug);
                answer(exchange, 500, "internal error\n");
            }
        } catch (IOException gone) {
            around.log().debug("hook " + source + ": the caller is gone: " + gone.getMessage());
        }
    }

    private String take(HttpExchange exchange, String name) throws Refused, IOException {
        Source source = sources.get(name);
        if (source == null) {
            throw new Refused(404, "source", "there is no such hook");
        }
        if (!exchange.getRequestMethod().equals("POST")) {
            throw new Refused(405, "method", "hooks are posted to");
        }
        around.metrics()
                .counter("millrace_webhook_received_total", "Calls, good or bad.", "source", name)
                .increment();
        Call.Headers headers = exchange.getRequestHeaders()::getFirst;
        source.admit(headers);
        takeTurn();
        try {
            byte[] body = body(exchange, headers);
            List<String> path = path(exchange.getRequestURI().getPath());
            return store(source, new Call(path.subList(1, path.size()), headers, body));
        } finally {
            bodies.release();
        }
    }

    private static List<String> path(String path) {
        return Arrays.asList(path.substring(PREFIX.length()).split("/", -1));
    }

    private String sourceName(String path) {
        if (!path.startsWith(PREFIX)) {
            return "";
        }
        String name = path(path).getFirst();
        // Names of strangers get neither into metrics nor into the log.
        return name.length() <= SOURCE_CHARS_MAX && sources.containsKey(name) ? name : "";
    }

    private byte[] body(HttpExchange exchange, Call.Headers headers) throws Refused, IOException {
        String length = headers.first("Content-Length");
        if (length != null && isAbove(length, bodyBytesMax)) {
            throw tooLarge(bodyBytesMax);
        }
        long limit = Math.min(bodyBytesMax, fits());
        if (length != null && isAbove(length, limit)) {
            throw tooLarge(limit);
        }
        InputStream in = exchange.getRequestBody();
        byte[] body = in.readNBytes((int) limit + 1);
        if (body.length > limit) {
            throw tooLarge(limit);
        }
        return body;
    }

    /** GitLab does not call again, so a moment's wait is better than a refusal. */
    private void takeTurn() throws Refused {
        try {
            if (bodies.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        throw new Refused(503, "busy", "too many calls at once");
    }

    /** What the server takes in one message; waits a moment for a connection that was lost. */
    private long fits() throws Refused {
        try {
            for (long waited = 0; waited <= PATIENCE_MILLIS; waited += LOOK_MILLIS) {
                long fits = publisher.bodyBytesMax();
                if (fits > 0) {
                    return fits;
                }
                around.pauses().pause(TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS));
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        throw new Refused(503, "nats", "not connected to NATS");
    }

    private static boolean isAbove(String length, long limit) {
        try {
            return Long.parseLong(length.strip()) > limit;
        } catch (NumberFormatException noNumber) {
            return true;
        }
    }

    private static Refused tooLarge(long limit) {
        return new Refused(413, "too_large", "the body is larger than " + limit + " bytes");
    }

    private String store(Source source, Call call) throws Refused {
        int stored = 0;
        int known = 0;
        for (Announcement announcement : source.read(call)) {
            try {
                if (publisher.publish(source.stream(), announcement)) {
                    known++;
                } else {
                    stored++;
                }
            } catch (IOException failed) {
                if (link.isUp()) {
                    around.health().trouble(Publisher.part(source.stream()), text(failed));
                }
                throw new Refused(503, "nats", text(failed));
            }
        }
        around.health().well(Publisher.part(source.stream()));
        String name = source.name();
        around.metrics()
                .counter("millrace_webhook_published_total", "Messages stored.", "source", name)
                .add(stored);
        around.metrics()
                .counter(
                        "millrace_webhook_duplicates_total",
                        "Messages that were stored before.",
                        "source",
                        name)
                .add(known);
        return "stored " + stored + ", known " + known + "\n";
    }

    private static String text(Exception failed) {
        return String.valueOf(failed.getMessage());
    }

    private void count(String what, String source, String reason) {
        around.metrics()
                .counter(
                        "millrace_webhook_" + what + "_total",
                        "Calls refused, by reason.",
                        "source",
                        source,
                        "reason",
                        reason)
                .increment();
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
        if (status == 503) {
            exchange.getResponseHeaders().set("Retry-After", "10");
        }
        if (status == 413) {
            // What is left of the body is not read.
            exchange.getResponseHeaders().set("Connection", "close");
        }
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        // New calls find the port closed; those within have the time that an ack may take.
        http.stop(STOP_SECONDS);
        link.close();
    }
}
