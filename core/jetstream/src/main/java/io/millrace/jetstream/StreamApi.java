package io.millrace.jetstream;

import io.millrace.auth.SubjectSet;
import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.ApiLevel;
import io.millrace.jetstream.api.Storage;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.jetstream.api.StreamRules;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.protocol.Subjects;
import io.millrace.store.RemovalRun;
import io.millrace.store.StoreException;
import io.millrace.store.StreamStore;
import io.millrace.store.SubjectFilter;
import io.millrace.store.SubjectsRun;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers what is asked about streams. Loop only. */
final class StreamApi {
    private static final int NAMES_MAX = 1024;
    private static final int LIST_MAX = 256;

    private final JetStreamAccount account;
    private final ApiAnswers answers;
    private final ApiBody body;

    StreamApi(JetStreamAccount account, ApiAnswers answers) {
        this.account = account;
        this.answers = answers;
        this.body = new ApiBody(account.engine());
    }

    /** A configuration that a client asks for. */
    private record Asked(StreamConfig config, boolean pedantic) {
        static Asked of(JsonFields fields) throws io.millrace.protocol.JsonException {
            boolean pedantic = fields.flag("pedantic");
            return new Asked(StreamConfig.read(fields.embedded("StreamConfig")), pedantic);
        }
    }

    void create(ApiRequest request) throws ApiException, StoreException {
        Asked asked = body.read(request, "StreamConfigRequest", Asked::of);
        requireSameName(request, asked);
        StreamConfig config =
                StreamRules.complete(asked.config(), account.engine().limits(), asked.pedantic());
        Stream known = account.stream(config.name());
        if (known != null) {
            if (!known.config().equals(config)) {
                throw ApiError.STREAM_NAME_EXIST.asException();
            }
            answerInfo(request, known, true);
            return;
        }
        requirePlace(config);
        Stream made = make(config, account.engine().epochNanos());
        account.advisories().streamAction(made, "CREATED", "create");
        answerInfo(request, made, true);
    }

    /** Whether another stream fits in, and between the others. */
    void requirePlace(StreamConfig config) throws ApiException {
        if (account.limits().maxStreams() > 0
                && account.streams().size() >= account.limits().maxStreams()) {
            throw ApiError.MAXIMUM_STREAMS_LIMIT.asException();
        }
        requireRoom(config, 0);
        account.requireNoOverlap(config);
    }

    /** Makes a stream whose configuration has been checked. */
    Stream make(StreamConfig config, long createdNanos) throws StoreException {
        StreamDefinition definition = new StreamDefinition(account.name(), createdNanos, config);
        StreamStore store =
                account.engine()
                        .store()
                        .createStream(
                                definition.bytes(),
                                config.storage() == Storage.MEMORY,
                                account.engine().server().loop()::execute);
        if (config.firstSequence() > 1) {
            store.compactTo(config.firstSequence());
        }
        Stream made = new Stream(account, store, definition);
        account.add(made);
        made.open();
        return made;
    }

    void update(ApiRequest request) throws ApiException, StoreException {
        Asked asked = body.read(request, "StreamConfigRequest", Asked::of);
        requireSameName(request, asked);
        Stream stream = account.required(request.stream());
        StreamConfig before = stream.config();
        StreamConfig config =
                StreamRules.update(
                        before, asked.config(), account.engine().limits(), asked.pedantic());
        requireRoom(config, Math.max(0, before.maxBytes()));
        account.requireNoOverlap(config);
        if (!config.equals(before)) {
            long number =
                    stream.store()
                            .define(
                                    new StreamDefinition(
                                                    account.name(), stream.createdNanos(), config)
                                            .bytes());
            stream.reconfigure(config, number, failed -> updated(request, stream, failed));
        } else {
            updated(request, stream, null);
        }
    }

    private void updated(ApiRequest request, Stream stream, @Nullable StoreException failed) {
        if (failed != null) {
            answers.failed(request, failed);
            return;
        }
        account.advisories().streamAction(stream, "UPDATED", "modify");
        answers.of(request, () -> answerInfo(request, stream, false));
    }

    private static void requireSameName(ApiRequest request, Asked asked) throws ApiException {
        if (!asked.config().name().equals(request.stream())) {
            throw ApiError.STREAM_MISMATCH.asException();
        }
    }

