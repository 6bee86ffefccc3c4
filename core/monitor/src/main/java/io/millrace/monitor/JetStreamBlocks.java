package io.millrace.monitor;

import io.millrace.config.JetStreamLimits;
import io.millrace.config.JetStreamOptions;
import io.millrace.jetstream.JetStreamView;
import io.millrace.jetstream.api.ApiLevel;
import io.millrace.protocol.JsonPage;
import org.jspecify.annotations.Nullable;

/** What several pages say about JetStream in the same words. Any thread. */
final class JetStreamBlocks {
    /** What nats-server shows beside {@code sync_always}: its customary interval. */
    private static final long CUSTOMARY_SYNC_NANOS = 120_000_000_000L;

    private JetStreamBlocks() {}

    /** The fields of /varz and of the events: configuration, statistics, limits. */
    static void summary(
            JsonPage page,
            @Nullable JetStreamView view,
            JetStreamOptions options,
            boolean withDirectory) {
        if (view == null) {
            return;
        }
        config(page, view, options, withDirectory);
        page.object("stats");
        statistics(page, view);
        page.endObject();
        limits(page, options.limits());
    }

    static void statistics(JsonPage page, JetStreamView view) {
        page.number("memory", view.memoryBytes())
                .number("storage", view.storageBytes())
                .number("reserved_memory", view.reservedMemory())
                .number("reserved_storage", view.reservedStorage())
                .number("accounts", view.accounts().size());
        api(page, ApiLevel.CURRENT, view.requests(), view.errors());
    }

    /** Up to what the API has been asked for; there are no replicated assets. */
    static void api(JsonPage page, long level, long requests, long errors) {
        page.number("ha_assets", 0)
                .object("api")
                .number("level", level)
                .number("total", requests)
                .number("errors", errors)
                .endObject();
    }

    static void config(
            JsonPage page, JetStreamView view, JetStreamOptions options, boolean withDirectory) {
        boolean always = options.syncIntervalNanos() == 0;
        page.object("config")
                .number("max_memory", view.maxMemory())
                .number("max_storage", view.maxStorage())
                .textUnlessEmpty("store_dir", withDirectory ? view.directory().toString() : null)
                .number(
                        "sync_interval",
                        always ? CUSTOMARY_SYNC_NANOS : options.syncIntervalNanos())
                .flagUnlessFalse("sync_always", always)
                .textUnlessEmpty("domain", options.domain())
                .flag("compress_ok", true)
                .flagUnlessFalse("strict", options.strict())
                .endObject();
    }

    static void limits(JsonPage page, JetStreamLimits limits) {
        page.object("limits")
                .numberUnlessZero("max_request_batch", Math.max(0, limits.maxRequestBatch()))
                .numberUnlessZero("max_ack_pending", limits.maxAckPending())
                .numberUnlessZero("max_ha_assets", Math.max(0, limits.maxHaAssets()))
                .numberUnlessZero(
                        "max_duplicate_window", Math.max(0, limits.duplicateWindowNanos()))
                .numberUnlessZero("default_max_consumers", limits.defaultMaxConsumers())
                .endObject();
    }
}
