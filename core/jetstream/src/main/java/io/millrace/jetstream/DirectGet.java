package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiLevel;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.Json;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonTree;
import io.millrace.protocol.Publication;
import io.millrace.protocol.Subjects;
import io.millrace.store.MessageCursor;
import io.millrace.store.NewestRun;
import io.millrace.store.PendingRun;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.SubjectFilter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Messages straight from a stream, as they are, without JSON around them (ADR-31). Loop only. */
final class DirectGet {
    private static final int NEWEST_MAX = 1024;

    private final JetStreamAccount account;
    private final StatusMessages status;
    private final PublishHeaders requestHeaders = new PublishHeaders();
    private final HeaderBlock headers = new HeaderBlock();
    private final MessageLookup lookup = new MessageLookup();

    DirectGet(JetStreamAccount account) {
        this.account = account;
        this.status = new StatusMessages(account);
    }

    /**
     * Takes a request while it is delivered.
     *
     * @param at where in the subject the stream's name begins
     * @return false when the stream does not answer such requests: nobody takes it
     */
    boolean hear(Publication p, int at) {
        byte[] b = p.subjectBuffer;
        int end = p.subjectOffset + p.subjectLength;
        int dot = at;
        while (dot < end && b[dot] != '.') {
            dot++;
        }
        Stream stream = account.stream(new String(b, at, dot - at, StandardCharsets.UTF_8));
        if (stream == null || !stream.config().allowDirect()) {
            return false;
        }
        if (p.replyLength == 0) {
            return true;
        }
        String subject =
                dot < end ? new String(b, dot + 1, end - dot - 1, StandardCharsets.UTF_8) : "";
        byte[] reply = Arrays.copyOfRange(p.buffer, p.replyOffset, p.replyOffset + p.replyLength);
        byte[] body = Arrays.copyOfRange(p.buffer, p.bodyOffset(), p.bodyOffset() + p.bodyLength());
        boolean levelIsHigh = p.hasHeaders && isLevelTooHigh(p);
        account.engine()
                .turn()
                .request(
                        () -> {
                            if (levelIsHigh) {
                                status.send(reply, "412 Required Api Level");
                            } else {
                                stream.longWork()
                                        .whenIdle(() -> answer(stream, subject, reply, body));
                            }
                        });
        return true;
    }

    private boolean isLevelTooHigh(Publication p) {
        requestHeaders.read(p.buffer, p.messageOffset, p.headerLength);
        long level = requestHeaders.number(PublishHeader.REQUIRED_API_LEVEL);
        return requestHeaders.has(PublishHeader.REQUIRED_API_LEVEL)
                && (level < 0 || level > ApiLevel.CURRENT);
    }

    private void answer(Stream stream, String subject, byte[] reply, byte[] body) {
        if (stream.isClosed()) {
            return;
        }
        if (!Preparation.isNeeded(stream, () -> prepared(stream, subject, reply, body))) {
            prepared(stream, subject, reply, body);
        }
    }

    private void prepared(Stream stream, String subject, byte[] reply, byte[] body) {
        if (stream.isClosed()) {
            return;
        }
        try {
            if (subject.isEmpty()) {
                answer(stream, reply, body);
            } else {
                answerLast(stream, subject, reply, body);
            }
        } catch (JsonException malformed) {
            status.send(reply, "408 Malformed Request");
        } catch (StoreException failed) {
            failed(stream, reply, failed);
        }
    }

    private static MessageQuery query(byte[] body) throws JsonException {
        Json json = body.length == 0 ? Json.Obj.EMPTY : JsonTree.parse(body, 0, body.length);
        return MessageQuery.of(JsonFields.of(json, "JSApiMsgGetRequest"));
    }

