package io.millrace.jetstream.api;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/** How much text a stream may carry about itself. Stateless. */
final class StreamTextRules {
    private static final int DESCRIPTION_MAX = 4096;
    private static final int METADATA_MAX = 128 * 1024;

    private StreamTextRules() {}

    static void checkDescription(String description) throws ApiException {
        if (bytes(description) > DESCRIPTION_MAX) {
            throw StreamRules.invalid(
                    "stream description is too long, maximum allowed is " + DESCRIPTION_MAX);
        }
    }

    /** Keys and values count, and so does the key that the server adds. */
    static void checkMetadata(Map<String, String> metadata) throws ApiException {
        long size = 0;
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            size += bytes(entry.getKey()) + bytes(entry.getValue());
        }
        if (size > METADATA_MAX) {
            throw StreamRules.invalid(
                    "stream metadata exceeds maximum size of " + METADATA_MAX + " bytes");
        }
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
