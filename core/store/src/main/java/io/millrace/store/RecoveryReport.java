package io.millrace.store;

import java.util.ArrayList;
import java.util.List;

/**
 * What an opening found.
 *
 * @param replayedRecords read from the journal behind the checkpoint
 * @param lostRecords records of the journal that were confirmed and are damaged
 * @param uncertainRecords records of the last, unconfirmed batch that are missing with later ones
 *     there: a torn write, or damage
 * @param lostCheckpointRecords parts of the checkpoint that both copies have lost
 * @param repairedRecords parts of the checkpoint that one copy had lost
 * @param orphans messages and states whose stream is not known
 * @param nanos how long it took
 * @param remarks what should be in the log, one sentence each
 */
public record RecoveryReport(
        long replayedRecords,
        long lostRecords,
        long uncertainRecords,
        long lostCheckpointRecords,
        long repairedRecords,
        long orphans,
        long nanos,
        List<String> remarks) {
    /** Whether damage was found, repaired or not. */
    public boolean foundDamage() {
        return lostRecords + uncertainRecords + lostCheckpointRecords + repairedRecords + orphans
                        > 0
                || !remarks.isEmpty();
    }

    /** What damage has cost or may have cost, a sentence each; empty when it has cost nothing. */
    public List<String> losses() {
        List<String> sentences = new ArrayList<>();
        if (lostRecords > 0) {
            sentences.add(lostRecords + " confirmed records of the journal are damaged and lost");
        }
        if (uncertainRecords > 0) {
            sentences.add(
                    uncertainRecords
                            + " records of the last batch before the stop are missing; they were"
                            + " not confirmed, unless the disk is damaged");
        }
        if (lostCheckpointRecords > 0) {
            sentences.add(
                    lostCheckpointRecords + " parts of the checkpoint are damaged in both copies");
        }
        if (orphans > 0) {
            sentences.add(orphans + " records belong to streams that are not known");
        }
        return sentences;
    }
}
