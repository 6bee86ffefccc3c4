package io.millrace.jetstream;

import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.PriorityPolicy;
import io.millrace.jetstream.api.PullRequest;
import io.millrace.runtime.Timer;

/** The one client that gets a consumer's messages while it goes on asking (ADR-42). Loop only. */
final class PinnedClient extends Timer {
    private final Consumer consumer;
    private String id = "";
    private String group = "";
    private long sinceNanos;

    PinnedClient(Consumer consumer) {
        this.consumer = consumer;
    }

    private boolean isPolicy() {
        return consumer.config().priorityPolicy() == PriorityPolicy.PINNED_CLIENT;
    }

    boolean isSet() {
        return !id.isEmpty();
    }

    /** Empty when nobody is pinned. */
    String id() {
        return id;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Whether a request claims to be pinned and is not; one that is keeps the pin alive. */
    boolean isOther(PullRequest asked) {
        if (!isSet()) {
            return false;
        }
        if (asked.pinId().equals(id)) {
            renew();
            return false;
        }
        return !asked.pinId().isEmpty();
    }

    /** Whether a waiting request names a pin that is not in force. */
    boolean isOutdated(WaitingRequest request) {
        return isPolicy() && !request.pinId.isEmpty() && !request.pinId.equals(id);
    }

    /** Whether a waiting request gets nothing while somebody else is pinned. */
    boolean excludes(WaitingRequest request) {
        return isPolicy() && isSet() && request.pinId.isEmpty();
    }

    /** Pins who gets the next message, when nobody is; whether that was so. */
    boolean claim(WaitingRequest request) {
        if (!isPolicy() || isSet() || request.asked.group().isEmpty()) {
            return false;
        }
        id = consumer.engine().newId();
        group = request.asked.group();
        sinceNanos = consumer.engine().epochNanos();
        request.pinId = id;
        renew();
        consumer.stream()
                .account()
                .advisories()
                .send(
                        "CONSUMER.PINNED." + consumer.path(),
                        "consumer_group_pinned",
                        page ->
                                page.text("account", consumer.stream().account().name())
                                        .text("stream", consumer.stream().name())
                                        .text("consumer", consumer.name())
                                        .text("group", group)
                                        .text("pinned_id", id));
        return true;
    }

    private void renew() {
        consumer.engine().timers().schedule(this, consumer.config().priorityTimeoutNanos());
    }

    /** Takes the pin away without a word: who got it cannot be served. */
    void release() {
        id = "";
        sinceNanos = 0;
        stop();
    }

    /** Takes the pin away; whoever asks next gets a new one. Outside a delivery. */
    void unpin(String reason) {
        if (!isSet()) {
            return;
        }
        String before = group;
        release();
        consumer.stream()
                .account()
                .advisories()
                .send(
                        "CONSUMER.UNPINNED." + consumer.path(),
                        "consumer_group_unpinned",
                        page ->
                                page.text("account", consumer.stream().account().name())
                                        .text("stream", consumer.stream().name())
                                        .text("consumer", consumer.name())
                                        .text("group", before)
                                        .text("reason", reason));
        consumer.wake();
    }

    @Override
    protected void fire() {
        unpin("timeout");
    }

    void configured() {
        ConsumerConfig config = consumer.config();
        if (isSet() && (!isPolicy() || !config.priorityGroups().contains(group))) {
            release();
        }
    }

    void stop() {
        consumer.engine().timers().cancel(this);
    }
}
