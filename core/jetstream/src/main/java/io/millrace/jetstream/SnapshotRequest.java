package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.Subjects;
import java.nio.charset.StandardCharsets;

/**
 * How a client wants a snapshot. Immutable.
 *
 * @param deliverSubject where the chunks go
 * @param withConsumers whether the consumers go along
 * @param checked whether every message is read before anything is promised
 * @param chunkBytes how large a chunk is
 * @param windowBytes how much may be on its way unconfirmed; at least a chunk
 */
record SnapshotRequest(
        String deliverSubject,
        boolean withConsumers,
        boolean checked,
        int chunkBytes,
        int windowBytes) {
    private static final int CHUNK_BYTES = 128 << 10;
    private static final int CHUNK_BYTES_MIN = 1 << 10;
    private static final int CHUNK_BYTES_MAX = 1 << 20;
    private static final int WINDOW_BYTES = 8 << 20;
    private static final int WINDOW_BYTES_MAX = 32 << 20;

    static SnapshotRequest of(JsonFields fields) throws JsonException, ApiException {
        String subject = fields.text("deliver_subject");
        boolean withConsumers = !fields.flag("no_consumers");
        boolean checked = fields.flag("jsck");
        int chunk = bounded(fields.whole("chunk_size"), CHUNK_BYTES, CHUNK_BYTES_MAX);
        int window = bounded(fields.whole("window_size"), WINDOW_BYTES, WINDOW_BYTES_MAX);
        if (subject.isEmpty()) {
            throw ApiError.BAD_REQUEST.asException();
        }
        byte[] deliver = subject.getBytes(StandardCharsets.UTF_8);
        if (!Subjects.isLiteral(deliver, 0, deliver.length)) {
            throw ApiError.SNAPSHOT_DELIVER_SUBJECT_INVALID.asException();
        }
        return new SnapshotRequest(subject, withConsumers, checked, chunk, Math.max(window, chunk));
    }

    private static int bounded(long asked, int usual, int most) {
        return asked == 0 ? usual : Math.clamp(asked, CHUNK_BYTES_MIN, most);
    }
}
