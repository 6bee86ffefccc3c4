package io.millrace.broker;

import io.millrace.runtime.Timer;

/**
 * The one clock of a client: first the time it has for its login, then the PINGs that find out
 * whether it still lives. Owned by the loop.
 */
final class KeepAlive extends Timer {
    /** The first PING comes early, so that the round trip is known soon. */
    private static final long FIRST_PING_NANOS = 2_000_000_000L;

    private final Server server;
    private final ClientSession session;
    private int unanswered;
    private long pingSentNanos;
    private long roundTripNanos;
    private long greetingNanos;
    private boolean loginDue;

    KeepAlive(Server server, ClientSession session) {
        this.server = server;
        this.session = session;
    }

    void start(boolean loginNeeded) {
        loginDue = loginNeeded;
        if (loginNeeded) {
            server.loop().timers().schedule(this, session.authTimeoutNanos());
        } else {
            scheduleFirstPing();
        }
    }

    void loggedIn() {
        if (loginDue) {
            loginDue = false;
            scheduleFirstPing();
        }
    }

    void stop() {
        server.loop().timers().cancel(this);
    }

    /** Up to a fifth later, so that clients that came together do not stay together. */
    private void scheduleFirstPing() {
        long delay = Math.min(session.pingIntervalNanos(), FIRST_PING_NANOS);
        int spread = (int) Math.min(Integer.MAX_VALUE - 1, delay / 5) + 1;
        server.loop().timers().schedule(this, delay + server.router().chance().nextInt(spread));
    }

    @Override
    protected void fire() {
        if (loginDue) {
            session.connection()
                    .closeWithError("Authentication Timeout", ClosedReason.AUTHENTICATION_TIMEOUT);
            return;
        }
        long interval = session.pingIntervalNanos();
        long quiet = server.clock().nanoTime() - session.connection().lastActivityNanos();
        if (roundTripNanos != 0 && unanswered == 0 && quiet < interval) {
            server.loop().timers().schedule(this, interval - quiet);
            return;
        }
        if (unanswered + 1 > server.limits().pingMax()) {
            server.log()
                    .debug(session.connection().label() + " - Stale Client Connection - Closing");
            server.statistics().staleConnections++;
            session.connection().closeWithError("Stale Connection", ClosedReason.STALE_CONNECTION);
            return;
        }
        unanswered++;
        pingSentNanos = server.clock().nanoTime();
        server.trace().out(session.connection(), "PING");
        session.connection().send("PING\r\n");
        server.loop().timers().schedule(this, interval);
    }

    void pong() {
        if (unanswered > 0) {
            roundTripNanos = Math.max(1, server.clock().nanoTime() - pingSentNanos);
        }
        unanswered = 0;
    }

    /** It is in; how long a CONNECT took tells something of the way already. */
    void greeted(boolean saidConnect) {
        if (saidConnect) {
            long start = session.connection().startEpochNanos();
            greetingNanos = Math.max(1, server.clock().epochNanos() - start);
        }
    }

    /** 0 while it is not known. */
    long roundTripNanos() {
        return roundTripNanos == 0 ? greetingNanos : roundTripNanos;
    }
}
