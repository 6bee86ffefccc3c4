package io.millrace.bridges.matrix;

import io.millrace.runtime.Clock;

/**
 * How fast we talk: a burst, then so many a second, and not at all for as long as the server has
 * asked for silence. Any thread.
 */
final class TokenBucket {
    private final Clock clock;
    private final double nanosPerToken;
    private final double burst;
    private double tokens;
    private long refilled;
    private long silentUntil;

    TokenBucket(Clock clock, double perSecond, int burst) {
        this.clock = clock;
        this.nanosPerToken = 1e9 / perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.refilled = clock.nanoTime();
        this.silentUntil = refilled;
    }

    /** Takes a token and returns 0, or takes none and says how long to wait for one. */
    synchronized long take() {
        long now = clock.nanoTime();
        long silence = silentUntil - now;
        if (silence > 0) {
            return silence;
        }
        tokens = Math.min(burst, tokens + (double) (now - refilled) / nanosPerToken);
        refilled = now;
        if (tokens >= 1) {
            tokens -= 1;
            return 0;
        }
        return Math.max(1, (long) Math.ceil((1 - tokens) * nanosPerToken));
    }

    /** No token for anybody for so long. */
    synchronized void silence(long nanos) {
        long until = clock.nanoTime() + nanos;
        if (until - silentUntil > 0) {
            silentUntil = until;
        }
    }
}
