package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Fields;
import io.millrace.protocol.Json;
import org.jspecify.annotations.Nullable;

/**
 * What a Matrix server says, with any status.
 *
 * @param body null for what is not JSON
 * @param retryNanos how long it wants to be left alone; 0 when it does not say
 */
record Answer(int status, @Nullable Json body, long retryNanos) {
    private static final int TEXT_CHARS_MAX = 300;

    String text(String... way) {
        return Fields.text(body, way);
    }

    /** What it means for whoever asked; {@code field} holds what was asked for. */
    Outcome outcome(String field) {
        if (status == 200) {
            String value = text(field);
            return value.isEmpty()
                    ? new Outcome.Later("answer", "Matrix answers without " + field, 0)
                    : new Outcome.Done(value);
        }
        String code = text("errcode");
        String error = text("error");
        String said =
                "Matrix says "
                        + status
                        + " "
                        + code
                        + " "
                        + error.substring(0, Math.min(error.length(), TEXT_CHARS_MAX));
        if (status == 429) {
            return new Outcome.Later("limit", said, retryNanos);
        }
        if (status >= 500 || status == 408 || code.isEmpty()) {
            // Without a code it is not Matrix that answers, but what stands before it.
            return new Outcome.Later("server", said, status >= 500 ? retryNanos : 0);
        }
        return new Outcome.Refused(status, code, said);
    }
}
