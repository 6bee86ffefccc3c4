package io.millrace.jetstream;

import io.millrace.jetstream.api.StreamConfig;
import io.millrace.protocol.GoTime;
import io.millrace.protocol.JsonPage;
import io.millrace.store.StoreException;
import io.millrace.store.StoredMessage;
import io.millrace.store.StreamState;
import io.millrace.store.SubjectsRun;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API says about one stream. Loop only. */
final class StreamInfo {
    /** Subjects that one answer lists. */
    static final int SUBJECTS_MAX = 100_000;

    /** What Go writes for a time that is not there. */
    static final String NO_TIME = "0001-01-01T00:00:00Z";

    private StreamInfo() {}

    static String time(long epochNanos) {
        return epochNanos == 0 ? NO_TIME : GoTime.rfc3339(epochNanos);
    }

    /** Configuration, creation, state; the caller adds what follows and the time of the answer. */
    static void write(JsonPage page, Stream stream, StreamConfig shown) throws StoreException {
        write(page, stream, shown, null, false);
    }

    /**
     * The same with details.
     *
     * @param subjects the subjects to be listed; null for none
     * @param withDeleted whether the sequences between first and last that are gone are listed
     */
    static void write(
            JsonPage page,
            Stream stream,
            StreamConfig shown,
            @Nullable SubjectsRun subjects,
            boolean withDeleted)
            throws StoreException {
        shown.write(page, "config");
        page.text("created", time(stream.createdNanos()));
        state(page, stream, subjects, withDeleted);
    }

    /** The {@code state} block. */
    static void state(
            JsonPage page, Stream stream, @Nullable SubjectsRun subjects, boolean withDeleted)
            throws StoreException {
        StreamState state = stream.store().state();
        page.object("state");
        counts(page, state);
        if (subjects != null) {
            subjects(page, subjects);
        }
        page.numberUnlessZero("num_deleted", state.deleted());
        if (withDeleted && state.deleted() > 0) {
            deleted(page, stream, state);
        }
        if (state.lost() > 0) {
            page.object("lost").array("msgs");
            stream.store().lostSequences().forEach(lost -> page.number(null, lost));
            page.endArray().number("bytes", stream.store().lostBytes()).endObject();
        }
        page.number("consumer_count", stream.consumers().size()).endObject();
    }

    /** The part of the state that every view of it begins with. */
    static void counts(JsonPage page, StreamState state) {
        boolean untouched = state.lastSequence() == 0 && state.messages() == 0;
        page.number("messages", state.messages())
                .number("bytes", state.bytes())
                .number("first_seq", untouched ? 0 : state.firstSequence())
                .text("first_ts", time(state.firstTimeNanos()))
                .number("last_seq", state.lastSequence())
                .text("last_ts", time(state.lastTimeNanos()))
                .numberUnlessZero("num_subjects", state.subjects());
    }

    private static void subjects(JsonPage page, SubjectsRun subjects) {
        if (!subjects.listed().isEmpty()) {
            page.object("subjects");
            for (SubjectsRun.Subject subject : subjects.listed()) {
                page.number(subject.text(), subject.messages());
            }
            page.endObject();
        }
    }

    private static void deleted(JsonPage page, Stream stream, StreamState state)
            throws StoreException {
        page.array("deleted");
        StoredMessage message = new StoredMessage();
        var cursor = stream.store().cursor(List.of());
        long expected = state.firstSequence();
        while (cursor.next(expected, message)) {
            gap(page, expected, message.sequence());
            expected = message.sequence() + 1;
        }
        gap(page, expected, state.lastSequence() + 1);
        page.endArray();
    }

    private static void gap(JsonPage page, long from, long to) {
        for (long sequence = from; sequence < to; sequence++) {
            page.number(null, sequence);
        }
    }
}
