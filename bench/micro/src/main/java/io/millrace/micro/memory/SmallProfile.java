package io.millrace.micro.memory;

import java.io.IOException;
import java.io.PrintStream;

/**
 * How far one server goes with little memory: as many idle connections as there are descriptors
 * for, and what a hundred thousand would take by the slope between.
 */
final class SmallProfile {
    private static final int WANTED = 100_000;

    /** Steps in which connections are opened; the first one warms the server up. */
    private static final int STEPS = 4;

    /** Descriptors of a server that are not connections. */
    private static final int OTHER_DESCRIPTORS = 200;

    private SmallProfile() {}

    static void print(Options.Measured measured, Options options, PrintStream out)
            throws IOException {
        try (ServerProcess server =
                        ServerProcess.start(
                                measured.command(),
                                options.port(),
                                Row.Flags.NONE,
                                options.memory());
                Crowd crowd = new Crowd(server, false)) {
            long descriptors = server.descriptors();
            int most = (int) Math.min(options.connections(), descriptors - OTHER_DESCRIPTORS);
            out.println();
            out.printf(
                    "%s with %s and %s descriptors:%n%n",
                    measured.name(), options.memory(), MemoryTable.count(descriptors));
            out.println("| connections | resident | anonymous | kernel, our end |");
            out.println("|---|---|---|---|");
            KernelMemory begin = KernelMemory.now();
            Footprint first = server.settled(options.settle());
            line(out, "0", first.resident(), first.anonymous(), 0);
            int held = 0;
            int warm = 0;
            Footprint atWarm = first;
            Footprint now = first;
            for (int step = 1; step <= STEPS; step++) {
                int next = (int) ((long) most * step / STEPS);
                crowd.grow(held, next);
                held = next;
                now = server.settled(options.settle());
                if (step == 1) {
                    warm = held;
                    atWarm = now;
                }
                long kernel = begin.perEnd(KernelMemory.now(), held) * held;
                line(out, MemoryTable.count(held), now.resident(), now.anonymous(), kernel);
            }
            long more = Math.max(1, held - warm);
            long resident = (now.resident() - atWarm.resident()) / more;
            long anonymous = (now.anonymous() - atWarm.anonymous()) / more;
            long kernel = begin.perEnd(KernelMemory.now(), held);
            line(out, "one more", resident, anonymous, kernel);
            long rest = (long) WANTED - held;
            line(
                    out,
                    MemoryTable.count(WANTED) + ", by that slope",
                    now.resident() + rest * resident,
                    now.anonymous() + rest * anonymous,
                    kernel * WANTED);
        }
    }

    private static void line(
            PrintStream out, String what, long resident, long anonymous, long kernel) {
        out.printf(
                "| %s | %s | %s | %s |%n",
                what,
                MemoryTable.size(resident),
                MemoryTable.size(anonymous),
                MemoryTable.size(kernel));
    }
}
