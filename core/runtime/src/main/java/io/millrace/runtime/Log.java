package io.millrace.runtime;

/**
 * Where a server says what happens. Any thread; lines of one thread keep their order. Never hand it
 * a secret: redaction is the caller's duty.
 */
public interface Log {
    /** Whether {@link #debug} lines are kept; ask before building an expensive one. */
    boolean isDebug();

    /** Whether {@link #trace} lines are kept; ask before building one. */
    boolean isTrace();

    void trace(String line);

    void debug(String line);

    void info(String line);

    void warn(String line);

    void error(String line);

    /** Says {@code line} as the last word of a process that cannot go on; does not end it. */
    void fatal(String line);

    /** Drops everything. */
    static Log none() {
        return NoLog.INSTANCE;
    }
}
