package io.millrace.micro.memory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a process holds at one moment.
 *
 * @param resident bytes of VmRSS
 * @param anonymous bytes of RssAnon, which no file stands behind
 */
record Footprint(long resident, long anonymous) {
    static Footprint of(long pid) throws IOException {
        long resident = 0;
        long anonymous = 0;
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                resident = kilobytes(line);
            } else if (line.startsWith("RssAnon:")) {
                anonymous = kilobytes(line);
            }
        }
        return new Footprint(resident, anonymous);
    }

    private static long kilobytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
    }

    /** Within half a percent of another one. */
    boolean isNear(Footprint other) {
        return Math.abs(resident - other.resident) * 200 <= resident;
    }
}
