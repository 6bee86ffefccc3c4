package io.millrace.jetstream;

import io.millrace.runtime.Clock;
import io.millrace.store.StoreException;
import io.millrace.store.StreamState;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at every stream and consumer, a little at a time: between two looks the loop serves
 * everybody else. The looking is done on the loop; what was seen may be read by any thread when it
 * is over.
 */
public final class Survey {
    private final JetStream engine;
    private final Clock clock;
    private final int mostStreams;
    private final int mostConsumers;
    private final List<StreamSighting> seen = new ArrayList<>();
    private List<ConsumerSighting> ofCurrent = new ArrayList<>();
    private @Nullable Iterator<Stream> streams;
    private @Nullable Iterator<Consumer> consumers;
    private @Nullable Stream current;
    private int consumersSeen;
    private int streamsLeftOut;
    private long consumersLeftOut;

    /**
     * Prepares a survey. Any thread.
     *
     * @param mostStreams to look at; the others are only counted
     * @param mostConsumers to look at, those of all streams together
     */
    public Survey(JetStream engine, int mostStreams, int mostConsumers) {
        this.engine = engine;
        this.clock = engine.server().clock();
        this.mostStreams = mostStreams;
        this.mostConsumers = mostConsumers;
    }

    /**
     * Looks around for about so long. Loop only.
     *
     * @return whether there is more to see
     */
    public boolean look(long nanos) {
        long end = clock.nanoTime() + nanos;
        while (step()) {
            if (clock.nanoTime() - end >= 0) {
                return true;
            }
        }
        return false;
    }

    private boolean step() {
        Iterator<Consumer> ofStream = consumers;
        if (ofStream != null && ofStream.hasNext()) {
            look(ofStream.next());
            return true;
        }
        finishCurrent();
        Iterator<Stream> left = streams;
        if (left == null) {
            left = all().iterator();
            streams = left;
        }
        if (!left.hasNext()) {
            return false;
        }
        begin(left.next());
        return true;
    }

    private List<Stream> all() {
        List<Stream> all = new ArrayList<>();
        for (JetStreamAccount account : engine.accounts()) {
            all.addAll(account.streams());
        }
        return all;
    }

    private void begin(Stream stream) {
        int count = stream.consumers().size();
        if (seen.size() >= mostStreams) {
            streamsLeftOut++;
            consumersLeftOut += count;
            return;
        }
        if (stream.isClosed()) {
            return; // it went between two looks
        }
        current = stream;
        int room = Math.min(count, mostConsumers - consumersSeen);
        consumersLeftOut += count - room;
        consumersSeen += room;
        consumers = stream.consumers().stream().limit(room).toList().iterator();
    }

    private void look(Consumer consumer) {
        if (consumer.isClosed()) {
            return;
        }
        long oldest = 0;
        try {
            oldest = consumer.oldest().timeNanos();
        } catch (StoreException failed) {
            engine.storeFailed(consumer.stream(), failed);
        }
        ofCurrent.add(new ConsumerSighting(ConsumerView.of(consumer), oldest));
    }

    private void finishCurrent() {
        Stream stream = current;
        if (stream == null) {
            return;
        }
        current = null;
        consumers = null;
        List<ConsumerSighting> its = ofCurrent;
        ofCurrent = new ArrayList<>();
        try {
            seen.add(
                    new StreamSighting(
                            stream.account().name(),
                            stream.name(),
                            stream.config(),
                            StreamState.atAGlance(stream.store()),
                            stream.consumers().size(),
                            its));
        } catch (StoreException failed) {
            engine.storeFailed(stream, failed);
        }
    }

    /** The streams it has seen, account by account, in order of their names. */
    public List<StreamSighting> streams() {
        return List.copyOf(seen);
    }

    /** Streams that were only counted. */
    public int streamsLeftOut() {
        return streamsLeftOut;
    }

    /** Consumers that were only counted. */
    public long consumersLeftOut() {
        return consumersLeftOut;
    }
}
