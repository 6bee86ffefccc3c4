package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.PriorityPolicy;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;

/** What the API says about one consumer. Loop only. */
final class ConsumerInfo {
    private ConsumerInfo() {}

    /** The whole block up to the time of the answer. */
    static void write(JsonPage page, Consumer consumer, ConsumerConfig shown)
            throws StoreException {
        page.text("stream_name", consumer.stream().name())
                .text("name", consumer.name())
                .text("created", GoTime.rfc3339(consumer.definition().createdNanos()));
        shown.write(page, "config");
        ConsumerState state = consumer.state();
        sequences(
                page,
                "delivered",
                state.deliveredConsumerSequence(),
                state.deliveredStreamSequence(),
                consumer.lastDeliveredNanos());
        sequences(
                page,
                "ack_floor",
                state.ackFloorConsumerSequence(),
                state.ackFloorStreamSequence(),
                consumer.lastAckedNanos());
        PullDelivery pull = consumer.delivery() instanceof PullDelivery it ? it : null;
        page.number("num_ack_pending", state.pendingCount())
                .number("num_redelivered", state.redeliveredCount())
                .number("num_waiting", pull == null ? 0 : pull.waiting())
                .number("num_pending", consumer.feed().pending())
                .flagUnlessFalse("push_bound", pull == null && consumer.delivery().isActive());
        long now = consumer.engine().epochNanos();
        if (consumer.isPaused()) {
            page.flag("paused", true)
                    .number("pause_remaining", consumer.config().pauseUntilNanos() - now);
        }
        page.text("ts", GoTime.rfc3339(now));
        if (pull != null && consumer.config().priorityPolicy() != PriorityPolicy.NONE) {
            page.array("priority_groups")
                    .object(null)
                    .text("group", consumer.config().priorityGroups().getFirst())
                    .textUnlessEmpty("pinned_client_id", pull.pinned().id())
                    .text("pinned_ts", StreamInfo.time(pull.pinned().sinceNanos()))
                    .endObject()
                    .endArray();
        }
    }

    private static void sequences(
            JsonPage page, String key, long consumer, long stream, long lastNanos) {
        page.object(key).number("consumer_seq", consumer).number("stream_seq", stream);
        if (lastNanos > 0) {
            page.text("last_active", GoTime.rfc3339(lastNanos));
        }
        page.endObject();
    }

    /** How an answer or an advisory says that a consumer is not paused. */
    static void notPaused(JsonPage page) {
        page.flag("paused", false).text("pause_until", StreamInfo.NO_TIME);
    }
}
