package io.millrace.store;

import java.util.Arrays;
import java.util.List;

/**
 * Goes over the subjects of a set that match any of some filters, each once, a number of them at a
 * time: the set may change in between. Single owner.
 */
/* One filter after the other, in byte order; what an earlier filter matches too was met already.
 * The place is a key, the smallest subject that was not looked at, so it means the same whatever
 * comes or goes. */
final class SubjectWalk {
    /** Takes a handle of a matching subject; false ends the walk. */
    interface Visitor {
        boolean visit(int handle, byte[] subject, int length);
    }

    private final List<SubjectFilter> filters;
    private int current;
    private byte[] key = new byte[256];
    private int keyLength = -1;
    private byte[] subject = new byte[256];

    /** Walks over everything when no filter is given. */
    SubjectWalk(List<SubjectFilter> filters) {
        this.filters = filters.isEmpty() ? List.of(SubjectFilter.of(">")) : filters;
    }

    /**
     * Goes on.
     *
     * @param most subjects that are looked at
     * @return whether there may be more
     */
    boolean goOn(SortedSubjects set, int most, Visitor visitor) {
        for (int left = most; left > 0; left--) {
            if (isOver()) {
                return false;
            }
            if (!step(set, visitor)) {
                current = filters.size();
            }
        }
        return !isOver();
    }

    boolean isOver() {
        return current >= filters.size();
    }

    /** Whether a subject that matches has been met, or would have been, had it been there. */
    boolean hasPassed(byte[] bytes, int offset, int length) {
        for (int i = 0; i < filters.size() && i <= current; i++) {
            if (filters.get(i).matches(bytes, offset, length)) {
                return i < current
                        || Arrays.compareUnsigned(
                                        bytes,
                                        offset,
                                        offset + length,
                                        key,
                                        0,
                                        Math.max(0, keyLength))
                                < 0;
            }
        }
        return false;
    }

    /** Whether any of the filters matches. */
    boolean matches(byte[] bytes, int offset, int length) {
        for (int i = 0; i < filters.size(); i++) {
            if (filters.get(i).matches(bytes, offset, length)) {
                return true;
            }
        }
        return false;
    }

    private boolean step(SortedSubjects set, Visitor visitor) {
        SubjectFilter filter = filters.get(current);
        if (keyLength < 0) {
            keyLength = filter.literalPrefix();
            roomFor(keyLength);
            System.arraycopy(filter.text(), 0, key, 0, keyLength);
        }
        int handle = set.ceiling(key, keyLength);
        if (handle == SortedSubjects.NONE) {
            next();
            return true;
        }
        int length = set.copy(handle, subject);
        while (length < 0) {
            subject = new byte[subject.length * 4];
            length = set.copy(handle, subject);
        }
        roomFor(length + filter.text().length + 2);
        int further = filter.step(subject, length, key);
        if (further == SubjectFilter.END) {
            next();
            return true;
        }
        if (further != SubjectFilter.MATCH) {
            keyLength = further;
            return true;
        }
        boolean goesOn = isOfEarlier(length) || visitor.visit(handle, subject, length);
        if (filter.isLiteral()) {
            next();
        } else {
            System.arraycopy(subject, 0, key, 0, length);
            key[length] = 0;
            keyLength = length + 1;
        }
        return goesOn;
    }

    private boolean isOfEarlier(int length) {
        for (int i = 0; i < current; i++) {
            if (filters.get(i).matches(subject, 0, length)) {
                return true;
            }
        }
        return false;
    }

    private void next() {
        current++;
        keyLength = -1;
    }

    private void roomFor(int length) {
        if (key.length < length) {
            key = Arrays.copyOf(key, length * 2);
        }
    }
}
