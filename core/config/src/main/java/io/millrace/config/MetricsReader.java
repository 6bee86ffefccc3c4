package io.millrace.config;

import java.util.List;

/** Reads the block that says what /metrics shows. */
final class MetricsReader {
    private final Block block;

    MetricsReader(Block block) {
        this.block = block;
    }

    MetricsOptions read(MetricsOptions otherwise) {
        return new MetricsOptions(
                block.flag("enabled", otherwise.enabled()),
                maxSeries(otherwise.maxSeries()),
                block.flag("per_stream", otherwise.perStream()),
                block.flag("per_consumer", otherwise.perConsumer()),
                block.flag("per_connection", otherwise.perConnection()),
                names(otherwise.names()));
    }

    private int maxSeries(int otherwise) {
        int most = block.number("max_series", otherwise);
        if (most < 0) {
            error("max_series", "max_series needs to be positive");
            return otherwise;
        }
        return most;
    }

    private List<String> names(List<String> otherwise) {
        if (!block.has("names")) {
            return otherwise;
        }
        List<String> names = block.texts("names");
        for (String name : names) {
            if (!MetricsOptions.ALL_NAMES.contains(name)) {
                error(
                        "names",
                        "names of metrics can be "
                                + String.join(", ", MetricsOptions.ALL_NAMES)
                                + ", not \""
                                + name
                                + "\"");
            }
        }
        return names;
    }

    private void error(String key, String text) {
        ConfValue value = block.value(key);
        block.findings().error(value == null ? block.at() : value.at(), text);
    }
}
