package io.millrace.server;

import io.millrace.config.LogOptions;
import io.millrace.runtime.Clock;
import io.millrace.runtime.HostFiles;
import io.millrace.runtime.Log;
import io.millrace.runtime.LogFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The log in nats-server's line format, to standard error or to a file, or its bare lines to
 * syslog. Any thread; one line is written at a time and whole.
 */
final class ServerLog implements Log, AutoCloseable {
    private final Clock clock;
    private final long pid;
    private volatile LogOptions options;
    private @Nullable LogFile file;
    private @Nullable Syslog syslog;

    private ServerLog(LogOptions options, Clock clock, long pid) {
        this.options = options;
        this.clock = clock;
        this.pid = pid;
    }

    /**
     * A file comes first, then the remote syslog, then that of the machine.
     *
     * @throws IOException when the log file or the way to syslog cannot be opened
     */
    static ServerLog open(LogOptions options, Clock clock, long pid) throws IOException {
        ServerLog log = new ServerLog(options, clock, pid);
        if (options.file() != null) {
            log.file = LogFile.open(HostFiles.path(options.file()));
        }
        log.syslog = log.openedSyslog(options);
        return log;
    }

    private @Nullable Syslog openedSyslog(LogOptions options) throws IOException {
        String remote = options.remoteSyslog();
        if (options.file() != null || (remote == null && !options.syslog())) {
            return null;
        }
        return Syslog.open(
                remote != null
                        ? RemoteSyslog.at(remote, clock, pid)
                        : new LocalSyslog("logger", pid),
                clock);
    }

    /** Takes other levels and, where it has changed, another file or syslog. */
    synchronized void reconfigure(LogOptions changed) throws IOException {
        String before = options.file();
        String now = changed.file();
        boolean otherFile = !Objects.equals(before, now);
        boolean otherSyslog =
                otherFile
                        || options.syslog() != changed.syslog()
                        || !Objects.equals(options.remoteSyslog(), changed.remoteSyslog());
        if (otherSyslog) {
            Syslog last = syslog;
            syslog = openedSyslog(changed);
            if (last != null) {
                last.close();
            }
        }
        if (otherFile) {
            LogFile next = now == null ? null : LogFile.open(HostFiles.path(now));
            if (file != null) {
                file.close();
            }
            file = next;
        }
        options = changed;
    }

    /** After somebody has moved the file away (USR1). */
    void reopen() {
        synchronized (this) {
            LogFile open = file;
            if (open != null) {
                try {
                    open.reopen();
                } catch (IOException failed) {
                    writeToStandardError(format("ERR", "Unable to re-open log file: " + failed));
                    return;
                }
            }
        }
        info(
                options.file() == null
                        ? "File log re-open ignored, not a file logger"
                        : "File log re-opened");
    }

    @Override
    public boolean isDebug() {
        return options.debug();
    }

    @Override
    public boolean isTrace() {
        return options.trace() || options.traceVerbose();
    }

    @Override
    public void trace(String line) {
        if (isTrace()) {
            write("TRC", line);
        }
    }

    @Override
    public void debug(String line) {
        if (isDebug()) {
            write("DBG", line);
        }
    }

    @Override
    public void info(String line) {
        write("INF", line);
    }

    @Override
    public void warn(String line) {
        write("WRN", line);
    }

    @Override
    public void error(String line) {
        write("ERR", line);
    }

    @Override
    public void fatal(String line) {
        write("FTL", line);
    }

    private synchronized void write(String level, String line) {
        Syslog daemon = syslog;
        if (daemon != null) {
            daemon.log(severity(level), line);
            return;
        }
        byte[] bytes = format(level, line);
        LogFile open = file;
        if (open == null) {
            writeToStandardError(bytes);
            return;
        }
        try {
            long limit = options.sizeLimitBytes();
            if (limit > 0 && open.size() > 0 && open.size() + bytes.length > limit) {
                rotate(open);
            }
            open.append(bytes);
        } catch (IOException failed) {
            // the line must not be lost because the disk is full
            writeToStandardError(bytes);
        }
    }

    /** Of the eight of syslog; what is not out of the ordinary is a notice to nats-server. */
    private static int severity(String level) {
        return switch (level) {
            case "FTL" -> 2;
            case "ERR" -> 3;
            case "WRN" -> 4;
            case "DBG" -> 7;
            default -> 5;
        };
    }

    private static void writeToStandardError(byte[] bytes) {
        System.err.write(bytes, 0, bytes.length);
        System.err.flush();
    }

    /** The old file is named after the moment, as nats-server does. */
    private void rotate(LogFile open) throws IOException {
        String path = options.file();
        if (path == null) {
            return;
        }
        LocalDateTime now = now();
        StringBuilder name = new StringBuilder(path).append('.');
        pad(name, now.getYear(), 4).append('.');
        pad(name, now.getMonthValue(), 2).append('.');
        pad(name, now.getDayOfMonth(), 2).append('.');
        pad(name, now.getHour(), 2).append('.');
        pad(name, now.getMinute(), 2).append('.');
        pad(name, now.getSecond(), 2).append('.');
        pad(name, now.getNano(), 9);
        Path aside = Path.of(name.toString());
        open.rotate(aside);
        open.append(format("INF", "Rotated log, backup saved as \"" + aside + "\""));
        dropOldest(path);
    }

    private void dropOldest(String path) throws IOException {
        int keep = options.maxNum();
        Path folder = Path.of(path).toAbsolutePath().getParent();
        if (keep <= 0 || folder == null) {
            return;
        }
        // the file in use counts as one
        List<Path> rotated = HostFiles.list(folder, Path.of(path).getFileName() + ".[0-9]*");
        for (int i = 0; i < rotated.size() - (keep - 1); i++) {
            HostFiles.deleteIfExists(rotated.get(i));
        }
    }

    private LocalDateTime now() {
        long epochNanos = clock.epochNanos();
        Instant instant = Instant.ofEpochSecond(0, epochNanos);
        return LocalDateTime.ofInstant(
                instant, options.logtimeUtc() ? ZoneOffset.UTC : ZoneId.systemDefault());
    }

    private byte[] format(String level, String line) {
        StringBuilder text = new StringBuilder(line.length() + 64);
        text.append('[').append(pid).append("] ");
        if (options.logtime()) {
            LocalDateTime now = now();
            pad(text, now.getYear(), 4).append('/');
            pad(text, now.getMonthValue(), 2).append('/');
            pad(text, now.getDayOfMonth(), 2).append(' ');
            pad(text, now.getHour(), 2).append(':');
            pad(text, now.getMinute(), 2).append(':');
            pad(text, now.getSecond(), 2).append('.');
            pad(text, now.getNano() / 1000, 6).append(' ');
        }
        text.append('[').append(level).append("] ").append(line).append('\n');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static StringBuilder pad(StringBuilder text, int value, int width) {
        String digits = Integer.toString(value);
        for (int i = digits.length(); i < width; i++) {
            text.append('0');
        }
        return text.append(digits);
    }

    @Override
    public synchronized void close() throws IOException {
        if (syslog != null) {
            syslog.close();
        }
        if (file != null) {
            file.close();
        }
    }
}
