package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Answers what is asked about single messages of a stream. Loop only. */
final class MessageApi {
    private final JetStreamAccount account;
    private final ApiAnswers answers;
    private final ApiBody body;
    private final MessageLookup lookup = new MessageLookup();

    MessageApi(JetStreamAccount account, ApiAnswers answers) {
        this.account = account;
        this.answers = answers;
        this.body = new ApiBody(account.engine());
    }

    void get(ApiRequest request) throws ApiException, StoreException {
        if (request.isBlank()) {
            throw ApiError.BAD_REQUEST.asException();
        }
        MessageQuery query = body.read(request, "JSApiMsgGetRequest", MessageQuery::of);
        if (query.isEmpty() || query.isContradictory() || query.isForMany()) {
            throw ApiError.BAD_REQUEST.asException();
        }
        Stream stream = account.required(request.stream());
        if (!lookup.find(stream, query)) {
            throw ApiError.NO_MESSAGE_FOUND.asException();
        }
        StoredMessage message = lookup.message();
        JsonPage page =
                Api.begin(request.call())
                        .object("message")
                        .text("subject", new String(message.subject(), StandardCharsets.UTF_8))
                        .number("seq", message.sequence());
        if (message.headersLength() > 0 && !query.withoutHeaders()) {
            page.text("hdrs", Base64.getEncoder().encodeToString(message.headers()));
        }
        if (message.payloadLength() > 0) {
            page.text("data", Base64.getEncoder().encodeToString(message.payload()));
        }
        page.text("time", GoTime.rfc3339(message.timeNanos())).endObject();
        if (message.sequence() > stream.shown()) {
            answers.sendAfter(stream.store().lastNumber(), request, page);
        } else {
            answers.send(request, page);
        }
    }

    /** Which message is to go, and whether its bytes may stay on the disk for a while. */
    private record Deletion(long sequence, boolean withoutErasing) {
        static Deletion of(JsonFields fields) throws io.millrace.protocol.JsonException {
            return new Deletion(fields.unsigned("seq"), fields.flag("no_erase"));
        }
    }

    void delete(ApiRequest request) throws ApiException, StoreException {
        if (request.isBlank()) {
            throw ApiError.BAD_REQUEST.asException();
        }
        Deletion asked = body.read(request, "JSApiMsgDeleteRequest", Deletion::of);
        Stream stream = account.required(request.stream());
        if (stream.config().isSealed()) {
            throw ApiError.STREAM_SEALED.asException();
        }
        if (stream.config().denyDelete()) {
            throw ApiError.STREAM_MSG_DELETE_FAILED_F.because("message delete not permitted");
        }
        if (asked.sequence() == 0) {
            throw ApiError.STREAM_MSG_DELETE_FAILED_F.because("no message found");
        }
        boolean there =
                asked.withoutErasing()
                        ? stream.remove(asked.sequence())
                        : stream.erase(asked.sequence());
        if (!there) {
            throw ApiError.SEQUENCE_NOT_FOUND.because(asked.sequence());
        }
        answers.sendAfter(
                stream.store().lastNumber(),
                request,
                Api.begin(request.call()).flag("success", true));
    }
}
