package io.millrace.store;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What damage has cost one stream, and whoever is to hear of it. Owned by the stream's owner. */
/* What the opening finds waits for the listener, which comes later. */
final class LostMessages {
    private static final int MOST_LISTED = 1000;
    private static final int MOST_FILES = 16;

    private final List<Long> listed = new ArrayList<>();
    private final List<Long> untold = new ArrayList<>();
    private final Set<String> files = new LinkedHashSet<>();
    private long count;
    private long bytes;
    private long told;
    private @Nullable LossListener listener;

    /** What an earlier run has found, and told. */
    void restore(long before, long bytesBefore) {
        count = before;
        bytes = bytesBefore;
        told = before;
    }

    /** The sequences of the first of them. */
    void restore(List<Long> sequences) {
        listed.addAll(sequences);
    }

    long count() {
        return count;
    }

    /** What they counted for, as far as that is known. */
    long bytes() {
        return bytes;
    }

    List<Long> listed() {
        return List.copyOf(listed);
    }

    /** Who hears of it from now on, and of what nobody has heard yet. */
    void listener(LossListener hears) {
        listener = hears;
        tell();
    }

    void add(long sequence, long size, String file) {
        add(sequence, sequence, size, file);
    }

    /**
     * Messages are lost.
     *
     * @param size what all of them counted for; 0 when nobody knows
     */
    void add(long from, long to, long size, String file) {
        for (long sequence = from; sequence <= to && untold.size() < MOST_LISTED; sequence++) {
            list(sequence);
        }
        count(to - from + 1, size, file);
    }

    void add(List<Long> sequences, long all, long size, String file) {
        for (long sequence : sequences) {
            list(sequence);
        }
        count(all, size, file);
    }

    private void list(long sequence) {
        if (listed.size() < MOST_LISTED) {
            listed.add(sequence);
        }
        if (untold.size() < MOST_LISTED) {
            untold.add(sequence);
        }
    }

    private void count(long more, long size, String file) {
        count += more;
        bytes += size;
        if (files.size() < MOST_FILES) {
            files.add(file);
        }
        tell();
    }

    private void tell() {
        LossListener hears = listener;
        if (hears == null || told == count) {
            return;
        }
        Loss loss = new Loss(count - told, untold, List.copyOf(files));
        told = count;
        untold.clear();
        files.clear();
        hears.lost(loss);
    }
}
