package io.millrace.jetstream.api;

/** Where the messages of a stream lie. Any thread. */
public enum Storage implements Word {
    /** On disk. */
    FILE("file"),
    /** In memory only. */
    MEMORY("memory");

    private final String word;

    Storage(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
