package io.millrace.jetstream.simulation;

import static org.assertj.core.api.Assertions.assertThat;

/** A pull request of a simulation: what it has asked for and got. Owned by one simulation. */
final class Pull {
    final ConsumerModel consumer;
    final String sid;
    final WireClient client;
    final long expiresAtNanos;
    final boolean noWait;
    private long left;
    private String ended = "";
    boolean abandoned;

    Pull(
            ConsumerModel consumer,
            WireClient client,
            String sid,
            long batch,
            long expiresAtNanos,
            boolean noWait) {
        this.consumer = consumer;
        this.client = client;
        this.sid = sid;
        this.left = batch;
        this.expiresAtNanos = expiresAtNanos;
        this.noWait = noWait;
    }

    void got(WireClient.Message message, long nowNanos) {
        assertThat(abandoned).as("%s after it was given up", message).isFalse();
        if (!message.status().isEmpty()) {
            assertThat(isOver()).as("%s is over, and hears %s", sid, message.status()).isFalse();
            ended = message.status();
            return;
        }
        assertThat(ended).as("%s hears %s", sid, message).isEmpty();
        assertThat(left).as("%s hears one too many: %s", sid, message).isPositive();
        assertThat(nowNanos).as("%s hears %s too late", sid, message).isLessThan(expiresAtNanos);
        left--;
    }

    boolean isOver() {
        return left == 0 || !ended.isEmpty();
    }

    boolean isOpen() {
        return !isOver() && !abandoned;
    }
}
