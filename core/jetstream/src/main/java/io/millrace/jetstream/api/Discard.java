package io.millrace.jetstream.api;

/** What makes room when a stream is full. Any thread. */
public enum Discard implements Word {
    /** The oldest messages go. */
    OLD("old"),
    /** New messages are refused. */
    NEW("new");

    private final String word;

    Discard(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
