package io.millrace.jetstream;

import io.millrace.broker.InternalClient;
import io.millrace.broker.MessageTrace;
import io.millrace.broker.Origin;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.jetstream.api.Transform;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.Publication;
import io.millrace.protocol.SubjectTransform;
import io.millrace.store.MessageCursor;
import io.millrace.store.Store;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The way of a published message into its stream: what its headers ask for, whether there is room,
 * and the ack. Owned by the loop.
 */
final class Ingest implements InternalClient.Listener {
    private static final byte[] NONE = new byte[0];

    /** Forgotten identifiers cleared away beside one that is looked for. */
    private static final int EXPIRED_PER_MESSAGE = 2;

    private final Stream stream;
    private final Incoming message = new Incoming();
    private final PublishHeaders headers = new PublishHeaders();
    private final PublishRules rules;
    private final CounterRules counters;
    private final BatchPublish batches;
    private final FastIngest fast;
    private final Schedules schedules;
    private final DuplicateWindow duplicates;
    private final Receipt receipt = new Receipt();
    private final PubAckWriter acks;
    private @Nullable SubjectTransform transform;

    /** Whether the message at hand is to be checked, but not kept: its trace is all it is for. */
    private boolean onlyTraced;

    Ingest(Stream stream) {
        this.stream = stream;
        this.duplicates =
                new DuplicateWindow(
                        stream.config().duplicateWindowNanos(), stream.engine().chance());
        this.acks = new PubAckWriter(stream.name(), "");
        this.rules = new PublishRules(stream, headers);
        this.counters = new CounterRules(stream, headers);
        this.batches = new BatchPublish(stream, this, headers, rules);
        this.fast = new FastIngest(stream, this, rules);
        this.schedules = new Schedules(stream, this, headers);
    }

    /** What became of a message. */
    static final class Receipt {
        /** Committed, it confirms the message; 0 in memory. */
        long number;

        long sequence;
        boolean duplicate;

        /** Where a counter stands; "" for what is none. */
        String value = "";
    }

    /** The stream has another configuration. */
    void configured() {
        StreamConfig config = stream.config();
        duplicates.window(config.duplicateWindowNanos());
        Transform asked = config.subjectTransform();
        transform = asked == null ? null : transform(asked);
        batches.configured();
        fast.configured();
    }

    /** The stream hears nothing any more. */
    void close() {
        batches.close();
        fast.close();
        schedules.stop();
    }

    private static SubjectTransform transform(Transform asked) {
        try {
            return SubjectTransform.of(asked.source(), asked.destination());
        } catch (InvalidTransformException unchecked) {
            throw new IllegalStateException("a transform was accepted unchecked", unchecked);
        }
    }

    /** Learns the identifiers of the newest messages anew, after a start. */
    void restore() throws StoreException {
        StreamConfig config = stream.config();
        StreamStore store = stream.store();
        long window = config.duplicateWindowNanos();
        duplicates.window(window);
        if (window <= 0 || store.messages() == 0) {
            return;
        }
        long now = stream.engine().epochNanos();
        StoredMessage message = new StoredMessage();
        MessageCursor cursor = MessageCursor.ofHeaders(store);
        long first = store.firstSequenceAt(now - window);
        long at = first;
        while (cursor.next(at, message)) {
            at = message.sequence() + 1;
            restore(message);
        }
        long last = store.lastSequence();
        if (last >= Math.max(first, at) && store.read(last, message)) {
            restore(message); // that the newest has no identifier is to be known, too
        }
    }

    private void restore(StoredMessage message) {
        headers.read(message.data(), message.headersOffset(), message.headersLength());
        duplicates.restore(
                headers.buffer(),
                idOffset(),
                headers.length(PublishHeader.MSG_ID),
                message.sequence(),
                message.timeNanos());
    }

    private int idOffset() {
        return headers.has(PublishHeader.MSG_ID) ? headers.offset(PublishHeader.MSG_ID) : 0;
    }

    @Override
    public boolean tellsTraces() {
        return true;
    }

    @Override
    public boolean hear(Publication p, Origin origin) {
        MessageTrace trace = origin.trace();
        onlyTraced = trace != null && trace.isOnly();
        try {
            take(p);
            if (trace != null) {
                trace.stored(stream.name(), text(message));
            }
        } catch (ApiException refused) {
            if (trace != null) {
                trace.notStored(stream.name(), inTrace(refused));
            }
            refuse(p, refused);
        } catch (StoreException failed) {
            stream.engine().storeFailed(stream, failed);
            refuse(p, stream.engine().answerFor(failed));
        } finally {
            onlyTraced = false; // messages come by other ways, too
        }
        return true;
    }

    private static String text(Incoming m) {
        return new String(m.subject, m.subjectOffset, m.subjectLength, StandardCharsets.UTF_8);
    }

