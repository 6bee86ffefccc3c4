package io.millrace.broker;

import io.millrace.runtime.Timer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The way out: no new clients, a word to those who listen, a grace period, then the clients are
 * ended one by one over the configured time, so that they do not all come to the next server at
 * once. Owned by the loop.
 */
final class LameDuck extends Timer {
    private final Server server;
    private final ArrayDeque<ClientConnection> leaving = new ArrayDeque<>();
    private @Nullable Runnable afterwards;
    private boolean closing;
    private long intervalNanos;

    LameDuck(Server server) {
        this.server = server;
    }

    void enter(Runnable whenDone) {
        if (afterwards != null) {
            return;
        }
        afterwards = whenDone;
        server.log().info("Entering lame duck mode, stop accepting new clients");
        server.stopListening();
        server.info().enterLameDuck();
        server.events().lameDuck();
        if (server.openConnections().isEmpty()) {
            finish();
            return;
        }
        for (ClientConnection connection : server.openConnections()) {
            connection.session().sendInfo();
        }
        server.loop().timers().schedule(this, server.options().lameDuckGracePeriodNanos());
    }

    @Override
    protected void fire() {
        if (!closing) {
            closing = true;
            server.log().info("Closing existing clients");
            leaving.addAll(server.openConnections());
            long duration =
                    server.options().lameDuckDurationNanos()
                            - server.options().lameDuckGracePeriodNanos();
            intervalNanos = Math.max(1, duration / Math.max(1, leaving.size()));
        }
        ClientConnection next = leaving.poll();
        if (next == null) {
            finish();
            return;
        }
        next.close(ClosedReason.SERVER_SHUTDOWN);
        if (leaving.isEmpty()) {
            finish();
        } else {
            server.loop().timers().schedule(this, intervalNanos);
        }
    }

    /** A connection ended by itself: when it was the last one there is nothing to wait for. */
    void disconnected() {
        if (afterwards != null && isScheduled() && server.connectionCount() == 0) {
            finish();
        }
    }

    private void finish() {
        server.loop().timers().cancel(this);
        leaving.clear();
        Runnable last = afterwards;
        if (last != null) {
            last.run();
        }
    }
}
