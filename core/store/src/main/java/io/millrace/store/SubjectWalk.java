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
    /** Takes a matching subject, at which the cursor stands; false ends the walk. */
    interface Visitor {
        boolean visit(byte[] subject, int length) throws StoreException;
    }

    private final List<SubjectFilter> filters;
    private int current;
    private byte[] key = new byte[256];
    private int keyLength = -1;

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
    boolean goOn(SubjectCursor at, int most, Visitor visitor) throws StoreException {
        boolean behindLast = false;
        for (int left = most; left > 0 && !isOver(); left--) {
            SubjectFilter filter = filters.get(current);
            if (keyLength < 0) {
                keyLength = filter.literalPrefix();
                roomFor(keyLength);
                System.arraycopy(filter.text(), 0, key, 0, keyLength);
                behindLast = false;
            }
            boolean there = behindLast ? at.next() : at.seek(key, keyLength);
            behindLast = there && look(filter, at.text(), at.length());
            if (!there) {
                next();
            } else if (behindLast && !isOfEarlier(at) && !visitor.visit(at.text(), at.length())) {
                current = filters.size();
            } else if (behindLast && filter.isLiteral()) {
                next();
            }
        }
        return !isOver();
    }

    /** Whether a subject matches; the key is moved behind it, or to where the next match may be. */
    private boolean look(SubjectFilter filter, byte[] subject, int length) {
        roomFor(length + filter.text().length + 2);
        int further = filter.step(subject, length, key);
        if (further == SubjectFilter.END) {
            next();
        } else if (further == SubjectFilter.MATCH) {
            System.arraycopy(subject, 0, key, 0, length);
            key[length] = 0;
            keyLength = length + 1;
            return true;
        } else {
            keyLength = further;
        }
        return false;
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

    private boolean isOfEarlier(SubjectCursor at) {
        for (int i = 0; i < current; i++) {
            if (filters.get(i).matches(at.text(), 0, at.length())) {
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
