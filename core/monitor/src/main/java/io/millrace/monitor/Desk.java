package io.millrace.monitor;

import io.millrace.runtime.Log;
import io.millrace.runtime.Threads;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Where requests wait that are answered away from the loop, one after the other in the order in
 * which they came. What finds a full desk is dropped. Any thread.
 */
final class Desk {
    private static final int WAITING_MAX = 1000;

    private final Log log;
    private final Executor threads = Threads.blocking("system");
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private boolean working;

    Desk(Log log) {
        this.log = log;
    }

    synchronized void take(Runnable request) {
        if (waiting.size() == WAITING_MAX) {
            return;
        }
        waiting.add(request);
        if (!working) {
            working = true;
            threads.execute(this::work);
        }
    }

    /** How many wait now. */
    synchronized int waiting() {
        return waiting.size();
    }

    private void work() {
        for (Runnable next = next(); next != null; next = next()) {
            try {
                next.run();
            } catch (RuntimeException failed) {
                log.error("A request in the system account has failed: " + failed);
            }
        }
    }

    private synchronized @Nullable Runnable next() {
        Runnable next = waiting.poll();
        working = next != null;
        return next;
    }
}
