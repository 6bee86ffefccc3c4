package io.millrace.monitor;

import io.millrace.broker.ConnectionInfo;
import io.millrace.broker.Server;
import java.util.ArrayList;
import java.util.List;

/**
 * A look at all connections, a few at a time: between two steps the loop does its work, so the look
 * at many holds no message up for longer than the look at a few. Any thread but the loop's.
 */
final class Connections {
    private static final int STEP = 200;

    private Connections() {}

    /** The open ones in the order of their numbers; those that come meanwhile may be missing. */
    static List<ConnectionInfo> open(Server server, boolean withSubscriptions) {
        List<ConnectionInfo> all = new ArrayList<>();
        long last = 0;
        while (true) {
            long after = last;
            List<ConnectionInfo> step =
                    server.ask(() -> server.connectionInfos(after, STEP, withSubscriptions));
            if (step.isEmpty()) {
                return all;
            }
            all.addAll(step);
            last = step.getLast().id();
        }
    }
}
