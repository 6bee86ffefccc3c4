package io.millrace.config;

import org.jspecify.annotations.Nullable;

/** Reads the jetstream key: a word, a flag or a block. */
final class JetStreamReader {
    private static final long DYNAMIC = -1;
    private static final int CONCURRENT_IO_MIN = 4;
    private static final int CONCURRENT_IO_MAX = 8192;

    private final Block.Sources sources;

    JetStreamReader(Block.Sources sources) {
        this.sources = sources;
    }

    JetStreamOptions read(
            @Nullable ConfValue value, @Nullable ConfValue storeDir, JetStreamOptions from) {
        JetStreamOptions outer = from;
        if (storeDir instanceof ConfValue.Text text) {
            duplicate(from.storeDir(), storeDir);
            outer = from.withStoreDir(text.value().isEmpty() ? from.storeDir() : text.value());
        } else if (storeDir != null) {
            Block.mismatch(storeDir, "string", sources.findings());
        }
        if (value == null) {
            return outer;
        } else if (value instanceof ConfValue.Table table) {
            return block(table, outer);
        }
        JetStreamSwitch written = JetStreamSwitch.of(value);
        if (written.error() != null) {
            sources.findings().error(value.at(), written.error());
        }
        return outer.withEnabled(written.on());
    }

    private JetStreamOptions block(ConfValue.Table table, JetStreamOptions outer) {
        Block block = new Block(table, "jetstream", sources, table.at());
        metaGroup(block);
        int requests = queue(block, "request_queue_limit", outer.requestQueueLimit());
        return new JetStreamOptions(
                block.flag("enabled", true),
                storeDir(block, outer.storeDir()),
                Math.max(DYNAMIC, size(block, "max_memory_store", "max_mem_store", DYNAMIC)),
                Math.max(DYNAMIC, size(block, "max_file_store", "max_file_store", DYNAMIC)),
                block.textOrNull("domain"),
                strict(block.value("strict"), outer.strict()),
                syncInterval(block, outer.syncIntervalNanos()),
                positiveOr(
                        outer.maxBufferedSize(),
                        size(block, "max_buffered_size", "max_buffered_size", 0)),
                queue(block, "max_buffered_msgs", outer.maxBufferedMsgs()),
                requests,
                queue(block, "info_queue_limit", requests),
                concurrentIo(block.value("max_concurrent_io"), outer.maxConcurrentIo()),
                limits(block.value("limits"), outer.limits(), table.at()));
    }

    /** Rules for a log that only servers in a cluster have: read, and without effect in one. */
    private void metaGroup(Block block) {
        ConfValue entries = block.value("meta_compact");
        if (entries != null && !(entries instanceof ConfValue.Whole whole && whole.value() >= 0)) {
            sources.findings()
                    .error(
                            entries.at(),
                            "Expected an absolute size for \""
                                    + block.written("meta_compact")
                                    + "\", got "
                                    + GoText.plain(entries));
        }
        size(block, "meta_compact_size", "meta_compact_size", 0);
        block.flag("meta_compact_sync", false);
    }

    private @Nullable String storeDir(Block block, @Nullable String outer) {
        String directory = block.textOrNull("store_dir");
        duplicate(outer, block.value("store_dir"));
        return directory == null ? outer : directory;
    }

    /** The directory stands in the block, beside it or among the flags, but once. */
    private void duplicate(@Nullable String known, @Nullable ConfValue again) {
        if (known != null && again != null) {
            sources.findings().error(again.at(), "Duplicate 'store_dir' configuration");
        }
    }

    private boolean strict(@Nullable ConfValue value, boolean otherwise) {
        if (value instanceof ConfValue.Flag flag) {
            return flag.value();
        } else if (value != null) {
            String shown =
                    value instanceof ConfValue.Text text
                            ? text.value()
                            : "%!s(" + value.typeName() + "=" + GoText.plain(value) + ")";
            sources.findings()
                    .error(
                            value.at(),
                            "Expected 'true' or 'false' for bool value, got '" + shown + "'");
        }
        return otherwise;
    }

