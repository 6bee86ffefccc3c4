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
    /** Stands for a number of subjects that would have to be read from the disk. */
    public static final int UNKNOWN = -1;

    /**
     * What can be said without reading anything: no first time, and the number of subjects only
     * where it is known. The stream's owner only.
     */
    public static StreamState atAGlance(StreamStore stream) throws StoreException {
        int subjects = UNKNOWN;
        if (stream.messages() == 0) {
            subjects = 0;
        } else if (stream.indexBytes() > 0) {
            subjects = stream.subjects().size();
        }
        return new StreamState(
                stream.messages(),
                stream.bytes(),
                stream.firstSequence(),
                0,
                stream.lastSequence(),
                stream.lastTimeNanos(),
                subjects,
                stream.lost());
    }

    /** How many sequences between first and last have no message. */
    public long deleted() {
        return lastSequence - firstSequence + 1 - messages;
    }
}
