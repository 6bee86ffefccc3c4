package io.millrace.broker;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The connections that ended last, for connz. Owned by the loop. */
final class ClosedConnections {
    private final ArrayDeque<ConnectionInfo> ring = new ArrayDeque<>();
    private int max;
    private long total;

    ClosedConnections(int max) {
        this.max = max;
    }

    void limit(int newMax) {
        max = newMax;
    }

    void add(ConnectionInfo ended) {
        total++;
        if (max <= 0) {
            return;
        }
        if (ring.size() >= max) {
            ring.removeFirst();
        }
        ring.addLast(ended);
    }

    long total() {
        return total;
    }

    List<ConnectionInfo> all() {
        return new ArrayList<>(ring);
    }
}
