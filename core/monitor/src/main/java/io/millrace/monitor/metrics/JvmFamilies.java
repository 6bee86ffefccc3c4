package io.millrace.monitor.metrics;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.lang.management.ThreadMXBean;
import java.util.List;

/**
 * The process and its virtual machine, under the names that boards for Java ask for. Any thread.
 */
final class JvmFamilies {
    private static final double SECOND = 1e9;
    private static final double MILLISECONDS = 1e3;
    private static final Labels IN_HEAP = Labels.of("area", "heap");
    private static final Labels OUTSIDE = Labels.of("area", "nonheap");

    /** A pool of buffers or a collector, with what its samples are labelled with. */
    private record Labelled<T>(Labels labels, T bean) {}

    private final MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final java.lang.management.OperatingSystemMXBean system =
            ManagementFactory.getOperatingSystemMXBean();
    private final List<Labelled<BufferPoolMXBean>> pools =
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                    .map(pool -> new Labelled<>(Labels.of("pool", pool.getName()), pool))
                    .toList();
    private final List<Labelled<GarbageCollectorMXBean>> collectors =
            ManagementFactory.getGarbageCollectorMXBeans().stream()
                    .map(
                            collector ->
                                    new Labelled<>(Labels.of("gc", collector.getName()), collector))
                    .toList();

    void write(Exposition out, long startNanos) throws IOException {
        memory(out);
        collections(out);
        threads(out);
        process(out, startNanos);
    }

    private void memory(Exposition out) throws IOException {
        MemoryUsage heap = memory.getHeapMemoryUsage();
        MemoryUsage other = memory.getNonHeapMemoryUsage();
        out.family("jvm_memory_used_bytes", Kind.GAUGE, "Bytes in use")
                .sample(IN_HEAP, heap.getUsed())
                .sample(OUTSIDE, other.getUsed());
        out.family("jvm_memory_committed_bytes", Kind.GAUGE, "Bytes taken from the system")
                .sample(IN_HEAP, heap.getCommitted())
                .sample(OUTSIDE, other.getCommitted());
        out.family("jvm_memory_max_bytes", Kind.GAUGE, "Bytes at most; -1 for no limit")
                .sample(IN_HEAP, heap.getMax())
                .sample(OUTSIDE, other.getMax());
        out.family("jvm_buffer_pool_used_bytes", Kind.GAUGE, "Bytes of buffers outside the heap");
        for (Labelled<BufferPoolMXBean> pool : pools) {
            out.sample(pool.labels, pool.bean.getMemoryUsed());
        }
    }

    private void collections(Exposition out) throws IOException {
        out.family(
                "jvm_gc_collection_seconds", Kind.SUMMARY, "Time that collections of garbage took");
        for (Labelled<GarbageCollectorMXBean> one : collectors) {
            GarbageCollectorMXBean collector = one.bean;
            out.sample(
                            "_sum",
                            one.labels,
                            Math.max(0, collector.getCollectionTime()) / MILLISECONDS)
                    .sample("_count", one.labels, Math.max(0, collector.getCollectionCount()));
        }
    }

    private void threads(Exposition out) throws IOException {
        out.family("jvm_threads_current", Kind.GAUGE, "Platform threads")
                .sample(Labels.NONE, threads.getThreadCount());
        out.family("jvm_threads_peak", Kind.GAUGE, "Most platform threads there ever were")
                .sample(Labels.NONE, threads.getPeakThreadCount());
    }

    private void process(Exposition out, long startNanos) throws IOException {
        out.family(
                        "process_start_time_seconds",
                        Kind.GAUGE,
                        "When the server began, in seconds since 1970")
                .sample(Labels.NONE, startNanos / SECOND);
        if (system instanceof OperatingSystemMXBean process) {
            out.family("process_cpu_seconds_total", Kind.COUNTER, "Processor time used")
                    .sample(Labels.NONE, Math.max(0, process.getProcessCpuTime()) / SECOND);
        }
        if (system instanceof UnixOperatingSystemMXBean process) {
            out.family("process_open_fds", Kind.GAUGE, "Open file descriptors")
                    .sample(Labels.NONE, process.getOpenFileDescriptorCount());
            out.family("process_max_fds", Kind.GAUGE, "File descriptors that may be open")
                    .sample(Labels.NONE, process.getMaxFileDescriptorCount());
        }
    }
}
