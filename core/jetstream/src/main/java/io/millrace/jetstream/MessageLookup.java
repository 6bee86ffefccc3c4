package io.millrace.jetstream;

import io.millrace.store.MessageCursor;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Finds single messages in a stream. Loop only. */
final class MessageLookup {
    private final StoredMessage message = new StoredMessage();

    /** What {@link #find} has found. */
    StoredMessage message() {
        return message;
    }

    /** Finds the one message that a query asks for. */
    boolean find(Stream stream, MessageQuery query) throws StoreException {
        StreamStore store = stream.store();
        if (!query.lastFor().isEmpty()) {
            return last(store, query.lastFor());
        }
        if (query.nextFor().isEmpty() && !query.hasStartTime()) {
            return store.read(query.sequence(), message);
        }
        return cursor(stream, query).next(first(stream, query), message);
    }

    /** The cursor over what matches a query. */
    static MessageCursor cursor(Stream stream, MessageQuery query) {
        return stream.store()
                .cursor(
                        query.nextFor().isEmpty()
                                ? List.of()
                                : List.of(SubjectFilter.of(query.nextFor())));
    }

    /** The lowest sequence that a query wants. */
    static long first(Stream stream, MessageQuery query) throws StoreException {
        return query.hasStartTime()
                ? stream.store().firstSequenceAt(query.startTimeNanos())
                : query.sequence();
    }

    private boolean last(StreamStore store, String subject) throws StoreException {
        SubjectFilter filter = SubjectFilter.of(subject);
        if (filter.isLiteral()) {
            return store.lastBySubject(subject.getBytes(StandardCharsets.UTF_8), message);
        }
        long sequence = store.lastMatching(filter);
        return sequence > 0 && store.read(sequence, message);
    }
}
