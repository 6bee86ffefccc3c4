package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.PriorityPolicy;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;
import org.jspecify.annotations.Nullable;

/**
 * One consumer at one moment. Immutable: any thread.
 *
 * @param createdNanos since 1970
 * @param waiting requests for messages that wait
 * @param pending messages still to be delivered for the first time
 * @param pushBound whether somebody listens where it pushes to
 * @param pauseRemainingNanos 0 when it is not paused
 * @param pinned to whom it delivers, where it has groups; null where it has none
 * @param nowNanos when this was seen, since 1970
 */
public record ConsumerView(
        String stream,
        String name,
        long createdNanos,
        ConsumerConfig config,
        Progress delivered,
        Progress ackFloor,
        long ackPending,
        long redelivered,
        long waiting,
        long pending,
        boolean pushBound,
        long pauseRemainingNanos,
        @Nullable Pinned pinned,
        long nowNanos) {

    /**
     * How far something has come.
     *
     * @param lastNanos when it last moved, since 1970; 0 for never
     */
    public record Progress(long consumerSequence, long streamSequence, long lastNanos) {
        private void write(JsonPage page, String key) {
            page.object(key)
                    .number("consumer_seq", consumerSequence)
                    .number("stream_seq", streamSequence);
            if (lastNanos > 0) {
                page.text("last_active", GoTime.rfc3339(lastNanos));
            }
            page.endObject();
        }
    }

    /**
     * The client that a group is pinned to.
     *
     * @param id empty for none
     * @param sinceNanos since 1970; 0 for never
     */
    public record Pinned(String group, String id, long sinceNanos) {}

    /** What can be seen now; what cannot be counted is 0, and the log says why. Loop only. */
    static ConsumerView of(Consumer consumer) {
        try {
            return of(consumer, consumer.feed().pending());
        } catch (StoreException failed) {
            consumer.engine().storeFailed(consumer.stream(), failed);
            return of(consumer, 0);
        }
    }

    static ConsumerView of(Consumer consumer, long pending) {
        ConsumerState state = consumer.state();
        ConsumerConfig config = consumer.config();
        PullDelivery pull = consumer.delivery() instanceof PullDelivery it ? it : null;
        long now = consumer.engine().epochNanos();
        return new ConsumerView(
                consumer.stream().name(),
                consumer.name(),
                consumer.definition().createdNanos(),
                config,
                new Progress(
                        state.deliveredConsumerSequence(),
                        state.deliveredStreamSequence(),
                        consumer.lastDeliveredNanos()),
                new Progress(
                        state.ackFloorConsumerSequence(),
                        state.ackFloorStreamSequence(),
                        consumer.lastAckedNanos()),
                state.pendingCount(),
                state.redeliveredCount(),
                pull == null ? 0 : pull.waiting(),
                pending,
                pull == null && consumer.delivery().isActive(),
                consumer.isPaused() ? config.pauseUntilNanos() - now : 0,
                pull == null || config.priorityPolicy() == PriorityPolicy.NONE
                        ? null
                        : new Pinned(
                                config.priorityGroups().getFirst(),
                                pull.pinned().id(),
                                pull.pinned().sinceNanos()),
                now);
    }

    /**
     * Writes the whole block.
     *
     * @param shown the configuration as it is to be shown; null for none
     */
    public void write(JsonPage page, @Nullable ConsumerConfig shown) {
        page.text("stream_name", stream)
                .text("name", name)
                .text("created", GoTime.rfc3339(createdNanos));
        if (shown != null) {
            shown.write(page, "config");
        }
        delivered.write(page, "delivered");
        ackFloor.write(page, "ack_floor");
        page.number("num_ack_pending", ackPending)
                .number("num_redelivered", redelivered)
                .number("num_waiting", waiting)
                .number("num_pending", pending)
                .flagUnlessFalse("push_bound", pushBound);
        if (pauseRemainingNanos > 0) {
            page.flag("paused", true).number("pause_remaining", pauseRemainingNanos);
        }
        page.text("ts", GoTime.rfc3339(nowNanos));
        if (pinned != null) {
            page.array("priority_groups")
                    .object(null)
                    .text("group", pinned.group())
                    .textUnlessEmpty("pinned_client_id", pinned.id())
                    .text("pinned_ts", StreamInfo.time(pinned.sinceNanos()))
                    .endObject()
                    .endArray();
        }
    }
}
