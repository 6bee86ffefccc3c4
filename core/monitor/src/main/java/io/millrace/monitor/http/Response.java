package io.millrace.monitor.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a request is answered with. Immutable: any thread; the body is not copied. */
public final class Response {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    public Response(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /** A sentence for who asked. */
    public static Response plain(int status, String text) {
        return new Response(
                status,
                Map.of("Content-Type", "text/plain; charset=utf-8"),
                text.getBytes(StandardCharsets.UTF_8));
    }

    /** As HTTP has it. */
    public int status() {
        return status;
    }

    /** Those that do not follow from the length of the body. */
    public Map<String, String> headers() {
        return headers;
    }

    /** Do not write to it: others may be reading the same. */
    public byte[] body() {
        return body;
    }
}
