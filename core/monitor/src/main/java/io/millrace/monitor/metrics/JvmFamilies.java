package io.millrace.monitor.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.List;

/** The process and its virtual machine, under the names that boards for Java ask for. */
final class JvmFamilies {
    private static final double SECOND = 1e9;
    private static final double MILLISECONDS = 1e3;

    private JvmFamilies() {}

    static void write(Exposition out, long startNanos) throws IOException {
        memory(out);
        collections(out);
        threads(out);
        process(out, startNanos);
    }

    private static void memory(Exposition out) throws IOException {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        Labels inHeap = Labels.of("area", "heap");
        Labels outside = Labels.of("area", "nonheap");
        out.family("jvm_memory_used_bytes", Kind.GAUGE, "Bytes in use")
                .sample(inHeap, heap.getUsed())
                .sample(outside, other.getUsed());
        out.family("jvm_memory_committed_bytes", Kind.GAUGE, "Bytes taken from the system")
                .sample(inHeap, heap.getCommitted())
                .sample(outside, other.getCommitted());
        out.family("jvm_memory_max_bytes", Kind.GAUGE, "Bytes at most; -1 for no limit")
                .sample(inHeap, heap.getMax())
                .sample(outside, other.getMax());
        List<BufferPoolMXBean> pools = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
        out.family("jvm_buffer_pool_used_bytes", Kind.GAUGE, "Bytes of buffers outside the heap");
        for (BufferPoolMXBean pool : pools) {
            out.sample(Labels.of("pool", pool.getName()), pool.getMemoryUsed());
        }
    }

    private static void collections(Exposition out) throws IOException {
        out.family(
                "jvm_gc_collection_seconds", Kind.SUMMARY, "Time that collections of garbage took");
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            Labels labels = Labels.of("gc", collector.getName());
            out.sample("_sum", labels, Math.max(0, collector.getCollectionTime()) / MILLISECONDS)
                    .sample("_count", labels, Math.max(0, collector.getCollectionCount()));
        }
    }

    private static void threads(Exposition out) throws IOException {
        var threads = ManagementFactory.getThreadMXBean();
        out.family("jvm_threads_current", Kind.GAUGE, "Platform threads")
                .sample(Labels.NONE, threads.getThreadCount());
        out.family("jvm_threads_peak", Kind.GAUGE, "Most platform threads there ever were")
                .sample(Labels.NONE, threads.getPeakThreadCount());
    }

    private static void process(Exposition out, long startNanos) throws IOException {
        out.family(
                        "process_start_time_seconds",
                        Kind.GAUGE,
                        "When the server began, in seconds since 1970")
                .sample(Labels.NONE, startNanos / SECOND);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            out.family("process_cpu_seconds_total", Kind.COUNTER, "Processor time used")
                    .sample(Labels.NONE, Math.max(0, system.getProcessCpuTime()) / SECOND);
        }
        if (ManagementFactory.getOperatingSystemMXBean()
                instanceof UnixOperatingSystemMXBean system) {
            out.family("process_open_fds", Kind.GAUGE, "Open file descriptors")
                    .sample(Labels.NONE, system.getOpenFileDescriptorCount());
            out.family("process_max_fds", Kind.GAUGE, "File descriptors that may be open")
                    .sample(Labels.NONE, system.getMaxFileDescriptorCount());
        }
    }

    /** Processor time, 100 for one processor. */
    static double cpuPercent() {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
            double load = system.getProcessCpuLoad();
            return load < 0 ? 0 : load * Runtime.getRuntime().availableProcessors() * 100;
        }
        return 0;
    }
}