    /** Whether account and server have the bytes that a stream wants to be sure of. */
    void requireRoom(StreamConfig config, long reservedBefore) throws ApiException {
        AccountLimits limits = account.limits();
        boolean memory = config.storage() == Storage.MEMORY;
        if (limits.maxBytesRequired() && config.maxBytes() <= 0) {
            throw ApiError.STREAM_MAX_BYTES_REQUIRED.asException();
        }
        long perStream = memory ? limits.memoryMaxStreamBytes() : limits.storageMaxStreamBytes();
        if (perStream > 0 && config.maxBytes() > perStream) {
            throw ApiError.STREAM_MAX_STREAM_BYTES_EXCEEDED.asException();
        }
        long more = Math.max(0, config.maxBytes()) - reservedBefore;
        if (more <= 0) {
            return;
        }
        ApiError error =
                memory ? ApiError.MEMORY_RESOURCES_EXCEEDED : ApiError.STORAGE_RESOURCES_EXCEEDED;
        long most = memory ? limits.maxMemory() : limits.maxStorage();
        if (most >= 0 && more > most - account.reservedBytes(config.storage())) {
            throw error.asException();
        }
        JetStream engine = account.engine();
        long all = memory ? engine.maxMemory() : engine.maxStorage();
        if (more > all - engine.reservedBytes(config.storage())) {
            throw error.asException();
        }
    }

    private void answerInfo(ApiRequest request, Stream stream, boolean created)
            throws StoreException {
        JsonPage page = Api.begin(request.call());
        StreamInfo.write(page, stream, ApiLevel.shown(stream.config()));
        page.text("ts", GoTime.rfc3339(account.engine().epochNanos()));
        if (created) {
            page.flag("did_create", true);
        }
        answers.sendAfter(stream.store().lastNumber(), request, page);
    }

    void delete(ApiRequest request) throws ApiException, StoreException {
        requireBlank(request);
        Stream stream = account.required(request.stream());
        long number = drop(stream);
        account.advisories().streamAction(stream, "DELETED", "delete");
        answers.sendAfter(number, request, Api.begin(request.call()).flag("success", true));
    }

    /** Removes a stream with all that belongs to it; the number that confirms it. */
    long drop(Stream stream) throws StoreException {
        StreamStore store = stream.store();
        long bytes = stream.weighed();
        long number = account.engine().store().dropStream(store);
        account.remove(stream);
        stream.close(ClosedBy.STREAM_DELETED);
        account.used(stream.config().storage(), -bytes);
        return number;
    }

    static void requireBlank(ApiRequest request) throws ApiException {
        if (request.body().length > 0) {
            throw ApiError.NOT_EMPTY_REQUEST.asException();
        }
    }

    /** What a purge takes out. */
    private record Purge(String filter, long below, long keep) {
        static Purge of(JsonFields fields) throws io.millrace.protocol.JsonException {
            return new Purge(
                    fields.text("filter"), fields.unsigned("seq"), fields.unsigned("keep"));
        }
    }

    void purge(ApiRequest request) throws ApiException, StoreException {
        Purge asked = body.readIfAny(request, "JSApiStreamPurgeRequest", Purge::of);
        if (asked.below() > 0 && asked.keep() > 0) {
            throw ApiError.BAD_REQUEST.asException();
        }
        Stream stream = account.required(request.stream());
        if (stream.config().isSealed()) {
            throw ApiError.STREAM_SEALED.asException();
        }
        if (stream.config().denyPurge()) {
            throw ApiError.STREAM_PURGE_FAILED_F.because("stream purge not permitted");
        }
        stream.longWork()
                .begin(
                        new Removal(
                                stream,
                                List.of(purging(stream, asked)),
                                true,
                                0,
                                purged -> purged(request, stream, purged),
                                failed ->
                                        answers.error(
                                                request, account.engine().answerFor(failed))));
    }

    private static RemovalRun purging(Stream stream, Purge asked) throws StoreException {
        StreamStore store = stream.store();
        if (!asked.filter().isEmpty() && !asked.filter().equals(">")) {
            return store.purging(SubjectFilter.of(asked.filter()), asked.below(), asked.keep());
        }
        long below = asked.below() == 0 ? Long.MAX_VALUE : asked.below();
        long kept = asked.keep() == 0 ? Long.MAX_VALUE : store.firstOfNewest(asked.keep());
        return store.cutting(Math.min(below, kept), Long.MAX_VALUE, Long.MAX_VALUE);
    }

