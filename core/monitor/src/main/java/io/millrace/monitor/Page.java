package io.millrace.monitor;

/** One answer over HTTP. */
record Page(int status, String contentType, String body) {
    static final String JSON = "application/json";

    static Page json(String body) {
        return new Page(200, JSON, body);
    }

    static Page json(int status, String body) {
        return new Page(status, JSON, body);
    }

    static Page html(String body) {
        return new Page(200, "text/html; charset=utf-8", body);
    }

    static Page plain(int status, String text) {
        return new Page(status, "text/plain; charset=utf-8", text);
    }

    static Page notFound() {
        return plain(404, "404 page not found\n");
    }
}
