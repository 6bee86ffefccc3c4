package io.millrace.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The few calls of the C library that the JDK does not have: signals, the CPU clock of another
 * process, and sleeping precisely. Any thread.
 */
final class Posix {
    static final int SIGKILL = 9;
    static final int SIGTERM = 15;
    static final int SIGCONT = 18;
    static final int SIGSTOP = 19;

    private static final int PR_SET_TIMERSLACK = 29;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

    private static final MethodHandle KILL = call("kill", FunctionDescriptor.of(INT, INT, INT));
    private static final MethodHandle CPU_CLOCK_ID =
            call("clock_getcpuclockid", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS));
    private static final MethodHandle CLOCK_TIME =
            call("clock_gettime", FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS));
    private static final MethodHandle PRCTL =
            call("prctl", FunctionDescriptor.of(INT, INT, LONG), Linker.Option.firstVariadicArg(1));

    private Posix() {}

    @SuppressWarnings("restricted") // what this class is for
    private static MethodHandle call(
            String name, FunctionDescriptor shape, Linker.Option... options) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
    }

    /** Sends a signal; false when there is no such process. */
    static boolean signal(long pid, int signal) {
        try {
            return (int) KILL.invokeExact((int) pid, signal) == 0;
        } catch (Throwable e) {
            throw new IllegalStateException("kill", e);
        }
    }

    /**
     * CPU time that all threads of a process have used, those that have ended too, in nanoseconds;
     * 0 when there is no such process.
     */
    static long cpuNanos(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocate(INT);
            MemorySegment time = arena.allocate(LONG, 2);
            if ((int) CPU_CLOCK_ID.invokeExact((int) pid, id) != 0
                    || (int) CLOCK_TIME.invokeExact(id.get(INT, 0), time) != 0) {
                return 0;
            }
            return time.get(LONG, 0) * 1_000_000_000L + time.get(LONG, 8);
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime", e);
        }
    }

    /** From now on the calling thread wakes up when it said, not up to 50 microseconds later. */
    static void sleepPrecisely() {
        try {
            int ignored = (int) PRCTL.invokeExact(PR_SET_TIMERSLACK, 1L);
        } catch (Throwable e) {
            throw new IllegalStateException("prctl", e);
        }
    }
}