    private void answerLast(Stream stream, String subject, byte[] reply, byte[] body)
            throws JsonException, StoreException {
        MessageQuery query = query(body);
        if (!query.isEmpty() || query.isForMany()) {
            status.send(reply, "408 Bad Request");
            return;
        }
        one(
                stream,
                reply,
                new MessageQuery(
                        0,
                        subject,
                        "",
                        List.of(),
                        GoTime.NONE,
                        0,
                        0,
                        0,
                        GoTime.NONE,
                        query.withoutHeaders()));
    }

    private void answer(Stream stream, byte[] reply, byte[] body)
            throws JsonException, StoreException {
        if (body.length == 0) {
            status.send(reply, "408 Empty Request");
            return;
        }
        MessageQuery query = query(body);
        if (query.isEmpty()) {
            status.send(reply, "408 Empty Request");
        } else if (query.isContradictory() || !isValid(query)) {
            status.send(reply, "408 Bad Request");
        } else if (!query.newestFor().isEmpty()) {
            newest(stream, reply, query);
        } else if (query.batch() > 0) {
            batch(stream, reply, query);
        } else {
            one(stream, reply, query);
        }
    }

    private static boolean isValid(MessageQuery query) {
        for (String filter : query.newestFor()) {
            if (!Subjects.isValid(filter)) {
                return false;
            }
        }
        return query.nextFor().isEmpty() || Subjects.isValid(query.nextFor());
    }

    private void one(Stream stream, byte[] reply, MessageQuery query) throws StoreException {
        if (!lookup.find(stream, query)) {
            status.send(reply, "404 Message Not Found");
            return;
        }
        StoredMessage found = lookup.message();
        if (found.sequence() <= stream.shown()) {
            send(stream, reply, found, query, -1, 0);
            return;
        }
        // what is not on disk yet may not be told of: the same question again when it is
        account.engine()
                .commits()
                .after(
                        stream.store().lastNumber(),
                        () -> again(stream, reply, query),
                        failed -> status.send(reply, "500 " + failed.getMessage()));
    }

    private void again(Stream stream, byte[] reply, MessageQuery query) {
        if (stream.isClosed()) {
            return;
        }
        try {
            if (lookup.find(stream, query)) {
                send(stream, reply, lookup.message(), query, -1, 0);
            } else {
                status.send(reply, "404 Message Not Found");
            }
        } catch (StoreException failed) {
            failed(stream, reply, failed);
        }
    }

    private void batch(Stream stream, byte[] reply, MessageQuery query) throws StoreException {
        long at = MessageLookup.first(stream, query);
        PendingRun run =
                stream.store()
                        .counting(
                                Math.max(1, at),
                                query.nextFor().isEmpty()
                                        ? List.of()
                                        : List.of(SubjectFilter.of(query.nextFor())));
        find(
                stream,
                reply,
                () -> run.goOn(Reading.SUBJECTS),
                () -> sendBatch(stream, reply, query, at, run.end()));
    }

    private interface Answer {
        void send() throws StoreException;
    }

    /** Finds something out piece by piece, and answers then. */
    private void find(Stream stream, byte[] reply, Reading.Piece piece, Answer answer) {
        stream.longWork()
                .begin(
                        new Reading(
                                piece,
                                () -> {
                                    try {
                                        answer.send();
                                    } catch (StoreException failed) {
                                        failed(stream, reply, failed);
                                    }
                                },
                                failed -> failed(stream, reply, failed)));
    }

    private void failed(Stream stream, byte[] reply, StoreException failed) {
        account.engine().storeFailed(stream, failed);
        status.send(reply, "500 " + failed.getMessage());
    }

    private void sendBatch(Stream stream, byte[] reply, MessageQuery query, long from, long pending)
            throws StoreException {
        MessageCursor cursor = MessageLookup.cursor(stream, query);
        long at = from;
        long left = pending;
        long bytes = 0;
        long sent = 0;
        long last = 0;
        StoredMessage message = lookup.message();
        while (sent < query.batch()
                && cursor.next(at, message)
                && message.sequence() <= stream.shown()) {
            left--;
            bytes += send(stream, reply, message, query, left, last);
            last = message.sequence();
            at = last + 1;
            sent++;
            if (bytes >= bound(query)) {
                break;
            }
        }
        if (sent == 0) {
            status.send(reply, "404 Message Not Found");
            return;
        }
        end(reply, Math.max(0, left), last, null);
    }

