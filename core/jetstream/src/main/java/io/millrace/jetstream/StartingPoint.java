package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;

/** Where a new consumer begins, by its deliver policy. */
final class StartingPoint {
    private StartingPoint() {}

    /**
     * The first stream sequence that it may deliver; at least 1.
     *
     * @param newest the newest of each subject, when it begins with them
     */
    static long of(Stream stream, ConsumerDefinition definition, long[] newest)
            throws StoreException {
        StreamStore store = stream.store();
        ConsumerConfig config = definition.config();
        long first = Math.max(1, store.firstSequence());
        long end = store.lastSequence() + 1;
        return switch (config.deliverPolicy()) {
            case ALL -> first;
            case NEW -> end;
            case LAST -> last(store, config, end);
            case LAST_PER_SUBJECT -> newest.length > 0 ? newest[0] : definition.streamEnd() + 1;
            case BY_START_SEQUENCE -> Math.max(first, config.optStartSequence());
            case BY_START_TIME ->
                    Math.max(first, store.firstSequenceAt(config.optStartTimeNanos()));
        };
    }

    private static long last(StreamStore store, ConsumerConfig config, long end)
            throws StoreException {
        if (config.filters().isEmpty()) {
            return store.messages() == 0 ? end : store.lastSequence();
        }
        long last = 0;
        for (String filter : config.filters()) {
            last = Math.max(last, store.lastMatching(SubjectFilter.of(filter)));
        }
        return last == 0 ? end : last;
    }
}
