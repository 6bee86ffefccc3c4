package io.millrace.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a stream that follows its subjects: the index, once it has been built, the
 * counts that are being made, and who hears of removals. Owned by the stream's owner.
 */
final class StreamSubjects {
    private final StreamStore stream;
    private @Nullable SubjectIndex index;
    private @Nullable IndexRun building;
    private final List<PendingRun> counting = new ArrayList<>();
    private @Nullable RemovalListener listener;

    StreamSubjects(StreamStore stream) {
        this.stream = stream;
    }

    /** The index, built now as far as it was not before. */
    SubjectIndex index() throws StoreException {
        SubjectIndex known = index;
        while (known == null) {
            buildSome(Integer.MAX_VALUE);
            known = index;
        }
        return known;
    }

    /** Whether the index of some segment is being read, piece by piece. */
    boolean isBuilding() {
        return building != null;
    }

    @Nullable SubjectIndex indexIfKnown() {
        return index;
    }

    /** Builds a piece of the index. Returns whether more is to be done. */
    boolean buildSome(int most) throws StoreException {
        if (index != null) {
            return false;
        }
        IndexRun run = building;
        if (run == null) {
            run = new IndexRun(stream);
            building = run;
        }
        if (run.goOn(most)) {
            return true;
        }
        // a loss that the building found has made it begin anew
        if (building == run) {
            building = null;
            index = run.index();
            return false;
        }
        return true;
    }

    void listener(@Nullable RemovalListener hears) {
        listener = hears;
    }

    void count(PendingRun run) {
        counting.add(run);
    }

    void counted(PendingRun run) {
        counting.remove(run);
    }

    void added(byte[] subject, int offset, int length, long sequence) {
        SubjectIndex known = index;
        if (known != null) {
            known.add(subject, offset, length, sequence);
        } else if (building != null) {
            building.added(subject, offset, length, sequence);
        }
        for (int i = 0; i < counting.size(); i++) {
            counting.get(i).added(subject, offset, length, sequence);
        }
    }

    /** A message is gone. */
    void removed(byte[] subject, int offset, int length, long sequence) {
        SubjectIndex known = index;
        if (known != null) {
            known.remove(subject, offset, length, sequence);
        } else {
            leaves(subject, offset, length, 1, sequence, sequence);
        }
        tell(subject, offset, length, sequence, sequence, 1);
    }

    /** Whether anybody wants to know what goes up to a sequence. */
    boolean isFollowed(long last) {
        RemovalListener hears = listener;
        return index != null
                || building != null
                || !counting.isEmpty()
                || (hears != null && hears.caresFor(last));
    }

    /** The lowest messages of a subject are gone: all of those in the stream's first segment. */
    void removedLowest(
            byte[] subject, int offset, int length, int count, long first, long last, long upTo) {
        SubjectIndex known = index;
        if (known != null) {
            known.removeLowest(subject, offset, length, count, upTo);
        } else {
            leaves(subject, offset, length, count, first, last);
        }
        tell(subject, offset, length, first, last, count);
    }

    private void leaves(byte[] subject, int offset, int length, int count, long first, long last) {
        IndexRun run = building;
        if (run != null && !run.removed(subject, offset, length, count, first, last)) {
            building = null;
        }
    }

    private void tell(byte[] subject, int offset, int length, long first, long last, int count) {
        for (int i = 0; i < counting.size(); i++) {
            counting.get(i).removed(subject, offset, length, first, last, count);
        }
        RemovalListener hears = listener;
        if (hears != null) {
            hears.removed(subject, offset, length, first, last, count);
        }
    }

    /** Nothing is left. */
    void removedAll() {
        index = new SubjectIndex();
        building = null;
        recount();
        RemovalListener hears = listener;
        if (hears != null) {
            hears.removedAll();
        }
    }

    /** What is known does not hold any more, or is not needed for the time being. */
    void forget() {
        index = null;
        building = null;
        recount();
    }

    private void recount() {
        for (int i = 0; i < counting.size(); i++) {
            counting.get(i).beginAnew();
        }
    }
}
