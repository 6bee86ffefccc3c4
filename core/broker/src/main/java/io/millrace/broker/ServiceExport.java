package io.millrace.broker;

import io.millrace.config.ExportOptions;

/** A service that an account exports, live: its answers that are awaited. Owned by the loop. */
final class ServiceExport {
    private static final long THRESHOLD_NANOS = 120_000_000_000L;

    private final ExportOptions options;

    ServiceExport(ExportOptions options) {
        this.options = options;
    }

    ExportOptions options() {
        return options;
    }

    /** How long an answer is awaited. */
    long thresholdNanos() {
        return options.responseThresholdNanos() > 0
                ? options.responseThresholdNanos()
                : THRESHOLD_NANOS;
    }

    boolean isEndedBy(boolean emptyMessage) {
        return switch (options.responses()) {
            case SINGLETON -> true;
            case STREAM -> false;
            case CHUNKED -> emptyMessage;
        };
    }
}
