package io.millrace.bridges.common;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import java.io.PrintStream;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Lines to standard error. Under systemd they begin with the level as the journal reads it, since
 * it has a time of its own; elsewhere with the time. Any thread.
 */
final class ErrorLog implements Log {
    private static final int LINE_CHARS_MAX = 4096;

    private final PrintStream out;
    private final Clock clock;
    private final boolean journal;
    private final boolean debug;

    ErrorLog(PrintStream out, Clock clock, boolean journal, boolean debug) {
        this.out = out;
        this.clock = clock;
        this.journal = journal;
        this.debug = debug;
    }

    private void say(int level, String mark, String line) {
        // Texts from outside get into lines: none of them begins a line of its own.
        String flat = line.replaceAll("\\p{Cntrl}+", " ");
        String cut = flat.length() > LINE_CHARS_MAX ? flat.substring(0, LINE_CHARS_MAX) : flat;
        if (journal) {
            out.println("<" + level + ">" + cut);
        } else {
            Instant now =
                    Instant.EPOCH.plusNanos(clock.epochNanos()).truncatedTo(ChronoUnit.MILLIS);
            out.println(now + " [" + mark + "] " + cut);
        }
    }

    @Override
    public boolean isDebug() {
        return debug;
    }

    @Override
    public boolean isTrace() {
        return false;
    }

    @Override
    public void trace(String line) {
        // Nothing here is that chatty.
    }

    @Override
    public void debug(String line) {
        if (debug) {
            say(7, "DBG", line);
        }
    }

    @Override
    public void info(String line) {
        say(6, "INF", line);
    }

    @Override
    public void warn(String line) {
        say(4, "WRN", line);
    }

    @Override
    public void error(String line) {
        say(3, "ERR", line);
    }

    @Override
    public void fatal(String line) {
        say(2, "FTL", line);
    }
}
