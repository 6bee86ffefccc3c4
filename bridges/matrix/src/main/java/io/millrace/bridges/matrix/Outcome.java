package io.millrace.bridges.matrix;

/** What came of asking the homeserver. */
sealed interface Outcome {
    /**
     * It is done.
     *
     * @param value the id that was asked for or made
     */
    record Done(String value) implements Outcome {}

    /**
     * Not now: the network, a server that is down, too many calls.
     *
     * @param nanos the wait that the server asks for; 0 when it does not say
     */
    record Later(String reason, String text, long nanos) implements Outcome {}

    /** It will not do this; the same call again will not help. */
    record Refused(int status, String code, String text) implements Outcome {
        /** Whether the message itself is what it does not like, not the room or the login. */
        boolean isForTheMessage() {
            return status == 400 || status == 413 || status == 422;
        }

        boolean isForTheRoom() {
            return status == 403 || status == 404;
        }
    }
}
