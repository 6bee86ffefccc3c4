package io.millrace.config;

import org.jspecify.annotations.Nullable;

/**
 * What is logged, how and where.
 *
 * @param file null for standard error
 * @param sizeLimitBytes size at which the file is rotated; 0 for never
 * @param maxNum rotated files that are kept; 0 for all
 * @param remoteSyslog null for none
 * @param maxTracedMsgLen bytes of a payload that a trace shows; 0 for all
 */
public record LogOptions(
        boolean debug,
        boolean trace,
        boolean traceVerbose,
        boolean traceHeaders,
        boolean logtime,
        boolean logtimeUtc,
        @Nullable String file,
        long sizeLimitBytes,
        int maxNum,
        boolean syslog,
        @Nullable String remoteSyslog,
        int maxTracedMsgLen) {
    static final LogOptions DEFAULTS =
            new LogOptions(false, false, false, false, true, false, null, 0, 0, false, null, 0);
}
