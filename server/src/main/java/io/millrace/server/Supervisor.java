package io.millrace.server;

import io.millrace.net.LocalDatagrams;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.runtime.Loop;
import io.millrace.runtime.Timer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The service manager that has started us, when it wants to hear how we are (systemd's
 * NOTIFY_SOCKET); else nobody. Any thread but the loop's, unless a method says so.
 */
final class Supervisor {
    private static final long NANOS_PER_MICRO = 1_000;

    /** What a step of a long start or stop may take before we count as hung. */
    private static final long STEP_MICROS = 60_000_000;

    private final @Nullable LocalDatagrams socket;
    private final Clock clock;
    private final Log log;
    private final long watchdogMicros;

    Supervisor(@Nullable LocalDatagrams socket, long watchdogMicros, Clock clock, Log log) {
        this.socket = socket;
        this.watchdogMicros = watchdogMicros;
        this.clock = clock;
        this.log = log;
    }

    /** Whoever {@code environment} names. */
    static Supervisor of(Map<String, String> environment, long pid, Clock clock, Log log) {
        String address = environment.get("NOTIFY_SOCKET");
        if (address == null || address.isEmpty()) {
            return new Supervisor(null, 0, clock, log);
        }
        try {
            LocalDatagrams socket = LocalDatagrams.to(address);
            return new Supervisor(socket, watchdog(environment, pid), clock, log);
        } catch (IOException unusable) {
            log.warn("NOTIFY_SOCKET cannot be used: " + unusable.getMessage());
            return new Supervisor(null, 0, clock, log);
        }
    }

    /** Microseconds within which it wants a sign of life; 0 for none. */
    private static long watchdog(Map<String, String> environment, long pid) {
        String meant = environment.get("WATCHDOG_PID");
        if (meant != null && !meant.equals(Long.toString(pid))) {
            return 0;
        }
        try {
            return Math.max(0, Long.parseLong(environment.getOrDefault("WATCHDOG_USEC", "0")));
        } catch (NumberFormatException noNumber) {
            return 0;
        }
    }

    /** The start goes on: it takes {@code status}, and some more time. Also on the loop. */
    void starting(String status) {
        offer("EXTEND_TIMEOUT_USEC=" + STEP_MICROS + "\nSTATUS=" + status);
    }

    /** We serve. */
    void ready(String status) {
        send("READY=1\nSTATUS=" + status);
    }

    /** The configuration is being read again; {@link #ready} says when that is over. */
    void reloading() {
        // The origin of nanoTime is CLOCK_MONOTONIC's where there are such sockets.
        long micros = clock.nanoTime() / NANOS_PER_MICRO;
        send("RELOADING=1\nMONOTONIC_USEC=" + micros + "\nSTATUS=Reloading the configuration");
    }

    /** The end has begun, and may take so long. Also on the loop. */
    void stopping(String status, long durationNanos) {
        long micros = STEP_MICROS + durationNanos / NANOS_PER_MICRO;
        offer("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + micros + "\nSTATUS=" + status);
    }

    /** From now on {@code loop} gives signs of life, so that one that hangs is noticed. */
    void watch(Loop loop) {
        if (watchdogMicros > 0) {
            loop.execute(() -> new SignOfLife(loop).fire());
        }
    }

    /** Twice in the time that the supervisor allows, from the loop itself. */
    private final class SignOfLife extends Timer {
        private final Loop loop;

        SignOfLife(Loop loop) {
            this.loop = loop;
        }

        @Override
        protected void fire() {
            loop.timers().schedule(this, watchdogMicros / 2 * NANOS_PER_MICRO);
            offer("WATCHDOG=1");
        }
    }

    private void send(String message) {
        if (socket != null) {
            try {
                socket.send(message.getBytes(StandardCharsets.UTF_8));
            } catch (IOException failed) {
                complain(failed);
            }
        }
    }

    /**
     * A full queue means that somebody has enough to read: a repetition comes, or is not needed.
     */
    private void offer(String message) {
        if (socket != null) {
            try {
                if (!socket.offer(message.getBytes(StandardCharsets.UTF_8))) {
                    log.debug("The service manager does not read what it is told");
                }
            } catch (IOException failed) {
                complain(failed);
            }
        }
    }

    private void complain(IOException failed) {
        log.warn("The service manager cannot be told: " + failed.getMessage());
    }
}
