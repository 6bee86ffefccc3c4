package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel says of a process's memory, in bytes.
 *
 * @param resident what it has in memory
 * @param anonymous the part of it that is no file
 * @param peak the most it ever had
 */
record ProcessMemory(long resident, long anonymous, long peak) {
    private static final double SETTLE_SECONDS = 12;
    private static final double SETTLE_SAMPLES = 2.4;

    static ProcessMemory of(long pid) throws IOException {
        long resident = 0;
        long anonymous = 0;
        long peak = 0;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                resident = bytes(line);
            } else if (line.startsWith("RssAnon:")) {
                anonymous = bytes(line);
            } else if (line.startsWith("VmHWM:")) {
                peak = bytes(line);
            }
        }
        return new ProcessMemory(resident, anonymous, peak);
    }

    /**
     * The same after a time in which nothing happened: what a runtime has borrowed for its compiler
     * or its collector has gone back to the machine by then, in samples of the usual length.
     */
    static ProcessMemory settled(Trial trial) throws IOException {
        Trial.rest(Math.min(SETTLE_SECONDS, SETTLE_SAMPLES * trial.seconds()));
        return of(trial.pid());
    }

    private static long bytes(String line) {
        return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
    }
}
