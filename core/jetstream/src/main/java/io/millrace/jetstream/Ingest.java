package io.millrace.jetstream;

import io.millrace.broker.InternalClient;
import io.millrace.broker.Origin;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.jetstream.api.Transform;
import io.millrace.protocol.InvalidTransformException;
import io.millrace.protocol.Publication;
import io.millrace.protocol.SubjectTransform;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The way of a published message into its stream: what its headers ask for, whether there is room,
 * and the ack. Owned by the loop.
 */
final class Ingest implements InternalClient.Listener {
    private static final byte[] NONE = new byte[0];

    /** Forgotten identifiers cleared away beside one that is looked for. */
    private static final int EXPIRED_PER_MESSAGE = 2;

    private static final String ROLLUP_SUBJECT = "sub";
    private static final String ROLLUP_ALL = "all";

    private final Stream stream;
    private final PublishHeaders headers = new PublishHeaders();
    private final HeaderBlock rewritten = new HeaderBlock();
    private final DuplicateWindow duplicates;
    private PubAckWriter acks;
    private byte[] expectedStream;
    private @Nullable SubjectTransform transform;

    Ingest(Stream stream) {
        this.stream = stream;
        this.duplicates =
                new DuplicateWindow(
                        stream.config().duplicateWindowNanos(), stream.engine().chance());
        this.acks = new PubAckWriter(stream.name(), "");
        this.expectedStream = stream.name().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    /** The stream has another configuration. */
    void configured() {
        StreamConfig config = stream.config();
        duplicates.window(config.duplicateWindowNanos());
        Transform asked = config.subjectTransform();
        transform = asked == null ? null : transform(asked);
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
        var cursor = store.cursor(List.of());
        long at = store.firstSequenceAt(now - window);
        while (cursor.next(at, message)) {
            at = message.sequence() + 1;
            headers.read(message.data(), message.headersOffset(), message.headersLength());
            duplicates.restore(
                    headers.buffer(),
                    idOffset(),
                    headers.length(PublishHeader.MSG_ID),
                    message.sequence(),
                    message.timeNanos());
        }
    }

    private void remember(long sequence, long timeNanos) {
        duplicates.add(
                headers.buffer(),
                idOffset(),
                headers.length(PublishHeader.MSG_ID),
                sequence,
                timeNanos);
    }

    private int idOffset() {
        return headers.has(PublishHeader.MSG_ID) ? headers.offset(PublishHeader.MSG_ID) : 0;
    }

    @Override
    public boolean hear(Publication p, Origin origin) {
        try {
            take(p);
        } catch (ApiException refused) {
            refuse(p, refused);
        } catch (StoreException failed) {
            stream.engine().storeFailed(stream, failed);
            refuse(p, stream.engine().answerFor(failed));
        }
        return true;
    }

    private void take(Publication p) throws ApiException, StoreException {
        StreamConfig config = stream.config();
        if (config.isSealed()) {
            throw ApiError.STREAM_SEALED.asException();
        }
        if (p.hasHeaders) {
            headers.read(p.buffer, p.messageOffset, p.headerLength);
        } else {
            headers.clear();
        }
        byte[] subject = p.subjectBuffer;
        int subjectOffset = p.subjectOffset;
        int subjectLength = p.subjectLength;
        SubjectTransform change = transform;
        if (change != null && change.matches(subject, subjectOffset, subjectLength)) {
            subject = change.apply(subject, subjectOffset, subjectLength, stream.engine().chance());
            subjectOffset = 0;
            subjectLength = subject.length;
        }
        long now = Math.max(stream.engine().epochNanos(), stream.store().lastTimeNanos());
        if (!headers.isEmpty() && heeds(p, subject, subjectOffset, subjectLength, now)) {
            return;
        }
        byte[] block = p.hasHeaders ? p.buffer : NONE;
        int blockOffset = p.hasHeaders ? p.messageOffset : 0;
        int blockLength = p.headerLength;
        long ttl = MessageTtl.of(headers);
        long counted =
                MessageTtl.raised(
                        ttl, config.subjectDeleteMarkerTtlNanos(), config.maxMsgsPerSubject());
        if (counted != ttl) {
            rewritten.start(block, blockOffset, blockLength);
            rewritten.set(PublishHeader.TTL.text(), counted).finish();
            block = rewritten.buffer();
            blockOffset = 0;
            blockLength = rewritten.length();
        }
        admit(config, subject, subjectOffset, subjectLength, blockLength, p.bodyLength());
        stream.expiry().expect(counted);
        long number =
                stream.write(
                        now,
                        subject,
                        subjectOffset,
                        subjectLength,
                        block,
                        blockOffset,
                        blockLength,
                        p.buffer,
                        p.bodyOffset(),
                        p.bodyLength());
        long sequence = stream.store().lastSequence();
        remember(sequence, now);
        rollUp(subject, subjectOffset, subjectLength, sequence);
        acknowledge(p, number, sequence, false);
    }

    private void admit(
            StreamConfig config,
            byte[] subject,
            int subjectOffset,
            int subjectLength,
            int headersLength,
            int bodyLength)
            throws ApiException, StoreException {
        long size = (long) headersLength + bodyLength;
        if (config.maxMsgSize() >= 0 && size > config.maxMsgSize()) {
            throw ApiError.STREAM_MESSAGE_EXCEEDS_MAXIMUM.asException();
        }
        stream.account().admit(config.storage(), subjectLength + size);
        stream.bounds().admit(subject, subjectOffset, subjectLength, subjectLength + size);
    }

    /**
     * Does what the headers ask for before a message is stored.
     *
     * @return whether that was all: the message is known already
     */
    private boolean heeds(Publication p, byte[] subject, int offset, int length, long now)
            throws ApiException, StoreException {
        if (headers.has(PublishHeader.EXPECTED_STREAM)
                && !headers.valueIs(PublishHeader.EXPECTED_STREAM, expectedStream)) {
            throw ApiError.STREAM_NOT_MATCH.asException();
        }
        refuseUnbuilt();
        ApiError ttl = MessageTtl.refusal(MessageTtl.of(headers), stream.config().allowMsgTtl());
        if (ttl != null) {
            throw ttl.asException();
        }
        if (headers.has(PublishHeader.MSG_ID)) {
            duplicates.expire(now, EXPIRED_PER_MESSAGE);
            long known =
                    duplicates.find(
                            headers.buffer(),
                            headers.offset(PublishHeader.MSG_ID),
                            headers.length(PublishHeader.MSG_ID),
                            now);
            if (known > 0) {
                acknowledge(p, stream.store().lastNumber(), known, true);
                return true;
            }
        }
        expectLast(subject, offset, length);
        checkRollup();
        return false;
    }

    private void refuseUnbuilt() throws ApiException {
        if (headers.has(PublishHeader.BATCH_ID)) {
            throw ApiError.ATOMIC_PUBLISH_DISABLED.asException();
        }
        if (headers.has(PublishHeader.INCREMENT)) {
            throw ApiError.MESSAGE_INCR_DISABLED.asException();
        }
        if (headers.has(PublishHeader.SCHEDULE)) {
            throw ApiError.MESSAGE_SCHEDULES_DISABLED.asException();
        }
        if (headers.has(PublishHeader.STREAM_SOURCE)) {
            throw ApiError.MESSAGE_SOURCE_HDR_NOT_ALLOWED.asException();
        }
    }

    private void expectLast(byte[] subject, int offset, int length)
            throws ApiException, StoreException {
        StreamStore store = stream.store();
        if (headers.has(PublishHeader.EXPECTED_LAST_SEQUENCE)
                && headers.number(PublishHeader.EXPECTED_LAST_SEQUENCE) != store.lastSequence()) {
            throw ApiError.STREAM_WRONG_LAST_SEQUENCE.because(store.lastSequence());
        }
        if (headers.has(PublishHeader.EXPECTED_LAST_MSG_ID)
                && !duplicates.lastIdIs(
                        headers.buffer(),
                        headers.offset(PublishHeader.EXPECTED_LAST_MSG_ID),
                        headers.length(PublishHeader.EXPECTED_LAST_MSG_ID))) {
            throw ApiError.STREAM_WRONG_LAST_MSG_ID.because(duplicates.lastId());
        }
        boolean other = headers.has(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT);
        if (headers.has(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
            long last = other ? lastOfOther() : stream.subjects().last(subject, offset, length);
            if (headers.number(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE) != last) {
                throw ApiError.STREAM_WRONG_LAST_SEQUENCE.because(last);
            }
        } else if (other) {
            throw ApiError.STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_INVALID.asException();
        }
    }

    private long lastOfOther() throws StoreException {
        String filter = headers.text(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT);
        return io.millrace.protocol.Subjects.isValid(filter)
                ? stream.store().subjectState(SubjectFilter.of(filter)).lastSequence()
                : 0;
    }

    private void checkRollup() throws ApiException {
        if (!headers.has(PublishHeader.ROLLUP)) {
            return;
        }
        StreamConfig config = stream.config();
        if (!config.allowRollup() || config.denyPurge()) {
            throw ApiError.STREAM_ROLLUP_FAILED_F.because("rollup not permitted");
        }
        if (!headers.valueIsWord(PublishHeader.ROLLUP, ROLLUP_SUBJECT)
                && !headers.valueIsWord(PublishHeader.ROLLUP, ROLLUP_ALL)) {
            throw ApiError.STREAM_ROLLUP_FAILED_F.because(
                    "rollup value invalid: \"" + headers.text(PublishHeader.ROLLUP) + "\"");
        }
    }

    /** A message that stands for all before it: those go. */
    private void rollUp(byte[] subject, int offset, int length, long sequence)
            throws StoreException {
        if (!headers.has(PublishHeader.ROLLUP)) {
            return;
        }
        if (headers.valueIsWord(PublishHeader.ROLLUP, ROLLUP_ALL)) {
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

    private void acknowledge(Publication p, long number, long sequence, boolean duplicate) {
        if (p.replyLength == 0 || stream.config().noAck()) {
            return;
        }
        stream.engine()
                .acknowledge(
                        stream,
                        number,
                        sequence,
                        duplicate,
                        p.buffer,
                        p.replyOffset,
                        p.replyLength);
    }

    private void refuse(Publication p, ApiException why) {
        if (p.replyLength == 0 || stream.config().noAck()) {
            return;
        }
        byte[] reply = new byte[p.replyLength];
        System.arraycopy(p.buffer, p.replyOffset, reply, 0, reply.length);
        stream.engine().turn().soon(() -> sendRefusal(reply, why));
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
