package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import io.millrace.runtime.Timer;
import io.millrace.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The fast batches of one stream that have begun and not ended (ADR-50). Owned by the loop. */
/* Each message is stored as it comes; only the acks are fewer: one for as many messages as the flow
 * says. The first publisher of a stream starts with the flow that it asks for, others with one, and
 * it doubles with each ack. All publishers of a stream together wait for at most FLOW_MAX messages.
 *
 * An ack means that what is in front of it is on disk, so acks wait for the commit; what is said of
 * gaps and errors does not. */
final class FastIngest {
    private static final int ID_BYTES_MAX = 64;
    private static final int BATCHES_MAX = 1000;
    private static final int FLOW_MAX = 500;

    private final Stream stream;
    private final Ingest ingest;
    private final PublishRules rules;
    private final FastAddress address = new FastAddress();
    private final Map<String, Batch> open = new HashMap<>();

    FastIngest(Stream stream, Ingest ingest, PublishRules rules) {
        this.stream = stream;
        this.ingest = ingest;
        this.rules = rules;
    }

    /** One publisher's. */
    private final class Batch extends Timer {
        final String id;
        final boolean endsAtGap;
        final int flowAsked;

        /** How many messages one ack is for. */
        int flow;

        /** The place of the newest message, stored or not. */
        long last;

        /** The place that the newest ack was for. */
        long acknowledged;

        /** Where the newest message that was stored is in the stream; 0 before the first. */
        long sequence;

        /** The number that confirms all of them. */
        long number;

        Batch(String id, boolean endsAtGap, int flowAsked) {
            this.id = id;
            this.endsAtGap = endsAtGap;
            this.flowAsked = flowAsked;
        }

        @Override
        protected void fire() {
            end(this);
        }

        /** Moves on to the place that an ack is due for; whether there is one. */
        boolean flows() {
            long acks = (last - acknowledged) / flow;
            if (acks == 0) {
                return false;
            }
            acknowledged += acks * flow;
            flow = Math.min(2 * flow, flowMax(flowAsked));
            return true;
        }
    }

    private int flowMax(int asked) {
        return Math.min(asked, Math.max(1, FLOW_MAX / Math.max(1, open.size())));
    }

    /** The stream has another configuration. */
    void configured() {
        if (!stream.config().allowBatched()) {
            close();
        }
    }

    /** Forgets all. */
    void close() {
        for (Batch batch : List.copyOf(open.values())) {
            end(batch);
        }
    }

    private void end(Batch batch) {
        if (open.remove(batch.id, batch)) {
            stream.engine().timers().cancel(batch);
            stream.engine().staging().leaveFast();
        }
    }

    /** Takes a message of a batch. Its headers have been read. */
    void take(Publication p, Incoming message) throws ApiException {
        if (!stream.config().allowBatched()) {
            throw ApiError.BATCH_PUBLISH_DISABLED.asException();
        }
        if (!address.read(p)) {
            throw ApiError.BATCH_PUBLISH_INVALID_PATTERN.asException();
        }
        if (address.idBytes > ID_BYTES_MAX) {
            throw ApiError.BATCH_PUBLISH_INVALID_BATCH_ID.asException();
        }
        rules.requireSize(message);
        byte[] reply = Arrays.copyOfRange(p.buffer, p.replyOffset, p.replyOffset + p.replyLength);
        Batch known = open.get(address.id);
        Batch batch = known == null ? begin(reply) : known;
        stream.engine().timers().schedule(batch, stream.engine().staging().limits().timeoutNanos());
        switch (address.operation) {
            case START, APPEND, COMMIT -> {
                if (follows(batch, address.place, reply)) {
                    store(batch, message, reply);
                }
            }
            case COMMIT_WITHOUT -> {
                if (follows(batch, address.place, reply)) {
                    finish(batch, address.place - 1, reply);
                }
            }
            case PING -> ping(batch, reply);
        }
    }

