package io.millrace.testkit;

import io.millrace.runtime.Log;
import java.util.List;

/**
 * Keeps what an operator would have to read. As safe for threads as the list is.
 *
 * @param withInfo whether that is all of a log, and not its warnings alone
 */
public record KeptLog(List<String> lines, boolean withInfo) implements Log {
    /** Keeps warnings and what is worse. */
    public static KeptLog ofWarnings(List<String> lines) {
        return new KeptLog(lines, false);
    }

    /** Keeps what a log has that tells neither traces nor what is there for debugging. */
    public static KeptLog ofAll(List<String> lines) {
        return new KeptLog(lines, true);
    }

    @Override
    public boolean isDebug() {
        return false;
    }

    @Override
    public boolean isTrace() {
        return false;
    }

    @Override
    public void trace(String line) {}

    @Override
    public void debug(String line) {}

    @Override
    public void info(String line) {
        if (withInfo) {
            lines.add(line);
        }
    }

    @Override
    public void warn(String line) {
        lines.add(line);
    }

    @Override
    public void error(String line) {
        lines.add(line);
    }

    @Override
    public void fatal(String line) {
        lines.add(line);
    }
}
