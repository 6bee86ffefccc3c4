package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;
import io.millrace.jetstream.api.ApiException;
import io.millrace.jetstream.api.StreamConfig;
import io.millrace.jetstream.api.StreamRules;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;
import org.jspecify.annotations.Nullable;

/** Answers requests for snapshots and their restoring. Loop only. */
final class SnapshotApi {
    /** Snapshots of one account that run at the same time. */
    private static final int SNAPSHOTS_MAX = 64;

    /** Restorings of one account that run at the same time; each may hold some megabytes. */
    private static final int RESTORES_MAX = 16;

    private final JetStreamAccount account;
    private final ApiAnswers answers;
    private final StreamApi streams;
    private final ApiBody body;
    private int snapshots;
    private int restores;

    SnapshotApi(JetStreamAccount account, ApiAnswers answers, StreamApi streams) {
        this.account = account;
        this.answers = answers;
        this.streams = streams;
        this.body = new ApiBody(account.engine());
    }

    void snapshot(ApiRequest request) throws ApiException, StoreException {
        SnapshotRequest how = body.read(request, "JSApiStreamSnapshotRequest", SnapshotRequest::of);
        Stream stream = account.required(request.stream());
        if (snapshots >= SNAPSHOTS_MAX) {
            throw ApiError.STREAM_SNAPSHOT.because("too many snapshots at once");
        }
        snapshots++;
        Snapshot made = new Snapshot(stream, how, request, () -> snapshots--);
        if (how.checked()) {
            new StreamCheck(stream, failed -> checked(stream, how, request, made, failed)).begin();
        } else {
            whenOnDisk(stream, how, request, made);
        }
    }

    private void checked(
            Stream stream,
            SnapshotRequest how,
            ApiRequest request,
            Snapshot made,
            @Nullable ApiException failed) {
        if (failed == null) {
            whenOnDisk(stream, how, request, made);
        } else {
            refuse(request, failed);
        }
    }

    private void whenOnDisk(Stream stream, SnapshotRequest how, ApiRequest request, Snapshot made) {
        account.engine()
                .commits()
                .after(
                        stream.store().lastNumber(),
                        () -> start(stream, how, request, made),
                        failed -> refuse(request, account.engine().answerFor(failed)));
    }

    private void refuse(ApiRequest request, ApiException why) {
        snapshots--;
        answers.error(request, why);
    }

    private void start(Stream stream, SnapshotRequest how, ApiRequest request, Snapshot made) {
        if (stream.isClosed()) {
            refuse(request, ApiError.STREAM_NOT_FOUND.asException());
            return;
        }
        SnapshotContent content;
        try {
            content = new SnapshotContent(stream, how.withConsumers());
        } catch (StoreException failed) {
            refuse(request, ApiError.STREAM_SNAPSHOT.because(String.valueOf(failed.getMessage())));
            return;
        }
        JsonPage page = Api.begin(request.call());
        stream.config().write(page, "config");
        content.state().write(page, "state");
        answers.send(request, page);
        made.begin(content);
    }

    /** The configuration that a stream is to be restored with; null when there is none. */
    private record Asked(@Nullable StreamConfig config) {
        static Asked of(JsonFields fields) throws JsonException {
            JsonFields config = fields.object("config", "StreamConfig");
            fields.value("state");
            return new Asked(config == null ? null : StreamConfig.read(config));
        }
    }

    void restore(ApiRequest request) throws ApiException, StoreException {
        StreamConfig asked = body.read(request, "JSApiStreamRestoreRequest", Asked::of).config();
        if (asked == null) {
            throw ApiError.BAD_REQUEST.asException();
        }
        String name = request.stream();
        if (!asked.name().isEmpty() && !asked.name().equals(name)) {
            throw ApiError.STREAM_MISMATCH.asException();
        }
        if (account.stream(name) != null) {
            throw ApiError.STREAM_NAME_EXIST_RESTORE_FAILED.asException();
        }
        // A sealed stream cannot be made, but one that was sealed may come back.
        StreamConfig config =
                StreamRules.complete(
                                asked.toBuilder().name(name).sealed(false).build(),
                                account.engine().limits(),
                                false)
                        .toBuilder()
                        .sealed(asked.isSealed())
                        .build();
        streams.requireRoom(config, 0);
        if (restores >= RESTORES_MAX) {
            throw ApiError.STREAM_RESTORE.because("too many restorings at once");
        }
        Restore made =
                new Restore(
                        new RestoredStream(account, streams, config), request, () -> restores--);
        restores++;
        answers.send(
                request, Api.begin(request.call()).text("deliver_subject", made.deliverSubject()));
        made.begin();
    }
}
