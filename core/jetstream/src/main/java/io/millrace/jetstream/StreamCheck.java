package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a whole stream once, a little each turn, to find out what is damaged. Owned by the loop.
 */
final class StreamCheck {
    private static final int MESSAGES_PER_STEP = 256;
    private static final int BYTES_PER_STEP = 256 << 10;

    private final Stream stream;
    private final Consumer<@Nullable ApiException> done;
    private final MessageCursor cursor;
    private final StoredMessage message = new StoredMessage();
    private final long lostBefore;
    private long next;

    /**
     * @param done is given what is wrong; null for nothing
     */
    StreamCheck(Stream stream, Consumer<@Nullable ApiException> done) {
        this.stream = stream;
        this.done = done;
        this.cursor = stream.store().cursor(List.of());
        this.lostBefore = stream.store().lost();
        this.next = stream.store().firstSequence();
    }

    void begin() {
        stream.engine().turn().soon(this::step);
    }

    private void step() {
        if (stream.isClosed()) {
            done.accept(ApiError.STREAM_NOT_FOUND.asException());
            return;
        }
        try {
            int bytes = 0;
            for (int i = 0; i < MESSAGES_PER_STEP && bytes < BYTES_PER_STEP; i++) {
                if (!cursor.next(next, message)) {
                    found();
                    return;
                }
                next = message.sequence() + 1;
                bytes += message.headersLength() + message.payloadLength();
            }
            begin();
        } catch (StoreException failed) {
            done.accept(ApiError.STREAM_SNAPSHOT.because(String.valueOf(failed.getMessage())));
        }
    }

    private void found() {
        long lost = stream.store().lost() - lostBefore;
        done.accept(
                lost == 0
                        ? null
                        : ApiError.STREAM_SNAPSHOT.because(lost + " messages were damaged"));
    }
}
