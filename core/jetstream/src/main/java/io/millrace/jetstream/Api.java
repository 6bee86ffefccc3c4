package io.millrace.jetstream;

import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.InternalClient;
import io.millrace.broker.Origin;
import io.millrace.broker.Subscription;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ApiLevel;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import io.millrace.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The JetStream API of one account: takes requests and gives each to who answers it. Loop only. */
final class Api implements InternalClient.Listener {
    static final String PREFIX = "$JS.API.";
    private static final byte[] NEXT = ascii("$JS.API.CONSUMER.MSG.NEXT.");
    private static final byte[] DIRECT = ascii("$JS.API.DIRECT.GET.");
    private static final byte[] NONE = new byte[0];

    private final JetStreamAccount account;
    private final PublishHeaders headers = new PublishHeaders();
    private final ApiAnswers answers;
    private final AccountApi accounts;
    private final StreamApi streams;
    private final MessageApi messages;
    private final ConsumerApi consumers;
    private final SnapshotApi snapshots;
    private final DirectGet direct;

    Api(JetStreamAccount account) {
        this.account = account;
        this.answers = new ApiAnswers(account);
        this.accounts = new AccountApi(account, answers);
        this.streams = new StreamApi(account, answers);
        this.messages = new MessageApi(account, answers);
        this.consumers = new ConsumerApi(account, answers);
        this.snapshots = new SnapshotApi(account, answers, streams);
        this.direct = new DirectGet(account);
    }

    void serve() {
        account.hear(PREFIX + ">", this);
    }

    /** Answers every request of an account that has no JetStream, until it is unlistened. */
    static Subscription refuseFor(JetStream engine, InternalClient client) {
        JetStreamAccount none = new JetStreamAccount(engine, client, AccountLimits.NONE);
        ApiAnswers answers = new ApiAnswers(none);
        return client.listen(
                PREFIX + ">",
                null,
                (p, origin) -> {
                    ApiRequest request = request(p, origin);
                    if (request != null) {
                        engine.turn()
                                .request(
                                        () ->
                                                answers.error(
                                                        request,
                                                        ApiError.NOT_ENABLED_FOR_ACCOUNT
                                                                .asException()));
                    }
                    return true;
                });
    }

    @Override
    public boolean hear(Publication p, Origin origin) {
        if (startsWith(p, NEXT)) {
            return consumers.next(p, p.subjectOffset + NEXT.length);
        }
        if (startsWith(p, DIRECT)) {
            return direct.hear(p, p.subjectOffset + DIRECT.length);
        }
        ApiRequest request = request(p, origin);
        if (request == null) {
            return true;
        }
        account.client().asked();
        JetStream engine = account.engine();
        Turn turn = engine.turn();
        long limit = engine.options().requestQueueLimit();
        if (limit > 0 && turn.requestsWaiting() >= limit) {
            turn.soon(() -> tooMany(limit));
            return true;
        }
        long heardAt = engine.server().clock().nanoTime();
        turn.request(
                () -> {
                    handle(request);
                    engine.answered(heardAt);
                });
        return true;
    }

    private void tooMany(long limit) {
        account.advisories()
                .send(
                        "API.LIMIT_REACHED",
                        "api_limit_reached",
                        page ->
                                page.text("server", account.engine().server().identity().name())
                                        .number("dropped", 1)
                                        .number("limit", limit));
    }

    private static @Nullable ApiRequest request(Publication p, Origin origin) {
        String subject =
                new String(
                        p.subjectBuffer, p.subjectOffset, p.subjectLength, StandardCharsets.UTF_8);
        List<String> tokens = List.of(subject.substring(PREFIX.length()).split("\\.", -1));
        ApiCall call = ApiCall.of(tokens);
        if (call == null) {
            return null;
        }
        ConnectionInfo sender = origin.describe();
        return new ApiRequest(
                call,
                subject,
                tokens,
                p.replyLength == 0
                        ? null
                        : new String(
                                p.buffer, p.replyOffset, p.replyLength, StandardCharsets.UTF_8),
                p.hasHeaders
                        ? Arrays.copyOfRange(
                                p.buffer, p.messageOffset, p.messageOffset + p.headerLength)
                        : NONE,
                Arrays.copyOfRange(p.buffer, p.bodyOffset(), p.bodyOffset() + p.bodyLength()),
                sender);
    }

