package io.millrace.jetstream;

import io.millrace.jetstream.api.StreamConfig;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;
import io.millrace.store.StreamState;
import java.util.List;

/**
 * One stream at one moment. Immutable: any thread.
 *
 * @param createdNanos since 1970
 * @param inMemory whether its messages are in memory only
 * @param consumerCount how many consumers clients have made
 * @param consumers what was asked for of them, in order of their names
 */
public record StreamView(
        String name,
        long createdNanos,
        StreamConfig config,
        StreamState state,
        boolean inMemory,
        int consumerCount,
        List<ConsumerView> consumers) {
    public StreamView {
        consumers = List.copyOf(consumers);
    }

    static StreamView of(Stream stream, boolean withConsumers) throws StoreException {
        return new StreamView(
                stream.name(),
                stream.createdNanos(),
                stream.config(),
                stream.store().state(),
                stream.store().isInMemory(),
                stream.consumers().size(),
                withConsumers
                        ? stream.consumers().stream().map(ConsumerView::of).toList()
                        : List.of());
    }

    /** Writes the state block. */
    public void writeState(JsonPage page) {
        page.object("state");
        StreamInfo.counts(page, state);
        page.numberUnlessZero("num_deleted", state.deleted())
                .number("consumer_count", consumerCount)
                .endObject();
    }
}
