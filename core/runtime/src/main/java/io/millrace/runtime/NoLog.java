package io.millrace.runtime;

/** Drops everything. */
enum NoLog implements Log {
    INSTANCE;

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
    public void warn(String line) {}

    @Override
    public void error(String line) {}

    @Override
    public void fatal(String line) {}
}
