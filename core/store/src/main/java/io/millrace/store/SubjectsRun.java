package io.millrace.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Lists some of the subjects that match a filter, in byte order, and counts all of them, a piece at
 * a time. Owned by the stream's owner.
 */
public final class SubjectsRun {
    private final StreamStore stream;
    private final SubjectWalk walk;
    private final long offset;
    private final int most;
    private final List<Subject> listed = new ArrayList<>();
    private long total;

    /** A subject and how many messages it has. */
    public record Subject(String text, long messages) {}

    SubjectsRun(StreamStore stream, SubjectFilter filter, long offset, int most) {
        this.stream = stream;
        this.walk = new SubjectWalk(List.of(filter));
        this.offset = offset;
        this.most = most;
    }

    /**
     * Goes on.
     *
     * @param subjects how many are looked at
     * @return whether more is to be done
     */
    public boolean goOn(int subjects) throws StoreException {
        stream.requireOpen();
        if (stream.buildIndex(subjects)) {
            return true;
        }
        SubjectIndex index = stream.subjects();
        SubjectIndex.Cursor at = index.cursor();
        return walk.goOn(
                at,
                subjects,
                (text, length) -> {
                    if (total >= offset && listed.size() < most) {
                        String subject = new String(text, 0, length, StandardCharsets.UTF_8);
                        listed.add(new Subject(subject, at.count()));
                    }
                    total++;
                    return true;
                });
    }

    /** How many match. */
    public long total() {
        return total;
    }

    /** Those behind the first {@code offset}, as many as were asked for. */
    public List<Subject> listed() {
        return listed;
    }
}
