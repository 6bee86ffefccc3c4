package io.millrace.runtime;

import java.io.IOException;
import java.util.List;

/** The door to other processes of this machine. Blocking. */
public final class HostProcesses {
    private HostProcesses() {}

    /** The ids of the other processes whose program or main class is called {@code name}. */
    public static List<String> named(String name) {
        long self = ProcessHandle.current().pid();
        return ProcessHandle.allProcesses()
                .filter(process -> process.pid() != self)
                .filter(process -> isNamed(process, name))
                .map(process -> Long.toString(process.pid()))
                .sorted()
                .toList();
    }

    private static boolean isNamed(ProcessHandle process, String name) {
        return process.info()
                .command()
                .map(command -> command.substring(command.lastIndexOf('/') + 1).equals(name))
                .orElse(false);
    }

    /**
     * Sends a signal.
     *
     * @param signal its name without SIG
     * @return false when there is no such process or it is not ours
     */
    public static boolean signal(String pid, String signal) throws IOException {
        Process kill =
                new ProcessBuilder("/bin/kill", "-" + signal, pid)
                        .redirectErrorStream(true)
                        .start();
        try {
            kill.getInputStream().readAllBytes();
            return kill.waitFor() == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
