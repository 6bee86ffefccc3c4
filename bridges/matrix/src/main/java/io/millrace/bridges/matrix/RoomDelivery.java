package io.millrace.bridges.matrix;

import io.millrace.bridges.common.Surroundings;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages into one room, one after the other: the next is fetched when the server has
 * taken the last and the stream knows it. So a server that is down costs one message of memory, for
 * as long as it takes. Run by one thread.
 */
final class RoomDelivery {
    private static final long BACKOFF_MIN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long BACKOFF_MAX_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final RoomRule rule;
    private final Delivery.Feed feed;
    private final Homeserver homeserver;
    private final TokenBucket bucket;
    private final Surroundings around;
    private final long workingNanos;
    private final String part;
    private final String source;
    private @Nullable String roomId;
    private volatile long lag;

    RoomDelivery(
            RoomRule rule,
            Delivery.Feed feed,
            Homeserver homeserver,
            TokenBucket bucket,
            Surroundings around) {
        this.rule = rule;
        this.feed = feed;
        this.homeserver = homeserver;
        this.bucket = bucket;
        this.around = around;
        this.workingNanos = rule.ackWait().toNanos() / 3;
        this.part = "room " + rule.name();
        this.source = part + ", stream " + rule.stream();
        around.health().trouble(source, "is not read yet");
        around.metrics()
                .gauge(
                        "millrace_matrix_lag_messages",
                        "Messages that wait for the room.",
                        () -> lag,
                        "room",
                        rule.name());
    }

    /** Until the program ends. */
    void run() {
        try {
            while (!around.pauses().isEnding()) {
                step();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** The next message, if there is one. */
    void step() throws InterruptedException {
        try {
            feed.open();
            if (around.health().well(source)) {
                around.log().info(source + ": is read");
            }
            Delivery delivery = feed.next();
            if (delivery == null) {
                lag = 0;
                return;
            }
            lag = delivery.pending() + 1;
            handle(delivery);
        } catch (IOException away) {
            trouble(source, "cannot be asked: " + away.getMessage());
            around.pauses().pause(BACKOFF_MIN_NANOS);
        } catch (RuntimeException bug) {
            around.log().error(part + ": " + bug);
            trouble(part, "an error of ours: " + bug);
            around.pauses().pause(BACKOFF_MAX_NANOS);
        }
    }

    private void handle(Delivery delivery) throws IOException, InterruptedException {
        if (!rule.wants(delivery)) {
            delivery.done();
            count("skipped").increment();
            return;
        }
        Notice notice = Wording.notice(rule.wordings(), delivery);
        String transaction = "millrace." + rule.name() + "." + delivery.identity();
        long backoff = BACKOFF_MIN_NANOS;
        while (waitForTurn(delivery)) {
            Outcome outcome = attempt(transaction, notice);
            switch (outcome) {
                case Outcome.Done sent -> {
                    count("sent").increment();
                    if (around.health().well(part)) {
                        around.log().info(part + ": it works");
                    }
                    delivery.done();
                    return;
                }
                case Outcome.Later later -> {
                    retried(later.reason());
                    trouble(part, later.text());
                    if (later.nanos() > 0) {
                        bucket.silence(later.nanos());
                    } else {
                        hold(delivery, backoff);
                    }
                }
                case Outcome.Refused refused when refused.isForTheMessage() -> {
                    around.log()
                            .error(
                                    part
                                            + ": "
                                            + delivery.stream()
                                            + " "
                                            + delivery.sequence()
                                            + " is dropped: "
                                            + refused.text());
                    count("dropped").increment();
                    delivery.drop();
                    return;
                }
                case Outcome.Refused refused -> {
                    retried("refused");
                    trouble(part, refused.text());
                    if (refused.isForTheRoom()) {
                        roomId = null; // an alias may point elsewhere by now
                    }
                    backoff = BACKOFF_MAX_NANOS;
                    hold(delivery, backoff);
                }
            }
            backoff = Math.min(BACKOFF_MAX_NANOS, backoff * 2);
        }
    }

    private Outcome attempt(String transaction, Notice notice) throws InterruptedException {
        String known = roomId;
        if (known == null) {
            Outcome entered = homeserver.enter(rule.room());
            if (!(entered instanceof Outcome.Done(String id))) {
                return entered;
            }
            known = id;
            roomId = id;
        }
        return homeserver.send(known, transaction, notice);
    }

    /** False when the program ends first; then the message stays with the stream. */
    private boolean waitForTurn(Delivery delivery) throws IOException, InterruptedException {
        while (true) {
            if (around.pauses().isEnding()) {
                return false;
            }
            long wait = bucket.take();
            if (wait == 0) {
                return true;
            }
            if (!hold(delivery, wait)) {
                return false;
            }
        }
    }

    /** Waits with a message in hand, which the stream is told from time to time. */
    private boolean hold(Delivery delivery, long nanos) throws IOException, InterruptedException {
        long left = nanos;
        while (left > 0) {
            delivery.working();
            long slice = Math.min(left, workingNanos);
            if (!around.pauses().pause(slice)) {
                return false;
            }
            left -= slice;
        }
        delivery.working();
        return true;
    }

    private void trouble(String where, String what) {
        if (around.health().trouble(where, what)) {
            around.log().warn(where + ": " + what);
        }
    }

    private LongAdder count(String what) {
        return around.metrics()
                .counter(
                        "millrace_matrix_" + what + "_total",
                        "Messages " + what + ", by room.",
                        "room",
                        rule.name());
    }

    private void retried(String reason) {
        around.metrics()
                .counter(
                        "millrace_matrix_retries_total",
                        "Attempts that are made again, by reason.",
                        "room",
                        rule.name(),
                        "reason",
                        reason)
                .increment();
    }
}
