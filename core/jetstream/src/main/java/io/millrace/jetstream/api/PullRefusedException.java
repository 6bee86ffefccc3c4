package io.millrace.jetstream.api;

/** A pull request that is answered with a status at once. Carries no stack: it is an answer. */
public final class PullRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String status;

    PullRefusedException(String why) {
        super(why, null, false, false);
        this.status = "400 Bad Request - " + why;
    }

    /** What stands behind {@code NATS/1.0} in the answer. */
    public String status() {
        return status;
    }
}
