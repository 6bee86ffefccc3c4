package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.protocol.Subjects;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;

/**
 * What the headers of one message demand, held against the stream as it stands. Owned by the loop.
 */
/* A message can break several rules and is told about one. In which order they are asked is visible,
 * so it is that of nats-server 2.15, found by sending it every pair of mistakes:
 *
 *     by itself   size, increment, stream, TTL allowed, last sequences, schedule, source, duplicate,
 *                 last id, roll-up, increment missing, TTL valid
 *     in a batch  last id, increment, stream, TTL allowed and valid, duplicate, source, increment
 *                 missing, last sequences, schedule, roll-up
 */
final class PublishRules {
    static final String ROLLUP_SUBJECT = "sub";
    static final String ROLLUP_ALL = "all";

    private final Stream stream;
    private final PublishHeaders headers;
    private final byte[] streamName;

    /**
     * @param headers those of the message that is asked about
     */
    PublishRules(Stream stream, PublishHeaders headers) {
        this.stream = stream;
        this.headers = headers;
        this.streamName = stream.name().getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    void requireSize(Incoming message) throws ApiException {
        long most = stream.config().maxMsgSize();
        if (most >= 0 && message.size() > most) {
            throw ApiError.STREAM_MESSAGE_EXCEEDS_MAXIMUM.asException();
        }
    }

    void requireStream() throws ApiException {
        if (headers.has(PublishHeader.EXPECTED_STREAM)
                && !headers.valueIs(PublishHeader.EXPECTED_STREAM, streamName)) {
            throw ApiError.STREAM_NOT_MATCH.asException();
        }
    }

    void requireTtlAllowed(long ttlSeconds) throws ApiException {
        if (ttlSeconds != MessageTtl.INVALID) {
            requireTtlValid(ttlSeconds);
        }
    }

    void requireTtlValid(long ttlSeconds) throws ApiException {
        ApiError ttl = MessageTtl.refusal(ttlSeconds, stream.config().allowMsgTtl());
        if (ttl != null) {
            throw ttl.asException();
        }
    }

    void requireLastSequences(Incoming message) throws ApiException, StoreException {
        if (headers.has(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
            requireLastOfSubject(message);
        } else {
            requireSubjectSequence();
        }
        if (headers.has(PublishHeader.EXPECTED_LAST_SEQUENCE)) {
            long last = stream.store().lastSequence();
            if (headers.number(PublishHeader.EXPECTED_LAST_SEQUENCE) != last) {
                throw ApiError.STREAM_WRONG_LAST_SEQUENCE.because(last);
            }
        }
    }

    /** The subject of an expectation needs the sequence that is expected there. */
    void requireSubjectSequence() throws ApiException {
        if (headers.has(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)) {
            throw ApiError.STREAM_EXPECTED_LAST_SEQ_PER_SUBJECT_INVALID.asException();
        }
    }

    void requireLastOfSubject(Incoming message) throws ApiException, StoreException {
        boolean other = headers.has(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT);
        long last =
                other
                        ? lastOfOther()
                        : stream.subjects()
                                .last(
                                        message.subject,
                                        message.subjectOffset,
                                        message.subjectLength);
        if (headers.number(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE) != last) {
            throw ApiError.STREAM_WRONG_LAST_SEQUENCE.because(last);
        }
    }

    private long lastOfOther() throws StoreException {
        String filter = headers.text(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT);
        StreamStore store = stream.store();
        return Subjects.isValid(filter) ? store.lastMatching(SubjectFilter.of(filter)) : 0;
    }

    /** Only the server itself says where a message was copied from. */
    void refuseSource() throws ApiException {
        if (headers.has(PublishHeader.STREAM_SOURCE)) {
            throw ApiError.MESSAGE_SOURCE_HDR_NOT_ALLOWED.asException();
        }
    }

    void requireLastId(DuplicateWindow duplicates) throws ApiException {
        if (headers.has(PublishHeader.EXPECTED_LAST_MSG_ID)
                && !duplicates.lastIdIs(
                        headers.buffer(),
                        headers.offset(PublishHeader.EXPECTED_LAST_MSG_ID),
                        headers.length(PublishHeader.EXPECTED_LAST_MSG_ID))) {
            throw ApiError.STREAM_WRONG_LAST_MSG_ID.because(duplicates.lastId());
        }
    }

    void checkRollup() throws ApiException {
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
}
