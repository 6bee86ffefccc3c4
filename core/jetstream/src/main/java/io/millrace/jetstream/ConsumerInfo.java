package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;

/** What the API says about one consumer. Loop only. */
final class ConsumerInfo {
    private ConsumerInfo() {}

    /** The whole block up to the time of the answer. */
    static void write(JsonPage page, Consumer consumer, ConsumerConfig shown)
            throws StoreException {
        ConsumerView.of(consumer, consumer.feed().pending()).write(page, shown);
    }

    /** How an answer or an advisory says that a consumer is not paused. */
    static void notPaused(JsonPage page) {
        page.flag("paused", false).text("pause_until", StreamInfo.NO_TIME);
    }
}
