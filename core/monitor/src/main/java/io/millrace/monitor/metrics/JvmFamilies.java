package io.millrace.monitor.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/**
 * The process and its virtual machine, under the names that boards for Java ask for. Any thread.
 */
final class JvmFamilies {
    private static final double SECOND = 1e9;
    private static final double MILLISECONDS = 1e3;
    private static final Stem JVM = new Stem("jvm_", Labels.NONE);
    private static final Stem PROCESS = new Stem("process_", Labels.NONE);

    private final double startSeconds;
    private final Memory memory = new Memory();
    private final List<Pool> pools = new ArrayList<>();
    private final List<Collector> collectors = new ArrayList<>();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final Line threadsCurrent = JVM.gauge("threads_current", "Platform threads");
    private final Line threadsPeak =
            JVM.gauge("threads_peak", "Most platform threads there ever were");
    private final OfSystem system = new OfSystem();

    JvmFamilies(long startNanos) {
        this.startSeconds = startNanos / SECOND;
        Family used =
                JVM.family(
                        "buffer_pool_used_bytes", Kind.GAUGE, "Bytes of buffers outside the heap");
        for (BufferPoolMXBean bean : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            Labels labels = Labels.of("pool", bean.getName());
            pools.add(
                    new Pool(
                            bean,
                            pools.isEmpty() ? used.first("", labels) : used.next("", labels)));
        }
        Family took =
                JVM.family(
                        "gc_collection_seconds",
                        Kind.SUMMARY,
                        "Time that collections of garbage took");
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            Labels labels = Labels.of("gc", bean.getName());
            collectors.add(
                    new Collector(
                            bean,
                            collectors.isEmpty()
                                    ? took.first("_sum", labels)
                                    : took.next("_sum", labels),
                            took.next("_count", labels)));
        }
    }

    private record Pool(BufferPoolMXBean bean, Line used) {}

    private record Collector(GarbageCollectorMXBean bean, Line seconds, Line count) {}

    void write(Exposition out) {
        memory.write(out);
        for (Pool pool : pools) {
            out.line(pool.used, pool.bean.getMemoryUsed());
        }
        for (Collector collector : collectors) {
            GarbageCollectorMXBean bean = collector.bean;
            out.line(collector.seconds, Math.max(0, bean.getCollectionTime()) / MILLISECONDS)
                    .line(collector.count, Math.max(0, bean.getCollectionCount()));
        }
        out.line(threadsCurrent, threads.getThreadCount())
                .line(threadsPeak, threads.getPeakThreadCount());
        system.write(out, startSeconds);
    }

    /** The heap and what else the virtual machine takes. */
    private static final class Memory {
        private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        private final Areas used = Areas.of("memory_used_bytes", "Bytes in use");
        private final Areas committed =
                Areas.of("memory_committed_bytes", "Bytes taken from the system");
        private final Areas most = Areas.of("memory_max_bytes", "Bytes at most; -1 for no limit");

        void write(Exposition out) {
            MemoryUsage heap = memory.getHeapMemoryUsage();
            MemoryUsage other = memory.getNonHeapMemoryUsage();
            out.line(used.heap, heap.getUsed()).line(used.others, other.getUsed());
            out.line(committed.heap, heap.getCommitted())
                    .line(committed.others, other.getCommitted());
            out.line(most.heap, heap.getMax()).line(most.others, other.getMax());
        }
    }

    private record Areas(Line heap, Line others) {
        static Areas of(String name, String help) {
            Family family = JVM.family(name, Kind.GAUGE, help);
            return new Areas(
                    family.first("", Labels.of("area", "heap")),
                    family.next("", Labels.of("area", "nonheap")));
        }
    }

    /** What the system counts. */
    private static final class OfSystem {
        private final java.lang.management.OperatingSystemMXBean system =
                ManagementFactory.getOperatingSystemMXBean();
        private final Line start =
                PROCESS.gauge("start_time_seconds", "When the server began, in seconds since 1970");
        private final Line cpu = PROCESS.counter("cpu_seconds_total", "Processor time used");
        private final Line open = PROCESS.gauge("open_fds", "Open file descriptors");
        private final Line most = PROCESS.gauge("max_fds", "File descriptors that may be open");

        void write(Exposition out, double startSeconds) {
            out.line(start, startSeconds);
            if (system instanceof OperatingSystemMXBean process) {
                out.line(cpu, Math.max(0, process.getProcessCpuTime()) / SECOND);
            }
            if (system instanceof UnixOperatingSystemMXBean process) {
                out.line(open, process.getOpenFileDescriptorCount())
                        .line(most, process.getMaxFileDescriptorCount());
            }
        }
    }
}
