package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonTree;

/** Reads the body of a request: JSON, of which nothing may be unknown when the server is strict. */
final class ApiBody {
    private final JetStream engine;

    ApiBody(JetStream engine) {
        this.engine = engine;
    }

    /** Makes something out of fields. */
    interface Reading<T> {
        T read(JsonFields fields) throws JsonException, ApiException;
    }

    /**
     * Reads a body; an empty one has no fields.
     *
     * @param structure what Go calls the structure, for its messages
     */
    <T> T read(ApiRequest request, String structure, Reading<T> reading) throws ApiException {
        try {
            return parse(request, structure, reading);
        } catch (JsonException broken) {
            throw ApiError.INVALID_JSON.because(inWordsOfAStream(broken));
        }
    }

    /** The reference reads strictly by a decoder of streams, for which a text only stops. */
    private String inWordsOfAStream(JsonException broken) {
        String message = String.valueOf(broken.getMessage());
        return engine.options().strict() && message.equals("unexpected end of JSON input")
                ? "unexpected EOF"
                : message;
    }

    /** The same; a body that is neither an object nor an array says nothing. */
    <T> T readIfAny(ApiRequest request, String structure, Reading<T> reading) throws ApiException {
        return read(
                isStructured(request.body()) ? request : request.withoutBody(), structure, reading);
    }

    private static boolean isStructured(byte[] body) {
        for (byte b : body) {
            if (b < 0 || b > ' ') {
                return b == '{' || b == '[';
            }
        }
        return false;
    }

    /** The same; a mistake is told without its place, as some calls of the reference do. */
    <T> T readPlain(ApiRequest request, String structure, Reading<T> reading) throws ApiException {
        try {
            return parse(request, structure, reading);
        } catch (JsonException broken) {
            throw ApiError.INVALID_JSON.because(broken.plain());
        }
    }

    private <T> T parse(ApiRequest request, String structure, Reading<T> reading)
            throws JsonException, ApiException {
        Json json =
                request.isBlank()
                        ? Json.Obj.EMPTY
                        : JsonTree.parse(request.body(), 0, request.body().length);
        JsonFields fields = JsonFields.of(json, structure);
        T read = reading.read(fields);
        if (engine.options().strict()) {
            fields.refuseUnknown();
        }
        return read;
    }
}
