package io.millrace.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * One of the two servers that are compared.
 *
 * @param label the head of its column
 * @param command what starts it, for the shell; it takes nats-server's flags
 */
record Side(String label, String command) {
    /** Asks it for its version, so that a command that cannot be run fails before all else. */
    static Side asked(String name, String command) throws IOException {
        Process process =
                new ProcessBuilder("/bin/sh", "-c", "exec env " + command + " --version")
                        .redirectErrorStream(true)
                        .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException(command + " --version: " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        String last = said.strip().lines().reduce("", (before, line) -> line);
        String version = last.substring(last.lastIndexOf(' ') + 1);
        return new Side(name.isEmpty() ? "nats-server " + version : name, command);
    }
}
