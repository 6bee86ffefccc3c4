package io.millrace.jetstream;

import io.millrace.jetstream.api.StreamConfig;
import io.millrace.store.StreamState;
import java.util.List;

/**
 * One stream as a survey saw it. Immutable: any thread.
 *
 * @param state at a glance: without what would have to be read
 * @param consumerCount how many consumers it has
 * @param consumers those of them that were looked at
 */
public record StreamSighting(
        String account,
        String name,
        StreamConfig config,
        StreamState state,
        int consumerCount,
        List<ConsumerSighting> consumers) {
    public StreamSighting {
        consumers = List.copyOf(consumers);
    }
}
