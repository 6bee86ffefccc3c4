package io.millrace.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the jetstream key: a word, a flag or a block. */
final class JetStreamReader {
    private final Block.Sources sources;

    JetStreamReader(Block.Sources sources) {
        this.sources = sources;
    }

    JetStreamOptions read(
            @Nullable ConfValue value, @Nullable ConfValue storeDir, JetStreamOptions from) {
        JetStreamOptions outer = from;
        if (storeDir instanceof ConfValue.Text text) {
            outer = withStoreDir(from, text.value());
        }
        return switch (value) {
            case null -> outer;
            case ConfValue.Flag flag -> withEnabled(outer, flag.value());
            case ConfValue.Text text -> word(text, outer);
            case ConfValue.Table table -> block(table, storeDir != null, outer);
            default -> {
                sources.findings()
                        .error(
                                value.at(),
                                "Expected map, bool or string to define JetStream, got "
                                        + value.typeName());
                yield outer;
            }
        };
    }

    private JetStreamOptions word(ConfValue.Text text, JetStreamOptions from) {
        return switch (text.value().toLowerCase(Locale.ROOT)) {
            case "enabled", "enable" -> withEnabled(from, true);
            case "disabled", "disable" -> withEnabled(from, false);
            default -> {
                sources.findings()
                        .error(
                                text.at(),
                                "Expected 'enabled' or 'disabled' for string value, got '"
                                        + text.value()
                                        + "'");
                yield from;
            }
        };
    }

    private JetStreamOptions block(
            ConfValue.Table table, boolean storeDirKnown, JetStreamOptions from) {
        Block block = new Block(table, "jetstream", sources);
        String storeDir = block.textOrNull("store_dir");
        ConfValue twice = block.value("store_dir");
        if (twice != null && storeDirKnown) {
            sources.findings().error(twice.at(), "Duplicate 'store_dir' configuration");
        }
        return new JetStreamOptions(
                block.flag("enabled", true),
                storeDir == null ? from.storeDir() : storeDir,
                size(block.value("max_memory_store"), "max_mem_store", from.maxMemory()),
                size(block.value("max_file_store"), "max_file_store", from.maxStore()),
                block.textOrNull("domain"),
                block.flag("strict", from.strict()),
                syncInterval(block, from.syncIntervalNanos()));
    }

    /** A number, or text of a number and one letter that stands for a power of 1024. */
    private long size(@Nullable ConfValue value, String shown, long otherwise) {
        if (value == null) {
            return otherwise;
        } else if (value instanceof ConfValue.Whole whole) {
            return whole.value();
        } else if (!(value instanceof ConfValue.Text)) {
            Block.mismatch(value, "int64", sources.findings());
            return otherwise;
        }
        String written = GoText.plain(value);
        if (written.isEmpty()) {
            return otherwise;
        }
        String digits = written.substring(0, written.length() - 1);
        String letter = written.substring(written.length() - 1);
        long factor = ConfText.isDigit(letter.charAt(0)) ? 1 : Units.factor(letter + "b");
        try {
            return factor == 1 && ConfText.isDigit(letter.charAt(0))
                    ? Long.parseLong(written)
                    : Math.multiplyExact(Long.parseLong(digits), factor);
        } catch (NumberFormatException | ArithmeticException wrong) {
            sources.findings()
                    .error(
                            value.at(),
                            shown
                                    + " strconv.ParseInt: parsing \""
                                    + digits
                                    + "\": invalid syntax");
            return otherwise;
        }
    }

    private long syncInterval(Block block, long otherwise) {
        if (block.value("sync_interval") instanceof ConfValue.Text text
                && text.value().equalsIgnoreCase("always")) {
            return 0;
        }
        return block.durationOrSeconds("sync_interval", otherwise);
    }

    static JetStreamOptions withEnabled(JetStreamOptions from, boolean enabled) {
        return new JetStreamOptions(
                enabled,
                from.storeDir(),
                from.maxMemory(),
                from.maxStore(),
                from.domain(),
                from.strict(),
                from.syncIntervalNanos());
    }

    static JetStreamOptions withStoreDir(JetStreamOptions from, String storeDir) {
        return new JetStreamOptions(
                from.enabled(),
                storeDir,
                from.maxMemory(),
                from.maxStore(),
                from.domain(),
                from.strict(),
                from.syncIntervalNanos());
    }
}
