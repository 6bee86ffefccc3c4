package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A control group of the kernel with the limits of a small machine, version 1 or 2. One thread
 * makes and removes it.
 */
final class Cgroup implements AutoCloseable {
    static final long SMALL_MEMORY = 512L * 1024 * 1024;

    private static final Path ROOT = Path.of("/sys/fs/cgroup");
    private static final String PERIOD_MICROS = "100000";
    private static final String HALF_MICROS = "50000";

    private final boolean unified;
    private final List<Path> folders = new ArrayList<>();

    private Cgroup(boolean unified) {
        this.unified = unified;
    }

    /**
     * Makes one; fails when this machine or this user has none to give.
     *
     * @param memory bytes; 0 for no limit
     */
    static Cgroup make(String name, boolean halfCore, long memory) throws IOException {
        Cgroup group = new Cgroup(Files.exists(ROOT.resolve("cgroup.controllers")));
        try {
            if (group.unified) {
                Files.writeString(ROOT.resolve("cgroup.subtree_control"), "+cpu +memory");
                group.folders.add(Files.createDirectory(ROOT.resolve(name)));
            } else {
                for (String controller : List.of("cpu", "memory")) {
                    group.folders.add(
                            Files.createDirectory(ROOT.resolve(controller).resolve(name)));
                }
            }
            group.limit(halfCore, memory);
            return group;
        } catch (IOException e) {
            group.close();
            throw new IOException("cgroups are unsupported here: " + e, e);
        }
    }

    private void limit(boolean halfCore, long memory) throws IOException {
        Path cpu = folders.getFirst();
        Path bytes = folders.getLast();
        if (halfCore && unified) {
            Files.writeString(cpu.resolve("cpu.max"), HALF_MICROS + " " + PERIOD_MICROS);
        } else if (halfCore) {
            Files.writeString(cpu.resolve("cpu.cfs_period_us"), PERIOD_MICROS);
            Files.writeString(cpu.resolve("cpu.cfs_quota_us"), HALF_MICROS);
        }
        if (memory > 0) {
            Files.writeString(
                    bytes.resolve(unified ? "memory.max" : "memory.limit_in_bytes"),
                    Long.toString(memory));
        }
    }

    /** Files into which a process writes its id to be in. */
    List<Path> doors() {
        return folders.stream().map(folder -> folder.resolve("cgroup.procs")).toList();
    }

    /** How many processes the kernel has killed in it for want of memory. */
    long killed() throws IOException {
        Path file = folders.getLast().resolve(unified ? "memory.events" : "memory.oom_control");
        for (String line : Files.readAllLines(file)) {
            if (line.startsWith("oom_kill ")) {
                return Long.parseLong(line.substring("oom_kill ".length()).strip());
            }
        }
        return 0;
    }

    /** The most memory that it had, the page cache included, which gives way. */
    long peak() throws IOException {
        Path file =
                folders.getLast().resolve(unified ? "memory.peak" : "memory.max_usage_in_bytes");
        return Long.parseLong(Files.readString(file).strip());
    }

    @Override
    public void close() throws IOException {
        for (Path folder : folders) {
            // A group can be removed a moment after its last process has gone, not at once.
            for (int tries = 1; !remove(folder); tries++) {
                if (tries == 50) {
                    throw new IOException(folder + " cannot be removed");
                }
                Trial.rest(0.02);
            }
        }
        folders.clear();
    }

    private static boolean remove(Path folder) {
        try {
            Files.deleteIfExists(folder);
            return true;
        } catch (IOException stillBusy) {
            return false;
        }
    }
}
