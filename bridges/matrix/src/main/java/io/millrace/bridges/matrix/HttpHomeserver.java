package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Fields;
import io.millrace.bridges.common.Secret;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonTree;
import io.millrace.runtime.Log;
import io.millrace.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Matrix server by its client-server API. Any thread.
 *
 * <p>Bounds: an answer has {@value #ANSWER_BYTES_MAX} bytes, and so long a call takes: {@link
 * #CALL_WAIT}.
 */
final class HttpHomeserver implements Homeserver {
    static final int ANSWER_BYTES_MAX = 8 << 20;
    private static final Duration CALL_WAIT = Duration.ofSeconds(30);
    private static final String CLIENT = "/_matrix/client/v3";
    private static final long SILENCE_NANOS_MAX = TimeUnit.HOURS.toNanos(1);

    private final URI base;
    private final Secret token;
    private final Log log;
    private final HttpClient http;

    HttpHomeserver(URI base, Secret token, Log log) {
        this.base = base;
        this.token = token;
        this.log = log;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Duration.ofSeconds(10))
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(Threads.blocking("matrix"))
                        .build();
    }

    static String encoded(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    Answer call(String method, String path, String body, Duration more)
            throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(base + CLIENT + path))
                        .timeout(CALL_WAIT.plus(more))
                        .header("Authorization", "Bearer " + token.reveal())
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                method.equals("GET")
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<InputStream> response =
                http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            byte[] bytes = in.readNBytes(ANSWER_BYTES_MAX);
            if (bytes.length == ANSWER_BYTES_MAX) {
                throw new IOException("the answer is larger than " + ANSWER_BYTES_MAX + " bytes");
            }
            Json json = json(bytes);
            return new Answer(response.statusCode(), json, retryNanos(response, json));
        }
    }

    private static @Nullable Json json(byte[] bytes) {
        try {
            return JsonTree.parse(bytes, 0, bytes.length);
        } catch (JsonException noJson) {
            return null; // a proxy's page, perhaps
        }
    }

    /** The header counts whole seconds; the older field is more exact and wins. */
    private static long retryNanos(HttpResponse<?> response, @Nullable Json body) {
        long millis = number(Fields.text(body, "retry_after_ms"));
        long nanos =
                millis > 0
                        ? TimeUnit.MILLISECONDS.toNanos(millis)
                        : TimeUnit.SECONDS.toNanos(
                                number(response.headers().firstValue("Retry-After").orElse("")));
        return Math.min(nanos, SILENCE_NANOS_MAX);
    }

    private static long number(String text) {
        return text.matches("[0-9]{1,12}") ? Long.parseLong(text) : 0;
    }

    private Outcome outcome(String method, String path, String body, String field)
            throws InterruptedException {
        try {
            return call(method, path, body, Duration.ZERO).outcome(field);
        } catch (IOException away) {
            return unreachable(away);
        }
    }

    private Outcome unreachable(IOException away) {
        String why = String.valueOf(away.getMessage());
        return new Outcome.Later(
                "network",
                "Matrix cannot be reached at "
                        + base
                        + ": "
                        + away.getClass().getSimpleName()
                        + " "
                        + why,
                0);
    }

    @Override
    public Outcome enter(String room) throws InterruptedException {
        Outcome joined = outcome("POST", "/join/" + encoded(room), "{}", "room_id");
        if (joined instanceof Outcome.Done(String id)) {
            warnIfEncrypted(room, id);
        }
        return joined;
    }

    /** What is said there is not encrypted, and commands from there cannot be read. */
    private void warnIfEncrypted(String room, String id) throws InterruptedException {
        Outcome state =
                outcome(
                        "GET",
                        "/rooms/" + encoded(id) + "/state/m.room.encryption",
                        "",
                        "algorithm");
        if (state instanceof Outcome.Done) {
            log.warn("room " + room + " is encrypted: our messages there are not, and are marked");
        }
    }

    @Override
    public Outcome send(String roomId, String transaction, Notice notice)
            throws InterruptedException {
        String path = "/rooms/" + encoded(roomId) + "/send/m.room.message/" + encoded(transaction);
        return outcome("PUT", path, notice.content(), "event_id");
    }

    @Override
    public Outcome whoAmI() throws InterruptedException {
        return outcome("GET", "/account/whoami", "", "user_id");
    }

    @Override
    public Answer sync(String filter, @Nullable String since, Duration wait)
            throws IOException, InterruptedException {
        String path =
                String.format(
                        Locale.ROOT,
                        "/sync?filter=%s&timeout=%d%s",
                        encoded(filter),
                        wait.toMillis(),
                        since == null ? "" : "&since=" + encoded(since));
        return call("GET", path, "", wait);
    }

    void close() {
        http.shutdownNow();
    }
}
