package io.millrace.testkit;

import io.millrace.runtime.Log;
import java.util.List;

/** Keeps what an operator would have to read. As safe for threads as the list is. */
public record WarningsLog(List<String> lines) implements Log {
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
    public void info(String line) {}

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
