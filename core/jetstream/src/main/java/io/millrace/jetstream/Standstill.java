package io.millrace.jetstream;

import io.millrace.jetstream.ConsumerDiagnosis.Condition;
import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.protocol.GoTime;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what keeps a consumer from delivering, without touching it. One use; loop only.
 *
 * <p>The conditions come in the order in which they matter: what stops everything first, then
 * whether there is anything to deliver, then whether anybody takes it.
 */
final class Standstill {
    private final Consumer consumer;
    private final ConsumerConfig config;
    private final ConsumerState state;
    private final StreamStore store;
    private final long now;
    private final List<Condition> conditions = new ArrayList<>();

    private Standstill(Consumer consumer) {
        this.consumer = consumer;
        this.config = consumer.config();
        this.state = consumer.state();
        this.store = consumer.stream().store();
        this.now = consumer.engine().epochNanos();
    }

    static ConsumerDiagnosis of(Consumer consumer) throws StoreException {
        Standstill look = new Standstill(consumer);
        look.all();
        return new ConsumerDiagnosis(
                consumer.stream().account().name(),
                consumer.stream().name(),
                consumer.name(),
                look.conditions);
    }

    private void all() throws StoreException {
        disk();
        paused();
        messages();
        maxAckPending();
        givenUp();
        switch (consumer.delivery()) {
            case PullDelivery pull -> pull(pull);
            case PushDelivery push -> push(push);
        }
    }

    private void add(String name, boolean blocks, String value, String text) {
        conditions.add(new Condition(name, blocks, value, text));
    }

    private void disk() {
        String refusal = consumer.engine().refusal();
        if (refusal == null) {
            add("disk", false, "ok", "The disk takes what is written.");
        } else {
            add(
                    "disk",
                    false,
                    refusal,
                    "The disk takes no messages at the moment ("
                            + refusal
                            + "): new ones are refused, stored ones are delivered.");
        }
    }

    private void paused() {
        long left = config.pauseUntilNanos() - now;
        if (left > 0) {
            add(
                    "paused",
                    true,
                    GoTime.duration(left),
                    "The consumer is paused until "
                            + GoTime.rfc3339(config.pauseUntilNanos())
                            + "; 'nats consumer resume' ends that.");
        } else {
            add("paused", false, "no", "The consumer is not paused.");
        }
    }

    private void messages() throws StoreException {
        long pending = consumer.feed().pending();
        int again = consumer.acks().redeliveries().size();
        String value = pending + " new, " + again + " again";
        if (pending + again > 0) {
            boolean onWay =
                    again == 0 && state.deliveredStreamSequence() >= consumer.stream().shown();
            add(
                    "messages",
                    onWay,
                    value,
                    onWay
                            ? "What there is to deliver is on its way to the disk."
                            : value + " are there to be delivered.");
            return;
        }
        add("messages", true, value, nothingThere());
    }

    private String nothingThere() {
        long last = store.lastSequence();
        long delivered = state.deliveredStreamSequence();
        if (store.messages() == 0) {
            return "The stream holds no message: its last sequence was " + last + ".";
        }
        if (delivered >= last && delivered > 0 && state.deliveredConsumerSequence() == 0) {
            return "The consumer begins behind sequence "
                    + delivered
                    + ", the last of the stream: it waits for new messages.";
        }
        if (delivered >= last) {
            return waitingForAcks("Everything up to sequence " + last + " was delivered");
        }
        if (!config.filters().isEmpty()) {
            return waitingForAcks(
                    "No message behind sequence "
                            + delivered
                            + " up to the last one, "
                            + last
                            + ", matches its filter "
                            + String.join(", ", config.filters()));
        }
        return "No message is stored behind sequence " + delivered + ".";
    }

    private String waitingForAcks(String what) {
        long pending = state.pendingCount();
        return pending == 0
                ? what + "."
                : what
                        + "; "
                        + pending
                        + " of those wait for their ack, and come again when it does not come"
                        + " in time.";
    }

