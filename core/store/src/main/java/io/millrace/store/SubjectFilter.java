package io.millrace.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A subject with the wildcards {@code *} and {@code >}, matched against stored subjects. Immutable.
 */
/* Enumerating what matches in a sorted set leaps: a subject that does not match yields the smallest
 * key at which a match is possible again. A value at a wildcard costs one or two look-ups, whatever
 * lies below it; what shares no literal with the filter is never visited. */
public final class SubjectFilter {
    /** Longest subject that the enumeration handles; the protocol's lines are shorter. */
    static final int MAX_SUBJECT_BYTES = 1 << 16;

    private static final byte DOT = '.';
    static final int MATCH = -1;
    static final int END = -2;

    private final byte[] text;
    private final int[] starts;
    private final int literalPrefix;
    private final boolean literal;
    private final boolean all;

    private SubjectFilter(byte[] text) {
        this.text = text;
        int count = 1;
        for (byte b : text) {
            if (b == DOT) {
                count++;
            }
        }
        starts = new int[count + 1];
        int token = 1;
        for (int i = 0; i < text.length; i++) {
            if (text[i] == DOT) {
                starts[token++] = i + 1;
            }
        }
        starts[count] = text.length + 1;
        int prefix = text.length;
        for (int i = 0; i < count; i++) {
            if (isStar(i) || isRest(i)) {
                prefix = starts[i];
                break;
            }
        }
        literalPrefix = prefix;
        literal = prefix == text.length;
        all = count == 1 && isRest(0);
    }

    public static SubjectFilter of(byte[] subject) {
        return new SubjectFilter(subject.clone());
    }

    public static SubjectFilter of(String subject) {
        return new SubjectFilter(subject.getBytes(StandardCharsets.UTF_8));
    }

    /** Whether it has no wildcard, so that it matches one subject only. */
    public boolean isLiteral() {
        return literal;
    }

    /** Whether it is {@code >}. */
    public boolean isAll() {
        return all;
    }

    /** Whether it matches whatever begins with its literal part, which ends with a dot. */
    boolean isPrefix() {
        return literalPrefix > 0 && literalPrefix == text.length - 1 && text[literalPrefix] == '>';
    }

    /** The filter itself; do not write to it. */
    public byte[] text() {
        return text;
    }

    /** How much of it stands in front of the first wildcard. */
    int literalPrefix() {
        return literalPrefix;
    }

    @Override
    public String toString() {
        return new String(text, StandardCharsets.UTF_8);
    }

    public boolean matches(byte[] subject, int offset, int length) {
        if (all) {
            return length > 0;
        }
        if (literal) {
            return Arrays.equals(text, 0, text.length, subject, offset, offset + length);
        }
        int end = offset + length;
        int at = offset;
        for (int token = 0; token < starts.length - 1; token++) {
            if (at > end) {
                return false;
            }
            if (isRest(token)) {
                return at < end;
            }
            int tokenEnd = at;
            while (tokenEnd < end && subject[tokenEnd] != DOT) {
                tokenEnd++;
            }
            if (!isStar(token) && !tokenEquals(token, subject, at, tokenEnd)) {
                return false;
            }
            at = tokenEnd + 1;
        }
        return at == end + 1;
    }

    /** Visits every subject of the set that matches, in order. */
    void forEach(SubjectCursor set, SubjectWalk.Visitor visitor) throws StoreException {
        new SubjectWalk(List.of(this)).goOn(set, Integer.MAX_VALUE, visitor);
    }

    /** MATCH, END, or the length of the key to go on from. */
    int step(byte[] subject, int length, byte[] key) {
        if (length < literalPrefix
                || !Arrays.equals(text, 0, literalPrefix, subject, 0, literalPrefix)) {
            return END;
        }
        int at = 0;
        for (int token = 0; token < starts.length - 1; token++) {
            if (at > length) {
                /* Ends too early: what matches begins with all of it and a dot. After a wildcard a
                 * longer token may come first, since some bytes are before the dot. */
                System.arraycopy(subject, 0, key, 0, length);
                key[length] = isStar(token - 1) ? 0 : DOT;
                return length + 1;
            }
            if (isRest(token)) {
                return MATCH;
            }
            int tokenEnd = at;
            while (tokenEnd < length && subject[tokenEnd] != DOT) {
                tokenEnd++;
            }
            if (!isStar(token) && !tokenEquals(token, subject, at, tokenEnd)) {
                return leap(subject, length, at, token, key);
            }
            at = tokenEnd + 1;
        }
        if (at == length + 1) {
            return MATCH;
        }
        // Too long: nothing below this one matches.
        System.arraycopy(subject, 0, key, 0, at - 1);
        key[at - 1] = DOT + 1;
        return at;
    }

    private int leap(byte[] subject, int length, int at, int token, byte[] key) {
        System.arraycopy(subject, 0, key, 0, at);
        int from = starts[token];
        int to = starts[token + 1] - 1;
        System.arraycopy(text, from, key, at, to - from);
        int keyLength = at + to - from;
        if (token < starts.length - 2) {
            key[keyLength++] = DOT;
        }
        if (Arrays.compareUnsigned(key, 0, keyLength, subject, 0, length) > 0) {
            return keyLength;
        }
        if (at == 0) {
            return END;
        }
        System.arraycopy(subject, 0, key, 0, at);
        key[at - 1] = DOT + 1;
        return at;
    }

    private boolean isStar(int token) {
        return starts[token + 1] - starts[token] == 2 && text[starts[token]] == '*';
    }

    private boolean isRest(int token) {
        return starts[token + 1] - starts[token] == 2 && text[starts[token]] == '>';
    }

    private boolean tokenEquals(int token, byte[] subject, int from, int to) {
        return Arrays.equals(text, starts[token], starts[token + 1] - 1, subject, from, to);
    }
}