    private void purged(ApiRequest request, Stream stream, long purged) {
        answers.sendAfter(
                stream.store().lastNumber(),
                request,
                Api.begin(request.call()).flag("success", true).number("purged", purged));
    }

    /** Which streams are asked for. */
    private record Query(String subject, long offset) {
        static Query of(JsonFields fields) throws io.millrace.protocol.JsonException {
            return new Query(fields.text("subject"), Math.max(0, fields.integer("offset")));
        }
    }

    void names(ApiRequest request) throws ApiException {
        Query query = body.readIfAny(request, "JSApiStreamNamesRequest", Query::of);
        List<Stream> found = matching(query);
        int from = (int) Math.min(query.offset(), found.size());
        int to = Math.min(found.size(), from + NAMES_MAX);
        JsonPage page = page(request, found.size(), from, NAMES_MAX);
        if (from == to) {
            page.nothing("streams");
        } else {
            page.array("streams");
            found.subList(from, to).forEach(stream -> page.text(null, stream.name()));
            page.endArray();
        }
        answers.send(request, page);
    }

    void list(ApiRequest request) throws ApiException, StoreException {
        Query query = body.readIfAny(request, "JSApiStreamListRequest", Query::of);
        List<Stream> found = matching(query);
        int from = (int) Math.min(query.offset(), found.size());
        int to = Math.min(found.size(), from + LIST_MAX);
        JsonPage page = page(request, found.size(), from, LIST_MAX).array("streams");
        for (Stream stream : found.subList(from, to)) {
            page.object(null);
            StreamInfo.write(page, stream, stream.config());
            page.text("ts", GoTime.rfc3339(account.engine().epochNanos())).endObject();
        }
        answers.send(request, page.endArray());
    }

    private static JsonPage page(ApiRequest request, long total, long offset, long limit) {
        return Api.begin(request.call())
                .number("total", total)
                .number("offset", offset)
                .number("limit", limit);
    }

    private List<Stream> matching(Query query) {
        List<Stream> found = new ArrayList<>();
        for (Stream stream : account.streams()) {
            if (query.subject().isEmpty() || hears(stream, query.subject())) {
                found.add(stream);
            }
        }
        return found;
    }

    private static boolean hears(Stream stream, String subject) {
        for (String own : stream.config().subjects()) {
            if (SubjectSet.overlap(own, subject)) {
                return true;
            }
        }
        return false;
    }

    /** What is asked about a stream. */
    private record InfoQuery(boolean deleted, String subjects, long offset) {
        static InfoQuery of(JsonFields fields) throws io.millrace.protocol.JsonException {
            return new InfoQuery(
                    fields.flag("deleted_details"),
                    fields.text("subjects_filter"),
                    Math.max(0, fields.integer("offset")));
        }
    }

    void info(ApiRequest request) throws ApiException, StoreException {
        InfoQuery query = body.readIfAny(request, "JSApiStreamInfoRequest", InfoQuery::of);
        Stream stream = account.required(request.stream());
        boolean bySubject = !query.subjects().isEmpty();
        if (bySubject && !Subjects.isValid(query.subjects())) {
            throw ApiError.BAD_REQUEST.asException();
        }
        if (!bySubject) {
            answerInfo(request, stream, null, query);
            return;
        }
        SubjectsRun subjects =
                stream.store()
                        .subjects(
                                SubjectFilter.of(query.subjects()),
                                query.offset(),
                                StreamInfo.SUBJECTS_MAX);
        stream.longWork()
                .begin(
                        new Reading(
                                () -> subjects.goOn(Reading.SUBJECTS),
                                () ->
                                        answers.of(
                                                request,
                                                () -> answerInfo(request, stream, subjects, query)),
                                failed -> answers.failed(request, failed)));
    }

    private void answerInfo(
            ApiRequest request, Stream stream, @Nullable SubjectsRun subjects, InfoQuery query)
            throws StoreException {
        long total = subjects == null ? 0 : subjects.total();
        JsonPage page =
                page(
                        request,
                        total,
                        Math.min(query.offset(), total),
                        total > 0 ? StreamInfo.SUBJECTS_MAX : 0);
        StreamInfo.write(page, stream, ApiLevel.shown(stream.config()), subjects, query.deleted());
        page.object("cluster")
                .text("leader", account.engine().server().identity().name())
                .endObject()
                .text("ts", GoTime.rfc3339(account.engine().epochNanos()));
        answers.send(request, page);
    }
}
