package io.millrace.jetstream.api;

/** At which speed a consumer delivers what is stored. Any thread. */
public enum ReplayPolicy implements Word {
    /** As fast as possible. */
    INSTANT("instant"),
    /** At the speed at which it was stored. */
    ORIGINAL("original");

    private final String word;

    ReplayPolicy(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
