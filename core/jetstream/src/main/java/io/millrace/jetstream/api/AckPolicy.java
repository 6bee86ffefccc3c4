package io.millrace.jetstream.api;

/** What a consumer's clients acknowledge. Any thread. */
public enum AckPolicy implements Word {
    /** Nothing. */
    NONE("none"),
    /** A message, and with it all before it. */
    ALL("all"),
    /** Each message. */
    EXPLICIT("explicit"),
    /** What flow control tells to have arrived; for mirrors and sources (ADR-60). */
    FLOW_CONTROL("flow_control");

    private final String word;

    AckPolicy(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
