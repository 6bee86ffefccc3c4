package io.millrace.jetstream;

import io.millrace.config.JetStreamLimits;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ApiLevel;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The atomic batches of one stream that have begun and not ended (ADR-50). Owned by the loop. */
/* Its messages wait here; only with the last one they are looked at (BatchCommit) and stored. A
 * batch ends by its commit, by a mistake, or when nothing was heard of it for a while. Whoever gives
 * one up tells the world when the publisher might not learn it. */
final class BatchPublish {
    private static final int ID_BYTES_MAX = 64;

    /** What a waiting message costs beside its bytes. */
    private static final int OVERHEAD_BYTES = 256;

    private static final String COMMIT = "1";
    private static final String COMMIT_WITHOUT = "eob";

    private final Stream stream;
    private final Ingest ingest;
    private final PublishHeaders headers;
    private final PublishRules rules;
    private final Map<String, Batch> open = new LinkedHashMap<>();

    BatchPublish(Stream stream, Ingest ingest, PublishHeaders headers, PublishRules rules) {
        this.stream = stream;
        this.ingest = ingest;
        this.headers = headers;
        this.rules = rules;
    }

    /** Those that wait for more. */
    private final class Batch extends Timer {
        final String id;
        final List<Incoming> messages = new ArrayList<>();
        long bytes;

        Batch(String id) {
            this.id = id;
        }

        @Override
        protected void fire() {
            end(this);
            announce(id, "timeout");
        }
    }

    /** The stream has another configuration. */
    void configured() {
        if (!stream.config().allowAtomic()) {
            close();
        }
    }

    /** Forgets all that waits. */
    void close() {
        for (Batch batch : List.copyOf(open.values())) {
            end(batch);
        }
    }

    private void end(Batch batch) {
        if (open.remove(batch.id, batch)) {
            stream.engine().timers().cancel(batch);
            stream.engine().staging().leave(batch.bytes);
        }
    }

    /**
     * Takes a message of a batch. Its headers have been read.
     *
     * @param reply where the answer goes; null when none is wanted
     */
    void take(Incoming message, byte @Nullable [] reply) throws ApiException, StoreException {
        if (!stream.config().allowAtomic()) {
            throw ApiError.ATOMIC_PUBLISH_DISABLED.asException();
        }
        rules.requireSize(message);
        if (headers.length(PublishHeader.BATCH_ID) > ID_BYTES_MAX) {
            throw ApiError.ATOMIC_PUBLISH_INVALID_BATCH_ID.asException();
        }
        long place = headers.number(PublishHeader.BATCH_SEQUENCE);
        if (place < 0) {
            throw ApiError.ATOMIC_PUBLISH_MISSING_SEQ.asException();
        }
        String id = headers.text(PublishHeader.BATCH_ID);
        Batch known = open.get(id);
        Batch batch = known == null ? begin(id, place) : known;
        requireSense(batch);
        boolean without = headers.valueIsWord(PublishHeader.BATCH_COMMIT, COMMIT_WITHOUT);
        if (place != batch.messages.size() + 1 || (without && place == 1)) {
            throw abandoned(batch, "incomplete", incomplete());
        }
        if (without) {
            commit(batch, true, reply);
            return;
        }
        int most = limits().maxMsgs();
        if (place > most) {
            throw abandoned(batch, "large", tooLarge(most));
        }
        add(batch, message);
        if (headers.has(PublishHeader.BATCH_COMMIT)) {
            commit(batch, false, reply);
            return;
        }
        stream.engine().timers().schedule(batch, limits().timeoutNanos());
        if (reply != null) {
            ingest.acknowledgeReceipt(reply);
        }
    }

    private JetStreamLimits.Batch limits() {
        return stream.engine().staging().limits();
    }

    private Batch begin(String id, long place) throws ApiException {
        int most = limits().maxMsgs();
        if (place != 1) {
            throw place > most ? tooLarge(most) : incomplete();
        }
        if (open.size() >= limits().maxInflightPerStream() || !stream.engine().staging().enter()) {
            throw ApiError.ATOMIC_PUBLISH_TOO_MANY_INFLIGHT.asException();
        }
        Batch batch = new Batch(id);
        open.put(id, batch);
        return batch;
    }

    private static ApiException incomplete() {
        return ApiError.ATOMIC_PUBLISH_INCOMPLETE_BATCH.asException();
    }

    private static ApiException tooLarge(int most) {
        return ApiError.ATOMIC_PUBLISH_TOO_LARGE_BATCH.because(most);
    }

    /** What the headers of each message of a batch must hold to, wherever it stands. */
    private void requireSense(Batch batch) throws ApiException {
        if (headers.isPresent(PublishHeader.BATCH_COMMIT)
                && !isWord(COMMIT)
                && !isWord(COMMIT_WITHOUT)) {
            end(batch);
            throw ApiError.ATOMIC_PUBLISH_INVALID_BATCH_COMMIT.asException();
        }
        if (headers.has(PublishHeader.REQUIRED_API_LEVEL)) {
            long level = headers.number(PublishHeader.REQUIRED_API_LEVEL);
            if (level < 0 || level > ApiLevel.CURRENT) {
                throw abandoned(batch, "unsupported", ApiError.REQUIRED_API_LEVEL.asException());
            }
        }
    }

    private boolean isWord(String word) {
        return headers.text(PublishHeader.BATCH_COMMIT).equals(word);
    }

    private ApiException abandoned(Batch batch, String reason, ApiException answer) {
        end(batch);
        stream.engine().turn().soon(() -> announce(batch.id, reason));
        return answer;
    }

    private void announce(String id, String reason) {
        stream.account()
                .advisories()
                .send(
                        "STREAM.BATCH_ABANDONED." + stream.name(),
                        "stream_batch_abandoned",
                        page ->
                                page.text("stream", stream.name())
                                        .text("batch", id)
                                        .text("reason", reason));
    }

    private void add(Batch batch, Incoming message) throws ApiException {
        long size = OVERHEAD_BYTES + message.subjectLength + message.size();
        if (!stream.engine().staging().take(size)) {
            end(batch);
            throw ApiError.ATOMIC_PUBLISH_TOO_MANY_INFLIGHT.asException();
        }
        batch.bytes += size;
        batch.messages.add(message.copy());
    }

    private void commit(Batch batch, boolean without, byte @Nullable [] reply)
            throws ApiException, StoreException {
        end(batch);
        BatchCommit commit = new BatchCommit(stream, ingest, headers, rules);
        long number = commit.store(batch.messages, without);
        if (reply != null) {
            ingest.acknowledgeBatch(
                    reply, number, stream.store().lastSequence(), batch.id, batch.messages.size());
        }
    }
}
