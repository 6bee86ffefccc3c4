package io.millrace.jetstream;

import io.millrace.broker.ConnectionInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request of the API, copied out of the connection's buffer. Immutable. */
final class ApiRequest {
    private final ApiCall call;
    private final String subject;
    private final List<String> tokens;
    private final @Nullable String reply;
    private final byte[] headers;
    private final byte[] body;
    private final @Nullable ConnectionInfo sender;

    /**
     * @param subject as the client wrote it
     * @param tokens of the subject, below the prefix
     * @param reply where the answer goes; null when none is wanted
     * @param headers the header block, empty without one
     * @param sender null for another part of this server
     */
    ApiRequest(
            ApiCall call,
            String subject,
            List<String> tokens,
            @Nullable String reply,
            byte[] headers,
            byte[] body,
            @Nullable ConnectionInfo sender) {
        this.call = call;
        this.subject = subject;
        this.tokens = tokens;
        this.reply = reply;
        this.headers = headers;
        this.body = body;
        this.sender = sender;
    }

    /** The same request with nothing in it. */
    ApiRequest withoutBody() {
        return new ApiRequest(call, subject, tokens, reply, headers, new byte[0], sender);
    }

    ApiCall call() {
        return call;
    }

    String subject() {
        return subject;
    }

    List<String> tokens() {
        return tokens;
    }

    @Nullable String reply() {
        return reply;
    }

    byte[] headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    @Nullable ConnectionInfo sender() {
        return sender;
    }

    /** The stream that the subject names. */
    String stream() {
        return tokens.get(call.streamToken());
    }

    /** The consumer that the subject names behind the stream. */
    String consumer() {
        return tokens.get(call.streamToken() + 1);
    }

    boolean isBlank() {
        for (byte b : body) {
            if (b > ' ') {
                return false;
            }
        }
        return true;
    }

    String bodyText() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
