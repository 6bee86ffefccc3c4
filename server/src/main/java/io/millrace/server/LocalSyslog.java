package io.millrace.server;

import io.millrace.runtime.FedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The daemon of this machine. */
/* It listens on a datagram socket in the file system, which a JVM cannot write to; util-linux's
 * logger can. One process of it reads our lines for as long as we run; each begins with its
 * priority. What it writes is what Go's client of syslog writes. */
final class LocalSyslog implements SyslogTarget {
    private static final int DAEMON = 3 << 3;
    private static final int LINE_BYTES_MAX = 64 * 1024;

    private final String program;
    private final long pid;

    /**
     * Not opened yet.
     *
     * @param program "logger", or the path of a program that takes its arguments
     */
    LocalSyslog(String program, long pid) {
        this.program = program;
        this.pid = pid;
    }

    @Override
    public byte[] spelled(int severity, String line) {
        String text = "<" + (DAEMON + severity) + ">" + SyslogTarget.oneLine(line) + "\n";
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public Way open() throws IOException {
        FedProcess logger;
        try {
            // once without a line: whether it knows these options and finds the daemon
            if (FedProcess.start(command("--no-act")).finish() != 0) {
                throw new IOException("no daemon");
            }
            logger = FedProcess.start(command());
        } catch (IOException failed) {
            throw new IOException(
                    "error connecting to syslog: \"Unix syslog delivery error\"", failed);
        }
        return new Way() {
            @Override
            public void send(byte[] message) throws IOException {
                logger.write(message);
            }

            @Override
            public void close() throws IOException {
                logger.finish();
            }
        };
    }

    private List<String> command(String... more) {
        List<String> command = new ArrayList<>();
        command.add(program);
        command.addAll(List.of(more));
        command.add("--prio-prefix");
        command.add("--socket-errors=on");
        command.add("--tag=" + TAG);
        command.add("--id=" + pid);
        command.add("--priority=daemon.notice");
        command.add("--size=" + LINE_BYTES_MAX);
        return command;
    }
}
