package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiError;

/** Answers requests for snapshots and their restoring. Loop only. */
final class SnapshotApi {
    private final ApiAnswers answers;

    SnapshotApi(ApiAnswers answers) {
        this.answers = answers;
    }

    void snapshot(ApiRequest request) {
        answers.error(request, ApiError.STREAM_SNAPSHOT.because("not supported yet"));
    }

    void restore(ApiRequest request) {
        answers.error(request, ApiError.STREAM_RESTORE.because("not supported yet"));
    }
}
