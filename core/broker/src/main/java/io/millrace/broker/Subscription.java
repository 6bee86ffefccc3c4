package io.millrace.broker;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One interest of one subscriber. Owned by the broker's loop. */
public final class Subscription {
    final Subscriber subscriber;
    final byte[] subject;
    final byte[] sid;
    final @Nullable String queue;

    /** Whether deliveries have to be checked against a deny that this subject overlaps. */
    boolean filtered;

    /** Set for what nats-server does not have, which shows in no figure. */
    boolean uncounted;

    /** Where the interest keeps it; set and used by {@link Interest} alone. */
    @Nullable InterestNode node;

    int position;

    /** 0 for no limit; else the number of messages after which it ends. */
    long max;

    long delivered;

    Subscription(
            Subscriber subscriber,
            byte[] subject,
            byte[] sid,
            @Nullable String queue,
            boolean filtered) {
        this.subscriber = subscriber;
        this.subject = subject;
        this.sid = sid;
        this.queue = queue;
        this.filtered = filtered;
    }

    /** Whether it is still in force. */
    boolean isActive() {
        return node != null;
    }

    public String subject() {
        return new String(subject, StandardCharsets.UTF_8);
    }

    public @Nullable String queue() {
        return queue;
    }

    public String sid() {
        return new String(sid, StandardCharsets.UTF_8);
    }

    public long delivered() {
        return delivered;
    }

    public long max() {
        return max;
    }
}
