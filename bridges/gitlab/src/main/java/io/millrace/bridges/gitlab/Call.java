package io.millrace.bridges.gitlab;

import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonTree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One webhook call: what follows the source in its path, its headers, and its body. */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Call(List<String> path, Headers headers, byte[] body) {

    /** The headers of a call, by any spelling of their names. */
    interface Headers {
        @Nullable String first(String name);
    }

    /** The header, or "" when it is not there. */
    String header(String name) {
        String value = headers.first(name);
        return value == null ? "" : value.strip();
    }

    Json json() throws Refused {
        try {
            return JsonTree.parse(body, 0, body.length);
        } catch (JsonException malformed) {
            throw Refused.badBody("not JSON: " + malformed.getMessage());
        }
    }
}
