package io.millrace.jetstream.api;

/** Until when a stream keeps its messages. Any thread. */
public enum Retention implements Word {
    /** Until a limit is reached. */
    LIMITS("limits"),
    /** Until every consumer has acknowledged them. */
    INTEREST("interest"),
    /** Until one consumer has acknowledged them. */
    WORKQUEUE("workqueue");

    private final String word;

    Retention(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
