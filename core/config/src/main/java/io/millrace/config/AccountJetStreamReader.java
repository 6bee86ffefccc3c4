package io.millrace.config;

import org.jspecify.annotations.Nullable;

/** Reads what JetStream grants an account: a word, a flag or a block of bounds. */
final class AccountJetStreamReader {
    private final Block.Sources sources;

    AccountJetStreamReader(Block.Sources sources) {
        this.sources = sources;
    }

    /** Null when the account does without. */
    @Nullable AccountJetStream read(@Nullable ConfValue value) {
        if (value == null) {
            return null;
        } else if (value instanceof ConfValue.Table table) {
            return bounds(new Block(table, "accounts.<name>.jetstream", sources));
        }
        JetStreamSwitch written = JetStreamSwitch.of(value);
        if (written.error() != null) {
            sources.findings().errorWithoutPlace(written.error());
        }
        return written.on() ? AccountJetStream.UNLIMITED : null;
    }

    private AccountJetStream bounds(Block block) {
        return new AccountJetStream(
                size(block, "max_memory"),
                size(block, "max_store"),
                number(block, "max_streams"),
                number(block, "max_consumers"),
                size(block, "mem_max_stream_bytes"),
                size(block, "disk_max_stream_bytes"),
                number(block, "max_ack_pending"),
                flag(block, "max_bytes_required"));
    }

    private int number(Block block, String name) {
        return Math.clamp(size(block, name), Integer.MIN_VALUE, Integer.MAX_VALUE);
    }

    private long size(Block block, String name) {
        ConfValue value = block.value(name);
        if (value instanceof ConfValue.Whole whole) {
            return whole.value();
        } else if (value != null) {
            unparseable("size", block, name, value);
        }
        return -1;
    }

    private boolean flag(Block block, String name) {
        ConfValue value = block.value(name);
        if (value instanceof ConfValue.Flag flag) {
            return flag.value();
        } else if (value != null) {
            unparseable("bool", block, name, value);
        }
        return false;
    }

    private void unparseable(String wanted, Block block, String name, ConfValue value) {
        sources.findings()
                .error(
                        value.at(),
                        "Expected a parseable "
                                + wanted
                                + " for \""
                                + block.written(name)
                                + "\", got "
                                + GoText.plain(value));
    }
}
