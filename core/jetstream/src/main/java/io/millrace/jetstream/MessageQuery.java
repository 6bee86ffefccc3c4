package io.millrace.jetstream;

import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonException;
import io.millrace.protocol.JsonFields;
import java.util.List;

/**
 * Which stored messages somebody asks for (ADR-31). Immutable.
 *
 * @param sequence 0 for none
 * @param lastFor the newest of a subject; empty for none
 * @param nextFor the next of a filter; empty for none
 * @param newestFor the newest of each subject that matches; empty for none
 * @param startTimeNanos {@link GoTime#NONE} for none
 * @param batch 0 for one message
 * @param maxBytes 0 for the server's own bound
 * @param upToSequence 0 for none
 * @param upToTimeNanos {@link GoTime#NONE} for none
 */
record MessageQuery(
        long sequence,
        String lastFor,
        String nextFor,
        List<String> newestFor,
        long startTimeNanos,
        long batch,
        long maxBytes,
        long upToSequence,
        long upToTimeNanos,
        boolean withoutHeaders) {

    static MessageQuery of(JsonFields fields) throws JsonException {
        List<String> newest = fields.texts("multi_last");
        return new MessageQuery(
                fields.unsigned("seq"),
                fields.text("last_by_subj"),
                fields.text("next_by_subj"),
                newest == null ? List.of() : newest,
                fields.instant("start_time"),
                fields.integer("batch"),
                fields.integer("max_bytes"),
                fields.unsigned("up_to_seq"),
                fields.instant("up_to_time"),
                fields.flag("no_hdr"));
    }

    boolean hasStartTime() {
        return startTimeNanos != GoTime.NONE;
    }

    boolean hasUpToTime() {
        return upToTimeNanos != GoTime.NONE;
    }

    /** Whether it names no message at all. */
    boolean isEmpty() {
        return sequence == 0
                && lastFor.isEmpty()
                && nextFor.isEmpty()
                && newestFor.isEmpty()
                && !hasStartTime();
    }

    /** Whether its parts contradict each other. */
    boolean isContradictory() {
        boolean last = !lastFor.isEmpty();
        return (last && (sequence > 0 || hasStartTime() || batch > 0))
                || (last && (!nextFor.isEmpty() || !newestFor.isEmpty()))
                || (sequence > 0 && hasStartTime())
                || (!nextFor.isEmpty() && !newestFor.isEmpty())
                || (upToSequence > 0 && hasUpToTime());
    }

    /** Whether it asks for more than one message can answer. */
    boolean isForMany() {
        return batch > 0
                || maxBytes > 0
                || !newestFor.isEmpty()
                || upToSequence > 0
                || hasUpToTime();
    }
}
