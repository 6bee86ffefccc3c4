package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a reader of figures wants to know of the machine they come from. */
final class Machine {
    private Machine() {}

    static String line() throws IOException {
        long mib = field(Path.of("/proc/meminfo"), "MemTotal", " kB") / 1024;
        return "%d cores%s, %d GB, Linux %s"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        processor(),
                        Math.round(mib / 1024.0),
                        System.getProperty("os.version"));
    }

    private static String processor() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> " (" + line.substring(line.indexOf(':') + 1).strip() + ")")
                    .findFirst()
                    .orElse("");
        }
    }

    private static long field(Path file, String name, String unit) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .mapToLong(
                            line ->
                                    Long.parseLong(
                                            line.substring(name.length() + 1)
                                                    .replace(unit, "")
                                                    .strip()))
                    .findFirst()
                    .orElse(0);
        }
    }
}
