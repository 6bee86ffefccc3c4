package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;
import java.util.List;

/** Where a new consumer begins, by its deliver policy. */
final class StartingPoint {
    private StartingPoint() {}

    /** The first stream sequence that it may deliver; at least 1. */
    static long of(Stream stream, ConsumerDefinition definition) throws StoreException {
        StreamStore store = stream.store();
        ConsumerConfig config = definition.config();
        long first = Math.max(1, store.firstSequence());
        long end = store.lastSequence() + 1;
        return switch (config.deliverPolicy()) {
            case ALL -> first;
            case NEW -> end;
            case LAST -> last(store, config, end);
            case LAST_PER_SUBJECT -> firstOfNewest(store, config, end);
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
            last = Math.max(last, store.subjectState(SubjectFilter.of(filter)).lastSequence());
        }
        return last == 0 ? end : last;
    }

    private static long firstOfNewest(StreamStore store, ConsumerConfig config, long end)
            throws StoreException {
        List<SubjectFilter> filters =
                config.filters().isEmpty()
                        ? List.of(SubjectFilter.of(">"))
                        : config.filters().stream().map(SubjectFilter::of).toList();
        long[] newest = store.lastPerSubject(filters, store.lastSequence(), Integer.MAX_VALUE - 8);
        return newest.length == 0 ? end : newest[0];
    }
}