    private void handle(ApiRequest request) {
        Stream busy = busyFor(request);
        if (busy != null) {
            busy.longWork().whenIdle(() -> handle(request));
            return;
        }
        if (!Preparation.isNeeded(account, request, () -> prepared(request))) {
            prepared(request);
        }
    }

    private void prepared(ApiRequest request) {
        answers.of(
                request,
                () -> {
                    requireLevel(request);
                    dispatch(request);
                });
        account.requested();
    }

    /** A stream of which the answer would show something half done; null for none. */
    private @Nullable Stream busyFor(ApiRequest request) {
        if (request.call().namesStream()) {
            Stream named = account.stream(request.stream());
            return named != null && named.longWork().isBusy() ? named : null;
        }
        for (Stream stream : account.streams()) {
            if (stream.longWork().isBusy()) {
                return stream;
            }
        }
        return null;
    }

    private void requireLevel(ApiRequest request) throws ApiException {
        headers.read(request.headers(), 0, request.headers().length);
        if (headers.has(PublishHeader.REQUIRED_API_LEVEL)) {
            long level = headers.number(PublishHeader.REQUIRED_API_LEVEL);
            if (level < 0 || level > ApiLevel.CURRENT) {
                throw ApiError.REQUIRED_API_LEVEL.asException();
            }
        }
    }

    private void dispatch(ApiRequest request) throws ApiException, StoreException {
        switch (request.call()) {
            case ACCOUNT_INFO -> accounts.info(request);
            case STREAM_CREATE -> streams.create(request);
            case STREAM_UPDATE -> streams.update(request);
            case STREAM_NAMES -> streams.names(request);
            case STREAM_LIST -> streams.list(request);
            case STREAM_INFO -> streams.info(request);
            case STREAM_DELETE -> streams.delete(request);
            case STREAM_PURGE -> streams.purge(request);
            case MESSAGE_GET -> messages.get(request);
            case MESSAGE_DELETE -> messages.delete(request);
            case STREAM_SNAPSHOT -> snapshots.snapshot(request);
            case STREAM_RESTORE -> snapshots.restore(request);
            case CONSUMER_CREATE,
                    CONSUMER_CREATE_NAMED,
                    CONSUMER_CREATE_FILTERED,
                    CONSUMER_CREATE_DURABLE ->
                    consumers.create(request);
            case CONSUMER_NAMES -> consumers.names(request);
            case CONSUMER_LIST -> consumers.list(request);
            case CONSUMER_INFO -> consumers.info(request);
            case CONSUMER_DELETE -> consumers.delete(request);
            case CONSUMER_PAUSE -> consumers.pause(request);
            case CONSUMER_UNPIN -> consumers.unpin(request);
            case CONSUMER_RESET -> consumers.reset(request);
            case STREAM_PEER_REMOVE,
                    STREAM_PEER_EVACUATE,
                    STREAM_STEP_DOWN,
                    STREAM_CANCEL_MOVE,
                    CONSUMER_STEP_DOWN,
                    CONSUMER_PEER_REMOVE,
                    CONSUMER_PEER_EVACUATE ->
                    throw ApiError.CLUSTER_REQUIRED.asException();
        }
    }

    /** The beginning of an answer: its type and, for an error, nothing else yet. */
    static JsonPage begin(ApiCall call) {
        return JsonPage.compact().object(null).text("type", call.type());
    }

    private static boolean startsWith(Publication p, byte[] prefix) {
        return p.subjectLength > prefix.length
                && Arrays.equals(
                        p.subjectBuffer,
                        p.subjectOffset,
                        p.subjectOffset + prefix.length,
                        prefix,
                        0,
                        prefix.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