    private long bound(MessageQuery query) {
        return query.maxBytes() > 0
                ? query.maxBytes()
                : account.engine().server().options().limits().maxPending();
    }

    private void newest(Stream stream, byte[] reply, MessageQuery query) throws StoreException {
        long upTo = query.upToSequence() > 0 ? query.upToSequence() : stream.shown();
        if (query.hasUpToTime()) {
            upTo = stream.store().firstSequenceAt(query.upToTimeNanos()) - 1;
        }
        upTo = Math.min(upTo, stream.shown());
        if (upTo <= 0) {
            status.send(reply, "404 No Results");
            return;
        }
        NewestRun run =
                stream.store()
                        .newest(
                                query.newestFor().stream().map(SubjectFilter::of).toList(),
                                upTo,
                                NEWEST_MAX);
        long end = upTo;
        find(
                stream,
                reply,
                () -> run.goOn(Reading.SUBJECTS),
                () -> sendNewest(stream, reply, query, run.found(), end));
    }

    private void sendNewest(
            Stream stream, byte[] reply, MessageQuery query, long[] found, long upTo)
            throws StoreException {
        if (found.length > NEWEST_MAX) {
            status.send(reply, "413 Too Many Results");
            return;
        }
        int from = Arrays.binarySearch(found, query.sequence());
        if (from < 0) {
            from = -from - 1;
        }
        if (from == found.length) {
            status.send(reply, "404 No Results");
            return;
        }
        sendNewest(stream, reply, query, found, from, upTo);
    }

    private void sendNewest(
            Stream stream, byte[] reply, MessageQuery query, long[] found, int from, long upTo)
            throws StoreException {
        int left = found.length - from;
        long most = query.batch() > 0 ? query.batch() : left;
        long bytes = 0;
        long last = 0;
        StoredMessage message = lookup.message();
        for (int i = from; i < found.length && i - from < most; i++) {
            if (!stream.store().read(found[i], message)) {
                left--;
                continue;
            }
            left--;
            bytes += send(stream, reply, message, query, left, last);
            last = found[i];
            if (bytes >= bound(query)) {
                break;
            }
        }
        end(reply, left, last, upTo);
    }

    private void end(byte[] reply, long left, long last, @Nullable Long upTo) {
        status.send(
                reply,
                "204 EOB\r\nNats-Num-Pending: "
                        + left
                        + "\r\nNats-Last-Sequence: "
                        + last
                        + (upTo == null ? "" : "\r\nNats-UpTo-Sequence: " + upTo));
    }

    /**
     * Sends one message.
     *
     * @param left how many follow; below 0 outside a batch
     * @param last the sequence sent before it in a batch
     * @return what it counts for
     */
    private long send(
            Stream stream,
            byte[] reply,
            StoredMessage message,
            MessageQuery query,
            long left,
            long last) {
        byte[] data = message.data();
        int length = 0;
        if (!query.withoutHeaders()) {
            headers.start(data, message.headersOffset(), message.headersLength())
                    .add("Nats-Stream", stream.name())
                    .add("Nats-Subject", data, message.subjectOffset(), message.subjectLength())
                    .add("Nats-Sequence", message.sequence())
                    .addTime("Nats-Time-Stamp", message.timeNanos());
            if (left >= 0) {
                headers.add("Nats-Num-Pending", left).add("Nats-Last-Sequence", last);
            }
            headers.finish();
            length = headers.length();
        }
        account.send(
                reply,
                0,
                reply.length,
                headers.buffer(),
                0,
                length,
                data,
                message.payloadOffset(),
                message.payloadLength());
        return (long) message.subjectLength() + message.headersLength() + message.payloadLength();
    }
}
