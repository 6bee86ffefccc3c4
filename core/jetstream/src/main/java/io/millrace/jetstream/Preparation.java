package io.millrace.jetstream;

import java.util.Collection;
import java.util.List;

/**
 * What has to be found out about streams before something can be answered at once, and takes longer
 * than a turn may take where they are large. Short-lived; loop only.
 */
final class Preparation {
    private final Runnable then;
    private int left;
    private boolean begun;

    private Preparation(Runnable then) {
        this.then = then;
    }

    /**
     * Whether something has to be found out for a request. If so, {@code then} is run when that is
     * over: whatever could not be found out will fail there.
     */
    static boolean isNeeded(JetStreamAccount account, ApiRequest request, Runnable then) {
        Stream named = request.call().namesStream() ? account.stream(request.stream()) : null;
        Preparation preparation = new Preparation(then);
        switch (request.call()) {
            case STREAM_INFO,
                    STREAM_CREATE,
                    STREAM_UPDATE,
                    MESSAGE_GET,
                    CONSUMER_CREATE,
                    CONSUMER_CREATE_NAMED,
                    CONSUMER_CREATE_FILTERED,
                    CONSUMER_CREATE_DURABLE -> {
                if (named != null) {
                    preparation.index(named);
                }
            }
            case STREAM_LIST -> account.streams().forEach(preparation::index);
            case CONSUMER_INFO -> {
                Consumer consumer = named == null ? null : named.consumer(request.consumer());
                preparation.count(consumer == null ? List.of() : List.of(consumer));
            }
            case CONSUMER_LIST -> preparation.count(named == null ? List.of() : named.consumers());
            default -> {}
        }
        return preparation.isGoingOn();
    }

    /** The same for something that needs the subject index of a stream. */
    static boolean isNeeded(Stream stream, Runnable then) {
        Preparation preparation = new Preparation(then);
        preparation.index(stream);
        return preparation.isGoingOn();
    }

    private void index(Stream stream) {
        if (!stream.store().isIndexed() && !stream.isClosed()) {
            left++;
            stream.longWork()
                    .begin(
                            new Reading(
                                    () -> stream.store().buildIndex(Reading.SUBJECTS),
                                    this::ended,
                                    failed -> ended()));
        }
    }

    private void count(Collection<Consumer> consumers) {
        for (Consumer consumer : List.copyOf(consumers)) {
            if (!consumer.feed().isReady()) {
                left++;
                consumer.feed().whenReady(this::ended);
            }
        }
    }

    private void ended() {
        left--;
        if (left == 0 && begun) {
            then.run();
        }
    }

    private boolean isGoingOn() {
        begun = true;
        return left > 0;
    }
}
