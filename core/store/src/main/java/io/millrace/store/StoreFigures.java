package io.millrace.store;

import io.millrace.runtime.Histogram;

/**
 * What a store has done since it was opened. Immutable: any thread.
 *
 * @param journalBytes written to the journal
 * @param syncs of the journal
 * @param checkpoints written
 * @param scrubPasses how often the scrub has been through everything
 * @param uncommitted records that wait for the disk
 * @param syncTimes how long each sync took, in nanoseconds
 * @param batchRecords how many records went into each commit
 */
public record StoreFigures(
        long journalBytes,
        long syncs,
        long checkpoints,
        long scrubPasses,
        long uncommitted,
        Histogram.Picture syncTimes,
        Histogram.Picture batchRecords) {}
