package io.millrace.jetstream.api;

/** When a message counts as stored. Any thread. */
public enum PersistMode implements Word {
    /** When it is written. */
    DEFAULT("default"),
    /** Before it is written. */
    ASYNC("async");

    private final String word;

    PersistMode(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
