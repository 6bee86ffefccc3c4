package io.millrace.monitor;

import java.util.Map;
import java.util.TreeMap;

/** What the threads of this process are doing now, for a person. Any thread; stateless. */
final class Stacks {
    private Stacks() {}

    static String text() {
        Map<String, String> threads = new TreeMap<>();
        Thread.getAllStackTraces()
                .forEach((thread, frames) -> threads.put(title(thread), frames(frames)));
        StringBuilder out = new StringBuilder();
        threads.forEach((title, frames) -> out.append(title).append(frames).append('\n'));
        return out.toString();
    }

    private static String title(Thread thread) {
        return "thread "
                + thread.threadId()
                + " ["
                + thread.getName()
                + ", "
                + thread.getState().name().toLowerCase(java.util.Locale.ROOT)
                + "]:\n";
    }

    private static String frames(StackTraceElement[] frames) {
        StringBuilder out = new StringBuilder();
        for (StackTraceElement frame : frames) {
            out.append('\t').append(frame).append('\n');
        }
        return out.toString();
    }
}
