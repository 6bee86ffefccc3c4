package io.millrace.jetstream.api;

/** How a priority group serves its pull requests (ADR-42). Any thread. */
public enum PriorityPolicy implements Word {
    /** There are no groups. */
    NONE("none"),
    /** When enough is pending or unacknowledged. */
    OVERFLOW("overflow"),
    /** Those of one client, as long as it shows up. */
    PINNED_CLIENT("pinned_client"),
    /** Those with the lowest number first. */
    PRIORITIZED("prioritized");

    private final String word;

    PriorityPolicy(String word) {
        this.word = word;
    }

    @Override
    public String word() {
        return word;
    }
}
