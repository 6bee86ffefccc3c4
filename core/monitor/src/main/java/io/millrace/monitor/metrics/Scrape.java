package io.millrace.monitor.metrics;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What a request for metrics is answered with. Immutable: any thread; the body is not copied. */
public final class Scrape {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;

    Scrape(int status, Map<String, String> headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    static Scrape plain(int status, String text) {
        return new Scrape(
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
