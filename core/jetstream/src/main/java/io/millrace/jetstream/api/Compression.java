package io.millrace.jetstream.api;

/** How the messages of a stream are packed on disk. Any thread. */
public enum Compression implements Word {
    /** As they are. */
    NONE("none"),
    /** With the S2 algorithm. */
    S2("s2");

    private final String word;

    Compression(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
