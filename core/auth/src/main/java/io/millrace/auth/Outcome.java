package io.millrace.auth;

/** The verdict on a login. */
public sealed interface Outcome {
    /** It is {@code user}. */
    record Accepted(User user) implements Outcome {}

    /** It is nobody we know; {@code reason} is for the log, never for the peer. */
    record Refused(String reason) implements Outcome {}
}
