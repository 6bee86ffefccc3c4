package io.millrace.bench;

/** What a server costs from one moment to another. One thread. */
final class Meter {
    private final long pid;
    private final Figures figures;
    private final long start;
    private final long serverCpu;
    private final long loaderCpu;
    private long wall;
    private long cpu;
    private long ownCpu;

    Meter(long pid, Figures figures) {
        this.pid = pid;
        this.figures = figures;
        serverCpu = Posix.cpuNanos(pid);
        loaderCpu = Posix.cpuNanos(ProcessHandle.current().pid());
        start = System.nanoTime();
    }

    /** The second moment. */
    Meter stop() {
        wall = System.nanoTime() - start;
        cpu = Posix.cpuNanos(pid) - serverCpu;
        ownCpu = Posix.cpuNanos(ProcessHandle.current().pid()) - loaderCpu;
        return this;
    }

    /** The second moment, with {@code count} things done until then: rate, CPU and busy cores. */
    void stop(String things, long count) {
        stop();
        figures.add(things, Unit.PER_SECOND, perSecond(count));
        figures.add(Figures.CPU, Unit.CPU_PER_MILLION, cpuPerMillion(count));
        figures.add(Figures.SERVER_CORES, Unit.CORES, (double) cpu / wall);
        figures.add(Figures.LOADER_CORES, Unit.CORES, (double) ownCpu / wall);
    }

    double perSecond(long count) {
        return count * 1e9 / wall;
    }

    double seconds() {
        return wall / 1e9;
    }

    /** CPU seconds of the server per million things. */
    double cpuPerMillion(long count) {
        return cpu / 1e9 / Math.max(1, count) * 1e6;
    }

    /** Nanoseconds of CPU that the server used in a second. */
    double cpuPerSecond() {
        return (double) cpu / wall * 1e9;
    }
}
