package io.millrace.jetstream;

import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * After a consumer has gone, in a stream that keeps by interest: takes out what nobody wants any
 * more, piece by piece. On the loop.
 */
/* Whoever is there when its turn comes decides about a message, so consumers may come and go. */
final class InterestSweep implements LongWork.Work {
    private final Stream stream;
    private final MessageCursor cursor;
    private final StoredMessage message = new StoredMessage();
    private final long end;
    private long at;

    InterestSweep(Stream stream) {
        this.stream = stream;
        this.cursor = stream.store().cursor(List.of());
        this.at = stream.store().firstSequence();
        this.end = stream.store().lastSequence();
    }

    @Override
    public boolean goOn() throws StoreException {
        for (int i = 0; i < LongWork.PIECE; i++) {
            if (at > end || !cursor.next(at, message) || message.sequence() > end) {
                return false;
            }
            at = message.sequence();
            if (!stream.isWanted(at, null)) {
                stream.remove(at);
            }
            at++;
        }
        return true;
    }

    @Override
    public boolean isHidden() {
        return false;
    }

    @Override
    public void ended(@Nullable StoreException failed) {
        if (failed != null) {
            stream.engine().storeFailed(stream, failed);
        }
    }
}
