package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ApiLevel;
import io.millrace.jetstream.api.ConsumerConfig;
import io.millrace.jetstream.api.PriorityPolicy;
import io.millrace.jetstream.api.PullRefusedException;
import io.millrace.jetstream.api.PullRequest;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Publication;
import io.millrace.store.NewestRun;
import io.millrace.store.StoreException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what is asked about consumers, and takes pull requests. Loop only. */
final class ConsumerApi {
    private static final int NAMES_MAX = 1024;
    private static final int LIST_MAX = 256;

    private final JetStreamAccount account;
    private final ApiAnswers answers;
    private final ApiBody body;
    private final ConsumerMaking making;
    private final StatusMessages status;
    private final PublishHeaders headers = new PublishHeaders();

    ConsumerApi(JetStreamAccount account, ApiAnswers answers) {
        this.account = account;
        this.answers = answers;
        this.body = new ApiBody(account.engine());
        this.making = new ConsumerMaking(account);
        this.status = new StatusMessages(account);
    }

    void create(ApiRequest request) throws ApiException, StoreException {
        ConsumerMaking.Asked asked =
                body.read(request, "CreateConsumerRequest", ConsumerMaking.Asked::of);
        create(request, asked, null);
    }

    private void create(ApiRequest request, ConsumerMaking.Asked asked, @Nullable NewestRun found)
            throws ApiException, StoreException {
        Consumer made = making.make(request, asked, found);
        if (made == null) {
            Stream stream = account.required(request.stream());
            NewestRun run = ConsumerMaking.seeking(stream, asked);
            stream.longWork()
                    .begin(
                            new Reading(
                                    () -> run.goOn(Reading.SUBJECTS),
                                    () -> answers.of(request, () -> create(request, asked, run)),
                                    failed -> answers.failed(request, failed)));
            return;
        }
        made.feed()
                .whenReady(
                        () ->
                                answers.of(
                                        request,
                                        () -> {
                                            JsonPage page = Api.begin(request.call());
                                            ConsumerInfo.write(
                                                    page, made, ApiLevel.shown(made.config()));
                                            answers.sendAfter(made.lastNumber(), request, page);
                                        }));
    }

    private Consumer required(ApiRequest request) throws ApiException {
        Consumer found = account.required(request.stream()).consumer(request.consumer());
        if (found == null) {
            throw ApiError.CONSUMER_NOT_FOUND.asException();
        }
        return found;
    }

    void info(ApiRequest request) throws ApiException, StoreException {
        StreamApi.requireBlank(request);
        Consumer consumer = required(request);
        JsonPage page = Api.begin(request.call());
        ConsumerInfo.write(page, consumer, ApiLevel.shown(consumer.config()));
        answers.send(request, page);
    }

    void delete(ApiRequest request) throws ApiException, StoreException {
        StreamApi.requireBlank(request);
        Consumer consumer = required(request);
        long number = consumer.delete();
        consumer.stream()
                .longWork()
                .whenIdle(
                        () ->
                                answers.sendAfter(
                                        number,
                                        request,
                                        Api.begin(request.call()).flag("success", true)));
    }

    private long offset(ApiRequest request) throws ApiException {
        return body.readIfAny(
                request, "JSApiConsumersRequest", fields -> Math.max(0, fields.integer("offset")));
    }

    void names(ApiRequest request) throws ApiException {
        long offset = offset(request);
        List<Consumer> all = visible(account.required(request.stream()));
        int from = (int) Math.min(offset, all.size());
        JsonPage page = page(request, all.size(), from, NAMES_MAX).array("consumers");
        all.subList(from, Math.min(all.size(), from + NAMES_MAX))
                .forEach(consumer -> page.text(null, consumer.name()));
        answers.send(request, page.endArray());
    }

    void list(ApiRequest request) throws ApiException, StoreException {
        long offset = offset(request);
        List<Consumer> all = visible(account.required(request.stream()));
        int from = (int) Math.min(offset, all.size());
        JsonPage page = page(request, all.size(), from, LIST_MAX).array("consumers");
        for (Consumer consumer : all.subList(from, Math.min(all.size(), from + LIST_MAX))) {
            page.object(null);
            ConsumerInfo.write(page, consumer, consumer.config());
            page.endObject();
        }
        answers.send(request, page.endArray());
    }

    private static List<Consumer> visible(Stream stream) {
        List<Consumer> visible = new ArrayList<>(stream.consumers());
        visible.removeIf(consumer -> consumer.config().direct());
        return visible;
    }

    private static JsonPage page(ApiRequest request, long total, long offset, long limit) {
        return Api.begin(request.call())
                .number("total", total)
                .number("offset", offset)
                .number("limit", limit);
    }

