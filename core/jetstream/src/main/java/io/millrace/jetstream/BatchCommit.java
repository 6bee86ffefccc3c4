package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.store.MessageGroup;
import io.millrace.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The messages of one atomic batch on their way into the stream, all or none. Used once, by the
 * loop.
 */
/* Every message is held against the stream as it was before the batch, with what the messages in
 * front of it will have changed: their number and bytes, their ids, their counters. What would have
 * to know more of them than that is refused. */
final class BatchCommit {
    private final Stream stream;
    private final Ingest ingest;
    private final PublishHeaders headers;
    private final PublishRules rules;
    private final MessageGroup group = new MessageGroup();
    private final Map<String, Long> subjects = new HashMap<>();
    private final Set<String> ids = new HashSet<>();
    private final Map<String, CounterRules.Count> counts = new HashMap<>();
    private long bytes;

    BatchCommit(Stream stream, Ingest ingest, PublishHeaders headers, PublishRules rules) {
        this.stream = stream;
        this.ingest = ingest;
        this.headers = headers;
        this.rules = rules;
    }

    /**
     * Stores them.
     *
     * @param sealed whether the last message gets the mark of a commit
     * @return the number that confirms them; 0 in memory
     */
    long store(List<Incoming> messages, boolean sealed) throws ApiException, StoreException {
        long now = ingest.now();
        long[] ttls = new long[messages.size()];
        for (int i = 0; i < ttls.length; i++) {
            Incoming message = messages.get(i);
            headers.read(message.headers, message.headersOffset, message.headersLength);
            if (sealed && i == ttls.length - 1) {
                message.headersDone(
                        message.editHeaders().set(PublishHeader.BATCH_COMMIT.text(), "1"), headers);
            }
            ingest.transform(message);
            prepare(message, i, now);
            ttls[i] = message.ttlSeconds;
        }
        long number = stream.write(now, group, ttls);
        long first = stream.store().lastSequence() - ttls.length + 1;
        for (int i = 0; i < ttls.length; i++) {
            headers.read(group.bytes(), group.headersOffset(i), group.headersLength(i));
            ingest.written(
                    group.bytes(), group.subjectOffset(i), group.subjectLength(i), first + i, now);
        }
        return number;
    }

    private void prepare(Incoming message, int place, long now)
            throws ApiException, StoreException {
        if (headers.has(PublishHeader.EXPECTED_LAST_MSG_ID)) {
            throw ApiError.ATOMIC_PUBLISH_UNSUPPORTED_HEADER_BATCH.because(
                    PublishHeader.EXPECTED_LAST_MSG_ID.text());
        }
        String subject =
                new String(
                        message.subject,
                        message.subjectOffset,
                        message.subjectLength,
                        StandardCharsets.UTF_8);
        ingest.counters().check(message.bodyLength);
        rules.requireStream();
        message.ttlSeconds = MessageTtl.of(headers);
        rules.requireTtlValid(message.ttlSeconds);
        requireNewId(now);
        rules.refuseSource();
        ingest.counters().requireIncrement();
        requireLastSequences(message, subject, place);
        ingest.schedules().check(message);
        rules.checkRollup();
        requireFirst(subject, place);
        if (stream.config().allowMsgCounter()) {
            count(message, subject);
        }
        ingest.raiseTtl(message);
        rules.requireSize(message);
        admit(message, subject, place);
        group.add(
                message.subject,
                message.subjectOffset,
                message.subjectLength,
                message.headers,
                message.headersOffset,
                message.headersLength,
                message.body,
                message.bodyOffset,
                message.bodyLength);
        subjects.merge(subject, 1L, Long::sum);
    }

    private void requireNewId(long now) throws ApiException {
        if (headers.has(PublishHeader.MSG_ID)
                && (ingest.known(now) > 0 || !ids.add(headers.text(PublishHeader.MSG_ID)))) {
            throw ApiError.ATOMIC_PUBLISH_CONTAINS_DUPLICATE_MESSAGE.asException();
        }
    }

    private void requireLastSequences(Incoming message, String subject, int place)
            throws ApiException, StoreException {
        if (headers.has(PublishHeader.EXPECTED_LAST_SEQUENCE)) {
            long last = stream.store().lastSequence() + place;
            if (headers.number(PublishHeader.EXPECTED_LAST_SEQUENCE) != last) {
                throw ApiError.STREAM_WRONG_LAST_SEQUENCE.because(last);
            }
            if (place > 0) {
                throw ApiError.STREAM_WRONG_LAST_SEQUENCE_CONSTANT.asException();
            }
        }
        if (!headers.has(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE)) {
            rules.requireSubjectSequence();
            return;
        }
        boolean other = headers.has(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT);
        String asked =
                other
                        ? headers.text(PublishHeader.EXPECTED_LAST_SUBJECT_SEQUENCE_SUBJECT)
                        : subject;
        if (subjects.containsKey(asked)) {
            throw ApiError.STREAM_WRONG_LAST_SEQUENCE_CONSTANT.asException();
        }
        rules.requireLastOfSubject(message);
    }

    /** A roll-up may not take out what the batch itself has brought. */
    private void requireFirst(String subject, int place) throws ApiException {
        if (!headers.has(PublishHeader.ROLLUP)) {
            return;
        }
        boolean all = headers.valueIsWord(PublishHeader.ROLLUP, PublishRules.ROLLUP_ALL);
        if (all && place > 0) {
            throw ApiError.STREAM_ROLLUP_FAILED_F.because("batch rollup all invalid");
        }
        if (!all && subjects.containsKey(subject)) {
            throw ApiError.STREAM_ROLLUP_FAILED_F.because("batch rollup sub invalid");
        }
    }

    private void count(Incoming message, String subject) throws ApiException, StoreException {
        CounterRules counters = ingest.counters();
        CounterRules.Count before = counts.get(subject);
        if (before == null) {
            before = counters.last(message.subject, message.subjectOffset, message.subjectLength);
        }
        counts.put(subject, counters.step(message, before));
    }

    private void admit(Incoming message, String subject, int place)
            throws ApiException, StoreException {
        bytes +=
                stream.bounds()
                        .admit(
                                message,
                                new StreamBounds.Others(
                                        place, bytes, subjects.getOrDefault(subject, 0L)));
    }
}
