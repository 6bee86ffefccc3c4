package io.millrace.bridges.gitlab;

/** A call that is answered with an error, and why. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;

    /**
     * @param reason one word for the metrics
     * @param message for whoever reads the answer: no secrets
     */
    Refused(int status, String reason, String message) {
        super(message, null, false, false);
        this.status = status;
        this.reason = reason;
    }

    static Refused badBody(String message) {
        return new Refused(400, "bad_body", message);
    }

    static Refused login(String message) {
        return new Refused(401, "login", message);
    }

    int status() {
        return status;
    }

    String reason() {
        return reason;
    }
}