    void pause(ApiRequest request) throws ApiException, StoreException {
        long until =
                body.readIfAny(
                        request,
                        "JSApiConsumerPauseRequest",
                        fields -> fields.instant("pause_until"));
        Consumer consumer = required(request);
        ConsumerConfig config =
                ApiLevel.marked(
                        consumer.config().toBuilder().pauseUntilNanos(Math.max(0, until)).build());
        consumer.reconfigure(config);
        JsonPage page = Api.begin(request.call());
        long now = account.engine().epochNanos();
        if (consumer.isPaused()) {
            page.flag("paused", true)
                    .text("pause_until", GoTime.rfc3339(until))
                    .number("pause_remaining", until - now);
            consumer.advise(
                    "PAUSE",
                    "consumer_pause",
                    it -> it.flag("paused", true).text("pause_until", GoTime.rfc3339(until)));
        } else {
            ConsumerInfo.notPaused(page);
            consumer.advise("PAUSE", "consumer_pause", ConsumerInfo::notPaused);
        }
        answers.sendAfter(consumer.lastNumber(), request, page);
    }

    void unpin(ApiRequest request) throws ApiException {
        if (request.isBlank()) {
            throw ApiError.INVALID_JSON.because("unexpected end of JSON input");
        }
        String group =
                body.read(request, "JSApiConsumerUnpinRequest", fields -> fields.text("group"));
        if (group.isEmpty()) {
            throw ApiError.INVALID_JSON.because("consumer group not specified");
        }
        Consumer consumer = required(request);
        if (!(consumer.delivery() instanceof PullDelivery pull)
                || consumer.config().priorityPolicy() != PriorityPolicy.PINNED_CLIENT
                || !consumer.config().priorityGroups().contains(group)) {
            throw ApiError.CONSUMER_INVALID_PRIORITY_GROUP.asException();
        }
        pull.pinned().unpin("admin");
        answers.send(request, Api.begin(request.call()));
    }

    void reset(ApiRequest request) throws ApiException, StoreException {
        Stream stream = account.stream(request.stream());
        if (stream == null || stream.consumer(request.consumer()) == null) {
            return; // as the reference: nobody is there who would answer
        }
        Consumer consumer = required(request);
        long next = body.readPlain(request, "JSApiConsumerResetRequest", f -> f.unsigned("seq"));
        long target = next == 0 ? consumer.state().ackFloorStreamSequence() + 1 : next;
        making.requireResettable(consumer, next);
        consumer.reset(target);
        JsonPage page = Api.begin(request.call());
        ConsumerInfo.write(page, consumer, ApiLevel.shown(consumer.config()));
        page.number("reset_seq", target);
        consumer.journal();
        answers.sendAfter(consumer.lastNumber(), request, page);
    }

    /**
     * Takes a pull request while it is delivered.
     *
     * @param at where in the subject the stream's name begins
     * @return false when there is no such consumer: nobody takes the request
     */
    boolean next(Publication p, int at) {
        Consumer consumer = named(p, at);
        if (consumer == null) {
            return false;
        }
        if (p.replyLength == 0) {
            return true;
        }
        byte[] reply = Arrays.copyOfRange(p.buffer, p.replyOffset, p.replyOffset + p.replyLength);
        byte[] asked =
                Arrays.copyOfRange(p.buffer, p.bodyOffset(), p.bodyOffset() + p.bodyLength());
        boolean levelIsHigh = p.hasHeaders && isLevelTooHigh(p);
        account.engine().turn().request(() -> next(consumer, reply, asked, levelIsHigh));
        return true;
    }

    private boolean isLevelTooHigh(Publication p) {
        headers.read(p.buffer, p.messageOffset, p.headerLength);
        long level = headers.number(PublishHeader.REQUIRED_API_LEVEL);
        return headers.has(PublishHeader.REQUIRED_API_LEVEL)
                && (level < 0 || level > ApiLevel.CURRENT);
    }

    private @Nullable Consumer named(Publication p, int at) {
        byte[] b = p.subjectBuffer;
        int end = p.subjectOffset + p.subjectLength;
        int dot = at;
        while (dot < end && b[dot] != '.') {
            dot++;
        }
        if (dot == end) {
            return null;
        }
        Stream stream = account.stream(new String(b, at, dot - at, StandardCharsets.UTF_8));
        return stream == null
                ? null
                : stream.consumer(new String(b, dot + 1, end - dot - 1, StandardCharsets.UTF_8));
    }

    private void next(Consumer consumer, byte[] reply, byte[] asked, boolean levelIsHigh) {
        if (levelIsHigh) {
            status.send(reply, "412 Required Api Level");
            return;
        }
        if (!(consumer.delivery() instanceof PullDelivery)) {
            status.send(reply, "409 Consumer is push based");
            return;
        }
        if (consumer.isClosed()) {
            return;
        }
        if (!consumer.feed().isReady()) {
            consumer.feed().whenReady(() -> next(consumer, reply, asked));
            return;
        }
        next(consumer, reply, asked);
    }

    private void next(Consumer consumer, byte[] reply, byte[] asked) {
        if (consumer.isClosed() || !(consumer.delivery() instanceof PullDelivery pull)) {
            return;
        }
        try {
            pull.request(
                    reply, PullRequest.read(asked), PullRequest.isObject(asked, 0, asked.length));
        } catch (PullRefusedException bad) {
            status.send(reply, bad.status());
        } catch (StoreException failed) {
            account.engine().storeFailed(consumer.stream(), failed);
        }
    }
}