    private void maxAckPending() {
        long most = config.maxAckPending();
        if (!state.awaitsAcks() || most <= 0) {
            return;
        }
        long pending = state.pendingCount();
        boolean full = pending >= most && consumer.acks().redeliveries().isEmpty();
        add(
                "max_ack_pending",
                full,
                pending + " of " + most,
                full
                        ? "As many messages wait for their ack as max_ack_pending allows, "
                                + most
                                + ": nothing new goes out until one is acknowledged or its"
                                + " ack wait of "
                                + GoTime.duration(config.ackWaitNanos())
                                + " has passed. The first one is sequence "
                                + firstPending()
                                + "."
                        : pending + " of at most " + most + " messages wait for their ack.");
    }

    private long firstPending() {
        long[] first = {0};
        state.forEachPending(
                (sequence, consumerSequence, at, times) -> {
                    if (first[0] == 0 || sequence < first[0]) {
                        first[0] = sequence;
                    }
                });
        return first[0];
    }

    private void givenUp() {
        if (config.maxDeliver() <= 0) {
            return;
        }
        long count = state.givenUpCount();
        add(
                "max_deliver",
                false,
                count + " given up",
                count == 0
                        ? "No message was delivered max_deliver times without an ack."
                        : count
                                + " messages were delivered "
                                + config.maxDeliver()
                                + " times without an ack, and are not delivered again.");
    }

    private void pull(PullDelivery pull) throws StoreException {
        PullDelivery.Demand demand = pull.demand();
        String value = Integer.toString(demand.waiting());
        if (demand.waiting() == 0) {
            add(
                    "requests",
                    true,
                    value,
                    "No client has a request for messages waiting: this is a pull consumer, and"
                            + " delivers to those who ask.");
            return;
        }
        add("requests", false, value, value + " requests for messages wait.");
        some(
                "request_inbox",
                demand.unheard(),
                demand.waiting(),
                "Of the waiting requests, nobody listens to the reply subject of ",
                ": their clients are gone, or may not subscribe to it.");
        some(
                "pinned",
                demand.excluded(),
                demand.waiting(),
                "Another client is pinned (Nats-Pin-Id "
                        + pull.pinned().id()
                        + "), so nothing goes to ",
                " of the waiting requests until it lets go or is unpinned.");
        some(
                "overflow",
                demand.heldBack(),
                demand.waiting(),
                "The min_pending and min_ack_pending of ",
                " of the waiting requests are not reached.");
        slowReader(demand.stuffed(), demand.waiting());
    }

    private void some(String name, int count, int of, String before, String behind) {
        if (count > 0) {
            add(name, count == of, count + " of " + of, before + count + behind);
        }
    }

    private void slowReader(int count, int of) {
        some(
                "slow_reader",
                count,
                of,
                "So much waits for the clients of ",
                " already that more could end their connections: they read too slowly.");
    }

    private void push(PushDelivery push) {
        boolean heard = push.isActive();
        add(
                "interest",
                !heard,
                config.deliverSubject(),
                heard
                        ? "Somebody listens to the deliver subject " + config.deliverSubject() + "."
                        : "Nobody listens to the deliver subject "
                                + config.deliverSubject()
                                + queue()
                                + ".");
        if (!heard) {
            return;
        }
        PushDelivery.Brake brake = push.brake();
        if (config.flowControl()) {
            boolean waits = brake.unconfirmedBytes() > brake.window();
            add(
                    "flow_control",
                    waits,
                    brake.unconfirmedBytes() + " of " + brake.window() + " bytes",
                    waits
                            ? "The client has not answered the flow control request "
                                    + brake.request()
                                    + ": it works off what it has, or lacks the right to"
                                    + " publish there."
                            : "Flow control leaves room.");
        }
        long early = brake.notBeforeNanos() - now;
        if (config.rateLimitBitsPerSecond() > 0) {
            add(
                    "rate_limit",
                    early > 0,
                    config.rateLimitBitsPerSecond() + " bits/s",
                    early > 0
                            ? "The rate limit lets the next message go in "
                                    + GoTime.duration(early)
                                    + "."
                            : "The rate limit leaves room.");
        } else if (early > 0) {
            add(
                    "replay",
                    true,
                    GoTime.duration(early),
                    "Messages are replayed at the speed at which they came: the next one is due in "
                            + GoTime.duration(early)
                            + ".");
        }
        slowReader(brake.stuffed() ? 1 : 0, 1);
    }

    private String queue() {
        @Nullable String group = config.deliverGroup();
        return group == null || group.isEmpty() ? "" : " in the queue group " + group;
    }
}
