package io.millrace.broker;

import io.millrace.runtime.Log;

/**
 * Bounds the TLS handshakes that are begun in a second: each costs milliseconds of CPU, and anybody
 * may ask for one. Owned by the loop.
 */
final class HandshakeRate {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private final Log log;
    private long secondStartNanos;
    private int begun;
    private int refused;

    HandshakeRate(Log log) {
        this.log = log;
    }

    /**
     * Counts one more.
     *
     * @param perSecond 0 for any number
     */
    boolean admits(int perSecond, long nowNanos) {
        if (nowNanos - secondStartNanos >= SECOND_NANOS) {
            if (refused > 0) {
                log.warn("Rejected " + refused + " connections due to TLS rate limiting");
            }
            secondStartNanos = nowNanos;
            begun = 0;
            refused = 0;
        }
        if (perSecond <= 0 || begun < perSecond) {
            begun++;
            return true;
        }
        refused++;
        return false;
    }
}
