package io.millrace.jetstream.api;

/** Where a consumer begins. Any thread. */
public enum DeliverPolicy implements Word {
    /** Every message that is stored. */
    ALL("all"),
    /** The last message. */
    LAST("last"),
    /** What comes after the consumer was made. */
    NEW("new"),
    /** A sequence and what follows. */
    BY_START_SEQUENCE("by_start_sequence"),
    /** An instant and what follows. */
    BY_START_TIME("by_start_time"),
    /** The last message of each subject. */
    LAST_PER_SUBJECT("last_per_subject");

    private final String word;

    DeliverPolicy(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
