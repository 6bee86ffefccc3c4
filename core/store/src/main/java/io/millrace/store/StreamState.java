package io.millrace.store;

/**
 * A stream's figures at one moment.
 *
 * @param messages how many there are
 * @param bytes what they count for: subject, headers, payload, and a fixed surcharge per message
 * @param firstSequence of the oldest message; one more than the last when there is none
 * @param firstTimeNanos 0 when there is none
 * @param lastSequence the highest ever given, 0 before the first
 * @param lastTimeNanos of the newest append, 0 before the first
 * @param subjects how many different ones
 * @param lost messages that damage has cost, as far as it was found
 */
public record StreamState(
        long messages,
        long bytes,
        long firstSequence,
        long firstTimeNanos,
        long lastSequence,
        long lastTimeNanos,
        int subjects,
        long lost) {
    /** How many sequences between first and last have no message. */
    public long deleted() {
        return lastSequence - firstSequence + 1 - messages;
    }
}
