package io.millrace.jetstream;

import io.millrace.jetstream.snapshot.ArchiveWriter;
import io.millrace.jetstream.snapshot.ArchivedConsumer;
import io.millrace.jetstream.snapshot.ArchivedState;
import io.millrace.protocol.JsonPage;
import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamState;
import io.millrace.store.StreamStore;
import java.util.List;

/**
 * What a snapshot holds: the messages that are on disk when it begins, with the state and the
 * consumers of that moment. Owned by the loop.
 */
/* Messages are read when their turn comes, so what is deleted before that is missing: the archive
 * has no list of what it should hold, and its state only bounds it. */
final class SnapshotContent {
    /** What a message costs at least of a turn's share, small as it may be. */
    private static final int SMALLEST_SHARE = 256;

    private final StreamStore store;
    private final ArchivedState state;
    private final ArchiveWriter archive;
    private final MessageCursor cursor;
    private final StoredMessage message = new StoredMessage();
    private final long last;
    private long next;
    private boolean complete;

    SnapshotContent(Stream stream, boolean withConsumers) throws StoreException {
        this.store = stream.store();
        this.last = stream.shown();
        this.cursor = store.cursor(List.of());
        this.state = stateOf(stream, last, withConsumers ? stream.consumers().size() : 0);
        this.archive = new ArchiveWriter(stream.engine().epochNanos());
        this.next = store.firstSequence();
        archive.state(state);
        if (withConsumers) {
            stream.consumers().forEach(consumer -> archive.consumer(archived(consumer)));
        }
    }

    private static ArchivedConsumer archived(Consumer consumer) {
        JsonPage config = JsonPage.compact();
        consumer.config().write(config, null);
        return new ArchivedConsumer(
                consumer.name(), config.toString(), ConsumerProgress.of(consumer.state()));
    }

    /** The state as if the messages behind {@code last} were not there yet. */
    private static ArchivedState stateOf(Stream stream, long last, int consumers)
            throws StoreException {
        StreamState now = stream.store().state();
        long messages = now.messages();
        long bytes = now.bytes();
        long lastTime = now.lastTimeNanos();
        if (now.lastSequence() > last) {
            long behind = stream.store().numPending(last + 1, List.of());
            messages -= behind;
            // Nobody restores by it: the average will do for those that are still on their way.
            bytes -= now.messages() == 0 ? 0 : now.bytes() / now.messages() * behind;
            StoredMessage newest = new StoredMessage();
            if (stream.store().read(last, newest)) {
                lastTime = newest.timeNanos();
            }
        }
        long first = last == 0 && messages == 0 ? 0 : Math.min(now.firstSequence(), last + 1);
        return new ArchivedState(
                messages,
                bytes,
                first,
                StreamInfo.time(messages == 0 ? 0 : now.firstTimeNanos()),
                last,
                StreamInfo.time(last == 0 ? 0 : lastTime),
                messages == 0 ? 0 : now.subjects(),
                first == 0 ? 0 : last - first + 1 - messages,
                consumers);
    }

    ArchivedState state() {
        return state;
    }

    /**
     * Adds messages until a chunk can be taken, or all are there.
     *
     * @param wanted how large the chunk is
     * @param bytesMax about how much to read now
     */
    void fill(int wanted, int bytesMax) throws StoreException {
        long left = bytesMax;
        while (!complete && left > 0 && archive.available() < wanted) {
            if (!cursor.next(next, message) || message.sequence() > last) {
                archive.end();
                complete = true;
                return;
            }
            next = message.sequence() + 1;
            archive.message(
                    message.sequence(),
                    message.timeNanos(),
                    message.data(),
                    message.subjectOffset(),
                    message.subjectLength(),
                    message.headersLength(),
                    message.payloadLength());
            left -=
                    SMALLEST_SHARE
                            + message.subjectLength()
                            + message.headersLength()
                            + message.payloadLength();
        }
    }

    boolean isComplete() {
        return complete;
    }

    int available() {
        return archive.available();
    }

    byte[] take(int bytesMax) {
        return archive.take(bytesMax);
    }
}
