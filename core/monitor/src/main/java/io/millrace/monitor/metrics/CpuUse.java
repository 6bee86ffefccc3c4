package io.millrace.monitor.metrics;

import com.sun.management.OperatingSystemMXBean;
import io.millrace.broker.Server;
import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;

/** How busy the process was since somebody last looked, a second ago or more. Any thread. */
/* The JVM's own figure reads a dozen files of the cgroup for each answer. */
public final class CpuUse {
    private static final long SHORTEST_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Server server;
    private long atNanos;
    private long usedNanos;
    private double percent;

    public CpuUse(Server server) {
        this.server = server;
        this.atNanos = server.startEpochNanos();
    }

    /** Processor time, 100 for one processor. */
    public synchronized double percent() {
        long now = server.clock().epochNanos();
        long passed = now - atNanos;
        if (passed >= SHORTEST_NANOS
                && ManagementFactory.getOperatingSystemMXBean()
                        instanceof OperatingSystemMXBean system) {
            long used = system.getProcessCpuTime();
            percent = Math.max(0, 100.0 * (used - usedNanos) / passed);
            usedNanos = used;
            atNanos = now;
        }
        return percent;
    }
}
