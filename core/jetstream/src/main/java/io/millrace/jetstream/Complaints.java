package io.millrace.jetstream;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Log;
import io.millrace.store.StoreException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Says what goes wrong with the store, each trouble once a second at most. Owned by the loop. */
final class Complaints {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int KINDS_MAX = 1000;

    private final Log log;
    private final Clock clock;
    private final Map<String, Long> said = new HashMap<>();
    private long count;

    Complaints(Log log, Clock clock) {
        this.log = log;
        this.clock = clock;
    }

    void add(String where, StoreException trouble) {
        count++;
        String line = "JetStream: " + where + ": " + trouble.getMessage();
        long now = clock.nanoTime();
        Long before = said.get(line);
        if (before == null || now - before > PAUSE_NANOS) {
            if (said.size() >= KINDS_MAX) {
                said.clear();
            }
            said.put(line, now);
            log.error(line);
        }
    }

    /** How many there were since the start, said or not. */
    long count() {
        return count;
    }
}
