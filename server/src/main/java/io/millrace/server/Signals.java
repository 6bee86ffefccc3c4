package io.millrace.server;

import sun.misc.Signal;

/**
 * The signals that a server listens to. QUIT cannot be caught in a JVM: it prints every thread's
 * stack to standard output, and the server goes on (docs/differences.md).
 */
final class Signals {
    private Signals() {}

    /** What to do; called on the JVM's signal thread. */
    interface Handler {
        void trapped(String name, Runnable action);
    }

    static void handle(
            Handler handler, Runnable reload, Runnable reopen, Runnable lameDuck, Runnable stop) {
        on("HUP", "hangup", handler, reload);
        on("USR1", "user defined signal 1", handler, reopen);
        on("USR2", "user defined signal 2", handler, lameDuck);
        on("INT", "interrupt", handler, stop);
        on("TERM", "terminated", handler, stop);
    }

    private static void on(String signal, String name, Handler handler, Runnable action) {
        Signal.handle(new Signal(signal), ignored -> handler.trapped(name, action));
    }
}
