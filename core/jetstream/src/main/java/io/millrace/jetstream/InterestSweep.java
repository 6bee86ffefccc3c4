package io.millrace.jetstream;

import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes out of a stream that does not keep by limits alone what nobody wants any more, piece by
 * piece: after a consumer has gone, or with another retention. On the loop.
 */
/* Whoever is there when its turn comes decides about a message, so consumers may come and go. */
final class InterestSweep implements LongWork.Work {
    /** Says whether a message may go. */
    interface Judge {
        boolean mayGo(StoredMessage message) throws StoreException;
    }

    private final Stream stream;
    private final Judge judge;
    private final long roomFor;
    private final MessageCursor cursor;
    private final StoredMessage message = new StoredMessage();
    private final long end;
    private long at;

    /**
     * Prepares one.
     *
     * @param roomFor the number of what the messages go with; 0 for nothing
     */
    InterestSweep(Stream stream, Judge judge, long end, long roomFor) {
        this.stream = stream;
        this.judge = judge;
        this.roomFor = roomFor;
        this.cursor = stream.store().cursor(List.of());
        this.at = stream.store().firstSequence();
        this.end = end;
    }

    @Override
    public boolean goOn() throws StoreException {
        for (int i = 0; i < LongWork.PIECE; i++) {
            if (at > end || !cursor.next(at, message) || message.sequence() > end) {
                return false;
            }
            at = message.sequence();
            if (judge.mayGo(message)) {
                stream.store().makeRoomFor(roomFor);
                try {
                    stream.remove(at);
                } finally {
                    stream.store().makeRoomFor(0);
                }
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
