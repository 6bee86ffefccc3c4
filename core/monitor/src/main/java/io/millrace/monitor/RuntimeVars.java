package io.millrace.monitor;

import io.millrace.protocol.JsonPage;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The variables of the process: its command line without secrets, and its memory in the words of
 * Go's runtime, as far as a JVM has the same. Any thread.
 */
final class RuntimeVars {
    static final String TYPE = "application/json; charset=utf-8";
    private static final String HIDDEN = "[REDACTED]";
    private static final Set<String> SECRETS = Set.of("user", "pass", "auth");

    private final List<String> commandLine;

    RuntimeVars() {
        this(ProcessHandle.current().info().arguments().map(List::of).orElse(List.of()));
    }

    /**
     * @param jvm the arguments of the JVM, ours behind the name of the main class
     */
    RuntimeVars(List<String> jvm) {
        commandLine = redacted(own(jvm));
    }

    private static List<String> own(List<String> jvm) {
        for (int i = 0; i < jvm.size(); i++) {
            if (jvm.get(i).startsWith("io.millrace.") || jvm.get(i).endsWith(".jar")) {
                return jvm.subList(i + 1, jvm.size());
            }
        }
        return List.of();
    }

    static List<String> redacted(List<String> arguments) {
        List<String> shown = new ArrayList<>();
        boolean secretNext = false;
        for (String argument : arguments) {
            String name = argument.replaceFirst("^--?", "");
            int equals = name.indexOf('=');
            if (secretNext) {
                shown.add(HIDDEN);
                secretNext = false;
            } else if (!argument.startsWith("-")) {
                shown.add(withoutUserInfo(argument));
            } else if (equals >= 0 && SECRETS.contains(name.substring(0, equals))) {
                shown.add(argument.substring(0, argument.indexOf('=') + 1) + HIDDEN);
            } else {
                secretNext = SECRETS.contains(name);
                shown.add(withoutUserInfo(argument));
            }
        }
        return List.copyOf(shown);
    }

    private static String withoutUserInfo(String argument) {
        return argument.replaceAll("://[^/,]*@", "://[REDACTED]@");
    }

    /** As it was typed, without secrets. */
    List<String> commandLine() {
        List<String> whole = new ArrayList<>(List.of("nats-server"));
        whole.addAll(commandLine);
        return whole;
    }

    /** The whole page. */
    String document() {
        JsonPage page = JsonPage.indented().object(null);
        commandLine(page);
        memory(page);
        return page.endObject() + "\n";
    }

    /** Writes the fields. */
    void write(JsonPage page) {
        memory(page);
        commandLine(page);
    }

    private void commandLine(JsonPage page) {
        page.array("cmdline");
        commandLine().forEach(argument -> page.text(null, argument));
        page.endArray();
    }

    private static void memory(JsonPage page) {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage other = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        long idle = heap.getCommitted() - heap.getUsed();
        long collections = 0;
        long pauseMillis = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            collections += Math.max(0, collector.getCollectionCount());
            pauseMillis += Math.max(0, collector.getCollectionTime());
        }
        page.object("memstats")
                .number("Alloc", heap.getUsed())
                .number("Sys", heap.getCommitted() + other.getCommitted())
                .number("HeapAlloc", heap.getUsed())
                .number("HeapSys", heap.getCommitted())
                .number("HeapIdle", idle)
                .number("HeapInuse", heap.getUsed())
                .number("OtherSys", other.getCommitted())
                .number("PauseTotalNs", pauseMillis * 1_000_000)
                .number("NumGC", collections)
                .flag("EnableGC", true)
                .flag("DebugGC", false)
                .endObject();
    }
}
