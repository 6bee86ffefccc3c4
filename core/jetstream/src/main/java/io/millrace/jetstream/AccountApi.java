package io.millrace.jetstream;

import io.millrace.jetstream.api.ApiLevel;
import io.millrace.jetstream.api.Storage;
import io.millrace.protocol.JsonPage;

/** Answers what is asked about the account. Loop only. */
final class AccountApi {
    private final JetStreamAccount account;
    private final ApiAnswers answers;

    AccountApi(JetStreamAccount account, ApiAnswers answers) {
        this.account = account;
        this.answers = answers;
    }

    void info(ApiRequest request) {
        AccountLimits limits = account.limits();
        JsonPage page =
                Api.begin(request.call())
                        .number("memory", account.memoryBytes())
                        .number("storage", account.storageBytes())
                        .number("reserved_memory", account.reservedBytes(Storage.MEMORY))
                        .number("reserved_storage", account.reservedBytes(Storage.FILE))
                        .number("streams", account.streams().size())
                        .number("consumers", account.consumerCount())
                        .object("limits")
                        .number("max_memory", limits.maxMemory())
                        .number("max_storage", limits.maxStorage())
                        .number("max_streams", limits.maxStreams())
                        .number("max_consumers", limits.maxConsumers())
                        .number("max_ack_pending", limits.maxAckPending())
                        .number("memory_max_stream_bytes", limits.memoryMaxStreamBytes())
                        .number("storage_max_stream_bytes", limits.storageMaxStreamBytes())
                        .flag("max_bytes_required", limits.maxBytesRequired())
                        .endObject()
                        .object("api")
                        .number("level", ApiLevel.CURRENT)
                        .number("total", account.apiRequests())
                        .number("errors", account.apiErrors())
                        .endObject();
        answers.send(request, page);
    }
}