    /** Traces have other words for some refusals than the API. */
    private String inTrace(ApiException refused) {
        String why = refused.description();
        return switch (refused.error()) {
            case STREAM_MESSAGE_EXCEEDS_MAXIMUM -> "maximum payload exceeded";
            case STREAM_WRONG_LAST_SEQUENCE -> {
                String last = " vs " + why.substring(why.lastIndexOf(' ') + 1);
                yield headers.has(PublishHeader.EXPECTED_LAST_SEQUENCE)
                        ? "last sequence mismatch: "
                                + text(PublishHeader.EXPECTED_LAST_SEQUENCE)
                                + last
                        : "last sequence by subject mismatch: "
                                + text(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE)
                                + last;
            }
            default -> why;
        };
    }

    private String text(PublishHeader header) {
        return headers.has(header)
                ? new String(
                        headers.buffer(),
                        headers.offset(header),
                        headers.length(header),
                        StandardCharsets.UTF_8)
                : "";
    }

    private void take(Publication p) throws ApiException, StoreException {
        if (stream.config().isSealed()) {
            throw ApiError.STREAM_SEALED.asException();
        }
        message.show(p);
        if (p.hasHeaders) {
            headers.read(p.buffer, p.messageOffset, p.headerLength);
            if (headers.has(PublishHeader.REQUEST_INFO)) {
                message.headersDone(
                        message.editHeaders().remove(PublishHeader.REQUEST_INFO.text()), headers);
                message.dropEmptyHeaders();
            }
        } else {
            headers.clear();
        }
        if (onlyTraced && (FastAddress.isMeant(p) || headers.has(PublishHeader.BATCH_ID))) {
            return;
        }
        if (stream.longWork().isHidden() && (p.hasHeaders || stream.bounds().isBounded())) {
            stream.longWork().finishHidden();
        }
        if (FastAddress.isMeant(p)) {
            fast.take(p, message);
            return;
        }
        if (headers.has(PublishHeader.BATCH_ID)) {
            batches.take(message, reply(p));
            return;
        }
        Receipt stored = store(message);
        if (!onlyTraced) {
            acknowledge(p, stored);
        }
    }

    private byte @Nullable [] reply(Publication p) {
        return p.replyLength == 0 || stream.config().noAck() ? null : copyOfReply(p);
    }

    /**
     * Takes in one message that stands for itself. Its headers have been read.
     *
     * @return valid until the next message
     */
    Receipt store(Incoming m) throws ApiException, StoreException {
        rules.requireSize(m);
        transform(m);
        StreamConfig config = stream.config();
        long now = now();
        receipt.value = "";
        receipt.duplicate = false;
        if (!headers.isEmpty() && heeds(m, now)) {
            receipt.duplicate = true;
            receipt.number = numberOfKnown();
            return receipt;
        }
        if (config.allowMsgCounter()) {
            counters.requireIncrement();
            count(m);
        }
        rules.requireTtlValid(m.ttlSeconds);
        raiseTtl(m);
        rules.requireSize(m);
        stream.bounds().admit(m, StreamBounds.NOTHING);
        if (onlyTraced) {
            return receipt;
        }
        stream.expiry().expect(m.ttlSeconds);
        receipt.number =
                stream.write(
                        now,
                        m.subject,
                        m.subjectOffset,
                        m.subjectLength,
                        m.headers,
                        m.headersOffset,
                        m.headersLength,
                        m.body,
                        m.bodyOffset,
                        m.bodyLength);
        receipt.sequence = stream.store().lastSequence();
        written(m.subject, m.subjectOffset, m.subjectLength, receipt.sequence, now);
        return receipt;
    }

    /** No message is older than the one before it. */
    long now() {
        return Math.max(stream.engine().epochNanos(), stream.store().lastTimeNanos());
    }

    /** Gives a message the subject that the stream wants it to have. */
    void transform(Incoming m) {
        SubjectTransform change = transform;
        if (change != null && change.matches(m.subject, m.subjectOffset, m.subjectLength)) {
            m.subject(
                    change.apply(
                            m.subject, m.subjectOffset, m.subjectLength, stream.engine().chance()));
        }
    }

    /**
     * Does what the headers ask for before a message is stored.
     *
     * @return whether that was all: the message is known already
     */
    private boolean heeds(Incoming m, long now) throws ApiException, StoreException {
        counters.check(m.bodyLength);
        rules.requireStream();
        m.ttlSeconds = MessageTtl.of(headers);
        rules.requireTtlAllowed(m.ttlSeconds);
        rules.requireLastSequences(m);
        schedules.check(m);
        rules.refuseSource();
        receipt.sequence = known(now);
        if (receipt.sequence > 0) {
            return true;
        }
        rules.requireLastId(duplicates);
        rules.checkRollup();
        return false;
    }

    /* Acks leave in the order of their numbers, those of all streams together: as long as something
     * of this stream is under way, the repetition waits for everything that is. */
    private long numberOfKnown() {
        Store all = stream.engine().store();
        return stream.store().lastNumber() > all.committed() ? all.appended() : 0;
    }

    /** The sequence of the message that has this one's id; 0 for none. */
    long known(long now) {
        if (!headers.has(PublishHeader.MSG_ID)) {
            return 0;
        }
        duplicates.expire(now, EXPIRED_PER_MESSAGE);
        return duplicates.find(
                headers.buffer(),
                headers.offset(PublishHeader.MSG_ID),
                headers.length(PublishHeader.MSG_ID),
                now);
    }