    private Batch begin(byte[] reply) throws ApiException {
        boolean starts = address.operation == FastAddress.Operation.START;
        boolean isAll = address.operation == FastAddress.Operation.COMMIT && address.place == 1;
        if (!starts && !isAll) {
            throw ApiError.BATCH_PUBLISH_UNKNOWN_BATCH_ID.asException();
        }
        if (open.size() >= BATCHES_MAX || !stream.engine().staging().enterFast()) {
            throw ApiError.BATCH_PUBLISH_TOO_MANY_INFLIGHT.asException();
        }
        Batch batch = new Batch(address.id, address.endsAtGap, address.flow);
        batch.flow = open.isEmpty() ? flowMax(address.flow) : 1;
        open.put(batch.id, batch);
        if (starts) {
            say(reply, ack(batch));
        }
        return batch;
    }

    /**
     * Whether the message at {@code place} may follow those that have come.
     *
     * @return false when that was the end of the batch
     */
    private boolean follows(Batch batch, long place, byte[] reply) {
        long expected = batch.last + 1;
        if (place == expected) {
            return true;
        }
        say(reply, page().text("type", "gap").number("last_seq", expected).number("seq", place));
        if (batch.endsAtGap || place < expected) {
            finish(batch, batch.last, reply);
            return false;
        }
        return true;
    }

    private void store(Batch batch, Incoming message, byte[] reply) throws ApiException {
        long place = address.place;
        boolean commits = address.operation == FastAddress.Operation.COMMIT;
        batch.last = place;
        Ingest.Receipt stored;
        try {
            stored = ingest.store(message);
        } catch (ApiException refused) {
            refused(batch, place, commits, refused, reply);
            return;
        } catch (StoreException failed) {
            stream.engine().storeFailed(stream, failed);
            refused(batch, place, commits, stream.engine().answerFor(failed), reply);
            return;
        }
        batch.number = stored.number;
        if (!stored.duplicate) {
            batch.sequence = stored.sequence;
        }
        if (!commits || stored.duplicate) {
            acknowledgeIfDue(batch, reply);
        }
        if (commits && batch.sequence == 0) {
            end(batch);
            ingest.acknowledgeKnownBatch(reply, stored.number, stored.sequence, batch.id, place);
        } else if (commits) {
            finish(batch, place, reply);
        }
    }

    private void refused(Batch batch, long place, boolean commits, ApiException why, byte[] reply)
            throws ApiException {
        if (batch.endsAtGap && batch.sequence == 0) {
            end(batch);
            throw why;
        }
        JsonPage error = page().text("type", "err").number("seq", place).object("error");
        error.number("code", why.error().code()).number("err_code", why.error().errorCode());
        say(reply, error.text("description", why.description()).endObject());
        if (batch.endsAtGap || commits) {
            finish(batch, place - 1, reply);
        }
    }

    /** Says what was said last, once more, or what is due now. */
    private void ping(Batch batch, byte[] reply) {
        long place = address.place;
        if (place > batch.last) {
            if (!follows(batch, place + 1, reply)) {
                return;
            }
            batch.last = place;
        }
        if (!acknowledgeIfDue(batch, reply)) {
            acknowledge(batch, reply);
        }
    }

    private boolean acknowledgeIfDue(Batch batch, byte[] reply) {
        boolean due = batch.flows();
        if (due) {
            acknowledge(batch, reply);
        }
        return due;
    }

    private void acknowledge(Batch batch, byte[] reply) {
        if (!stream.config().noAck()) {
            String ack = ack(batch).endObject().toString();
            stream.engine()
                    .whenOnDisk(
                            batch.number,
                            () -> send(reply, ack),
                            failed -> ingest.sendRefusal(reply, stream.engine().answerFor(failed)));
        }
    }

    private static JsonPage ack(Batch batch) {
        return page().text("type", "ack")
                .number("seq", batch.acknowledged)
                .number("msgs", batch.flow);
    }

    private void finish(Batch batch, long count, byte[] reply) {
        end(batch);
        ingest.acknowledgeBatch(reply, batch.number, batch.sequence, batch.id, count);
    }

    private static JsonPage page() {
        return JsonPage.compact().object(null);
    }

    private void say(byte[] reply, JsonPage page) {
        if (!stream.config().noAck()) {
            String text = page.endObject().toString();
            stream.engine().turn().soon(() -> send(reply, text));
        }
    }

    private void send(byte[] reply, String text) {
        ingest.answer(reply, text.getBytes(StandardCharsets.UTF_8));
    }
}
