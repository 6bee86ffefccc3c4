package io.millrace.store;

import java.time.Duration;

/**
 * The bounds and periods of one store. Immutable.
 *
 * @param syncIntervalNanos 0: every commit is synced before it counts; more: written at once,
 *     synced this often, so that a power loss takes what was confirmed since
 * @param journalFileBytes size of one preallocated journal file
 * @param checkpointJournalBytes a checkpoint is due when this much journal was written
 * @param checkpointIntervalNanos a checkpoint is due this long after the first write behind the
 *     last one, when at least one sixteenth of {@code checkpointJournalBytes} was written
 * @param segmentBytes a segment is closed when it holds this much
 * @param segmentMessages a segment is closed when it holds this many messages
 * @param tailBytes newest records of a stream kept in memory before they are written to its segment
 * @param maxPendingBytes most that may wait for the journal; more is refused as BUSY
 * @param openFiles most segment files open at a time
 * @param loadedIndexes most indexes of closed segments that one stream keeps at hand; of each,
 *     checksums and a byte a message are in memory, the index itself is on disk
 * @param windowBytes how much of a closed segment is read at once by who goes through all of it; a
 *     record's header and subject fit in
 * @param scrubBytes checked by the scrub in one turn of the keeper
 */
public record StoreOptions(
        long syncIntervalNanos,
        int journalFileBytes,
        long checkpointJournalBytes,
        long checkpointIntervalNanos,
        int segmentBytes,
        int segmentMessages,
        int tailBytes,
        long maxPendingBytes,
        int openFiles,
        int loadedIndexes,
        int windowBytes,
        int scrubBytes) {

    /** What a server uses when nothing else is said. */
    public static StoreOptions defaults() {
        return new StoreOptions(
                0,
                8 << 20,
                64 << 20,
                Duration.ofSeconds(30).toNanos(),
                16 << 20,
                1 << 17,
                64 << 10,
                64 << 20,
                128,
                64,
                256 << 10,
                1 << 20);
    }

    /** Tiny files, so that a short test meets every boundary. */
    public static StoreOptions tiny() {
        return new StoreOptions(
                0,
                4096,
                8192,
                Duration.ofSeconds(30).toNanos(),
                2048,
                16,
                512,
                1 << 20,
                4,
                2,
                256,
                2048);
    }

    public StoreOptions withSyncInterval(Duration interval) {
        return new StoreOptions(
                interval.toNanos(),
                journalFileBytes,
                checkpointJournalBytes,
                checkpointIntervalNanos,
                segmentBytes,
                segmentMessages,
                tailBytes,
                maxPendingBytes,
                openFiles,
                loadedIndexes,
                windowBytes,
                scrubBytes);
    }
}
