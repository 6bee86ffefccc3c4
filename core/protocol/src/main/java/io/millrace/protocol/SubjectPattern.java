package io.millrace.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A subject with wildcards, ready to be held against subjects. Immutable. */
final class SubjectPattern {
    private static final byte[] ANY_TOKEN = {'*'};

    private final byte[][] tokens;
    private final int[] wildcards;
    private final boolean anyTail;

    SubjectPattern(String subject) {
        String[] parts = subject.split("\\.", -1);
        anyTail = parts[parts.length - 1].equals(">");
        tokens = new byte[anyTail ? parts.length - 1 : parts.length][];
        int[] found = new int[tokens.length];
        int count = 0;
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = parts[i].getBytes(StandardCharsets.UTF_8);
            if (isAnyToken(i)) {
                found[count++] = i;
            }
        }
        wildcards = Arrays.copyOf(found, count);
    }

    private boolean isAnyToken(int index) {
        return Arrays.equals(tokens[index], ANY_TOKEN);
    }

    /** Whether it ends in '>'. */
    boolean hasAnyTail() {
        return anyTail;
    }

    /** Tokens before a closing '>'. */
    int tokenCount() {
        return tokens.length;
    }

    /** How many '*' it has. */
    int wildcardCount() {
        return wildcards.length;
    }

    boolean isLiteral() {
        return !anyTail && wildcards.length == 0;
    }

    /** The index of the token that the {@code ordinal}-th '*' stands for, counted from one. */
    int tokenOfWildcard(int ordinal) {
        return wildcards[ordinal - 1];
    }

    boolean matches(byte[] subject, int offset, int length) {
        int end = offset + length;
        int at = offset;
        for (int i = 0; i < tokens.length; i++) {
            int stop = at;
            while (stop < end && subject[stop] != '.') {
                stop++;
            }
            if (stop == at || (!isAnyToken(i) && !isToken(i, subject, at, stop))) {
                return false;
            }
            boolean last = i == tokens.length - 1;
            if (stop == end) {
                return last && !anyTail;
            }
            at = stop + 1;
        }
        return anyTail && at < end;
    }

    private boolean isToken(int index, byte[] subject, int from, int to) {
        byte[] token = tokens[index];
        return Arrays.equals(token, 0, token.length, subject, from, to);
    }
}
