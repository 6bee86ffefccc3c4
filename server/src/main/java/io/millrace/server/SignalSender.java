package io.millrace.server;

import io.millrace.runtime.HostFiles;
import io.millrace.runtime.HostProcesses;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sends a signal to a running server: the program called with --signal. */
final class SignalSender {
    private static final String NAME = "nats-server: ";

    private SignalSender() {}

    /** The exit code. */
    static int send(String command, String process) {
        String signal = signal(command);
        try {
            String pid = pid(process);
            if (pid == null) {
                return fail("no nats-server processes running");
            }
            if (signal == null) {
                return fail("unknown signal \"" + command + "\"");
            }
            return HostProcesses.signal(pid, signal)
                    ? 0
                    : fail("\nsignal \"" + command + "\" " + pid + ": no such process");
        } catch (AmbiguousException several) {
            return fail(several.text);
        } catch (IOException failed) {
            return fail(String.valueOf(failed.getMessage()));
        }
    }

    private static int fail(String text) {
        System.err.println(NAME + text);
        return 1;
    }

    private static @Nullable String signal(String command) {
        return switch (command) {
            case "stop", "term" -> "TERM";
            case "quit" -> "INT";
            case "reopen" -> "USR1";
            case "reload" -> "HUP";
            case "ldm" -> "USR2";
            default -> null;
        };
    }

    /** A pid, the pid in a file, or the only server's; null when there is none. */
    private static @Nullable String pid(String process) throws IOException, AmbiguousException {
        if (process.isEmpty()) {
            List<String> running = HostProcesses.named("nats-server");
            if (running.size() > 1) {
                throw new AmbiguousException(
                        "multiple nats-server processes running:\n" + String.join("\n", running));
            }
            return running.isEmpty() ? null : running.getFirst();
        }
        if (process.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return process;
        }
        return new String(HostFiles.read(HostFiles.path(process)), StandardCharsets.UTF_8).strip();
    }

    private static final class AmbiguousException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String text;

        AmbiguousException(String text) {
            super(text);
            this.text = text;
        }
    }
}