    private void count(Incoming m) throws ApiException, StoreException {
        CounterRules.Count before = counters.last(m.subject, m.subjectOffset, m.subjectLength);
        receipt.value = counters.step(m, before).value().toString();
    }

    /** The TTL that counts, also in the message's header. */
    void raiseTtl(Incoming m) {
        if (m.ttlSeconds <= 0) {
            return;
        }
        StreamConfig config = stream.config();
        long raised =
                MessageTtl.raised(
                        m.ttlSeconds,
                        config.subjectDeleteMarkerTtlNanos(),
                        config.maxMsgsPerSubject());
        if (raised != m.ttlSeconds) {
            m.ttlSeconds = raised;
            m.headersDone(m.editHeaders().set(PublishHeader.TTL.text(), raised), headers);
        }
    }

    /** A message is in the stream: what its headers ask for afterwards. They have been read. */
    void written(byte[] subject, int offset, int length, long sequence, long timeNanos)
            throws StoreException {
        duplicates.add(
                headers.buffer(),
                idOffset(),
                headers.length(PublishHeader.MSG_ID),
                sequence,
                timeNanos);
        if (headers.isEmpty()) {
            return;
        }
        StreamStore store = stream.store();
        store.makeRoomFor(store.lastMessageNumber());
        try {
            rollUp(subject, offset, length, sequence);
            schedules.written(subject, offset, length, sequence, timeNanos);
        } finally {
            store.makeRoomFor(0);
        }
    }

    Schedules schedules() {
        return schedules;
    }

    CounterRules counters() {
        return counters;
    }

    /** A message that stands for all before it: those go. */
    private void rollUp(byte[] subject, int offset, int length, long sequence)
            throws StoreException {
        if (!headers.has(PublishHeader.ROLLUP)) {
            return;
        }
        if (headers.valueIsWord(PublishHeader.ROLLUP, PublishRules.ROLLUP_ALL)) {
            stream.purge(null, sequence, 0);
            return;
        }
        for (long first = stream.subjects().first(subject, offset, length);
                first > 0 && first < sequence;
                first = stream.subjects().first(subject, offset, length)) {
            if (!stream.remove(first)) {
                return;
            }
        }
    }

    private void acknowledge(Publication p, Receipt stored) {
        if (p.replyLength == 0 || stream.config().noAck()) {
            return;
        }
        if (!stored.value.isEmpty()) {
            long sequence = stored.sequence;
            String value = stored.value;
            byte[] reply = copyOfReply(p);
            whenOnDisk(stored.number, reply, () -> acks.counted(sequence, value));
            return;
        }
        stream.engine()
                .acknowledge(
                        stream,
                        stored.number,
                        stored.sequence,
                        stored.duplicate,
                        p.buffer,
                        p.replyOffset,
                        p.replyLength);
    }

    private void refuse(Publication p, ApiException why) {
        if (p.replyLength == 0 || stream.config().noAck() || onlyTraced) {
            return;
        }
        byte[] reply = copyOfReply(p);
        stream.engine().turn().soon(() -> sendRefusal(reply, why));
    }

    private static byte[] copyOfReply(Publication p) {
        return Arrays.copyOfRange(p.buffer, p.replyOffset, p.replyOffset + p.replyLength);
    }

    /** Confirms what is not a plain message, once {@code number} is on disk. */
    void whenOnDisk(long number, byte[] reply, Runnable words) {
        stream.engine()
                .whenOnDisk(
                        number,
                        () -> {
                            words.run();
                            send(reply, 0, reply.length);
                        },
                        failed -> sendRefusal(reply, stream.engine().answerFor(failed)));
    }

    /** Confirms a whole batch, once {@code number} is on disk. */
    void acknowledgeBatch(byte[] reply, long number, long sequence, String batch, long count) {
        whenOnDisk(number, reply, () -> acks.batchStored(sequence, batch, count));
    }

    /** The same when the batch is a single message that is known already. */
    void acknowledgeKnownBatch(byte[] reply, long number, long sequence, String batch, long count) {
        whenOnDisk(number, reply, () -> acks.batchKnown(sequence, batch, count));
    }

    /** An answer that says nothing but that the message has come. */
    void acknowledgeReceipt(byte[] reply) {
        stream.engine().turn().soon(() -> answer(reply, NONE));
    }

    /** Sends an answer in its own words. Outside a delivery. */
    void answer(byte[] reply, byte[] body) {
        stream.account().send(reply, 0, reply.length, NONE, 0, 0, body, 0, body.length);
    }

    /** Tells a publisher that its message was not stored. Outside a delivery. */
    void sendRefusal(byte[] reply, ApiException why) {
        acks.refused(why);
        send(reply, 0, reply.length);
    }

    /** Confirms a message. Outside a delivery. */
    void sendAck(long sequence, boolean duplicate, byte[] reply, int offset, int length) {
        acks.stored(sequence, duplicate);
        send(reply, offset, length);
    }

    private void send(byte[] reply, int offset, int length) {
        stream.account().send(reply, offset, length, NONE, 0, 0, acks.buffer(), 0, acks.length());
    }
}
