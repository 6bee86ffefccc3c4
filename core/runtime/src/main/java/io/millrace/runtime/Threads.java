package io.millrace.runtime;

import java.util.concurrent.Executor;

/** The only door to threads. */
public final class Threads {
    private Threads() {}

    /** Starts a platform thread for a loop; it keeps the process alive. */
    public static Thread startLoop(String name, Runnable body) {
        return Thread.ofPlatform().name(name).start(body);
    }

    /** Starts a platform thread that does not keep the process alive. */
    public static Thread startDaemon(String name, Runnable body) {
        return Thread.ofPlatform().daemon().name(name).start(body);
    }

    /** A virtual thread per task: for work that blocks, never for a loop's. */
    public static Executor blocking(String name) {
        var builder = Thread.ofVirtual().name(name + "-", 0);
        return task -> builder.start(task);
    }

    /** Has {@code body} run when the process is asked to end; the end waits for it. */
    public static void atShutdown(String name, Runnable body) {
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name(name).unstarted(body));
    }
}