    /** A number, or text of a number and one letter that stands for a power of 1024. */
    private long size(Block block, String name, String shown, long otherwise) {
        ConfValue value = block.value(name);
        if (value instanceof ConfValue.Whole whole) {
            return whole.value();
        } else if (value instanceof ConfValue.Text text) {
            try {
                return text.value().isEmpty() ? otherwise : Units.quoted(text.value());
            } catch (ConfigException wrong) {
                sources.findings().error(value.at(), shown + " " + wrong.getMessage());
            }
        } else if (value != null) {
            sources.findings().error(value.at(), shown + " must be int64 or string");
        }
        return otherwise;
    }

    private static long positiveOr(long otherwise, long value) {
        return value > 0 ? value : otherwise;
    }

    private int queue(Block block, String name, int otherwise) {
        ConfValue value = block.value(name);
        if (value instanceof ConfValue.Whole whole) {
            return (int) positiveOr(otherwise, Math.min(whole.value(), Integer.MAX_VALUE));
        } else if (value != null) {
            sources.findings()
                    .error(
                            value.at(),
                            "Expected a parseable size for \""
                                    + block.written(name)
                                    + "\", got "
                                    + GoText.plain(value));
        }
        return otherwise;
    }

    private int concurrentIo(@Nullable ConfValue value, int otherwise) {
        if (value == null) {
            return otherwise;
        } else if (value instanceof ConfValue.Whole whole
                && whole.value() >= CONCURRENT_IO_MIN
                && whole.value() <= CONCURRENT_IO_MAX) {
            return (int) whole.value();
        }
        sources.findings()
                .error(
                        value.at(),
                        "Expected an absolute size for \"max_concurrent_io\" between "
                                + CONCURRENT_IO_MIN
                                + " and "
                                + CONCURRENT_IO_MAX
                                + ", got "
                                + GoText.plain(value));
        return otherwise;
    }

    private long syncInterval(Block block, long otherwise) {
        if (block.value("sync_interval") instanceof ConfValue.Text text
                && text.value().equalsIgnoreCase("always")) {
            return 0;
        }
        return Math.max(0, block.durationOrSeconds("sync_interval", otherwise));
    }

    private JetStreamLimits limits(
            @Nullable ConfValue value, JetStreamLimits from, Position outer) {
        if (value == null) {
            return from;
        } else if (!(value instanceof ConfValue.Table table)) {
            sources.findings()
                    .error(
                            value.at(),
                            "Expected a map to define JetStreamLimits, got " + value.typeName());
            return from;
        } else {
            Block block = new Block(table, "jetstream.limits", sources, outer);
            return new JetStreamLimits(
                    block.number("max_ack_pending", from.maxAckPending()),
                    block.number("max_ha_assets", from.maxHaAssets()),
                    block.number("max_request_batch", from.maxRequestBatch()),
                    block.durationWithoutPlace("duplicate_window", from.duplicateWindowNanos()),
                    block.number("default_max_consumers", from.defaultMaxConsumers()),
                    batch(block.value("batch"), from.batch(), outer));
        }
    }

    private JetStreamLimits.Batch batch(
            @Nullable ConfValue value, JetStreamLimits.Batch from, Position outer) {
        if (value == null) {
            return from;
        } else if (!(value instanceof ConfValue.Table table)) {
            sources.findings()
                    .error(
                            value.at(),
                            "Expected a map to define batch limits, got " + value.typeName());
            return from;
        } else {
            Block block = new Block(table, "jetstream.limits.batch", sources, outer);
            return new JetStreamLimits.Batch(
                    block.number("max_inflight_per_stream", from.maxInflightPerStream()),
                    block.number("max_inflight_total", from.maxInflightTotal()),
                    block.number("max_msgs", from.maxMsgs()),
                    block.durationWithoutPlace("timeout", from.timeoutNanos()));
        }
    }
}
