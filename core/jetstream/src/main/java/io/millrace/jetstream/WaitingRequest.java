package io.millrace.jetstream;

import io.millrace.jetstream.api.PullRequest;

/** A pull request that has not got all it asked for. Owned by its consumer. */
final class WaitingRequest {
    final byte[] reply;
    final PullRequest asked;
    final long expiresNanos;
    long messagesLeft;
    long bytesLeft;
    boolean served;
    long heartbeatNanos;

    /** The pin that it was given or has named; empty without one. */
    String pinId;

    /**
     * @param nowNanos since 1970
     */
    WaitingRequest(byte[] reply, PullRequest asked, long nowNanos) {
        this.reply = reply;
        this.asked = asked;
        this.expiresNanos =
                asked.expiresNanos() > 0 ? nowNanos + asked.expiresNanos() : Long.MAX_VALUE;
        this.messagesLeft = Math.max(1, asked.batch());
        this.bytesLeft = asked.maxBytes();
        this.pinId = asked.pinId();
        beat(nowNanos);
    }

    /** The next sign of life is due one interval from now. */
    void beat(long nowNanos) {
        heartbeatNanos =
                asked.heartbeatNanos() > 0 ? nowNanos + asked.heartbeatNanos() : Long.MAX_VALUE;
    }

    /** A message of so many bytes was sent to it. */
    void took(long bytes) {
        if (isBoundByBytes()) {
            bytesLeft -= bytes;
            if (bytesLeft == 0) {
                messagesLeft = 1;
            }
        }
        messagesLeft--;
        served = true;
    }

    boolean hasExpiry() {
        return expiresNanos != Long.MAX_VALUE;
    }

    boolean isBoundByBytes() {
        return asked.maxBytes() > 0;
    }
}
