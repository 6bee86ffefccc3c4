package io.millrace.protocol;

/** The rules of subjects, over bytes (ADR-6; the documentation of subject-based messaging). */
public final class Subjects {
    private Subjects() {}

    /** Whether {@code subject} may be subscribed to: no empty token, '>' only at the end. */
    public static boolean isValid(byte[] b, int offset, int length) {
        if (length == 0) {
            return false;
        }
        int end = offset + length;
        int tokenStart = offset;
        for (int i = offset; i <= end; i++) {
            if (i == end || b[i] == '.') {
                int tokenLength = i - tokenStart;
                if (tokenLength == 0 || (tokenLength == 1 && b[tokenStart] == '>' && i != end)) {
                    return false;
                }
                tokenStart = i + 1;
            }
        }
        return true;
    }

    public static boolean isValid(String subject) {
        byte[] bytes = subject.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        return isValid(bytes, 0, bytes.length);
    }

    /** Whether it is valid and names exactly one subject: no '*' and no '>' as a token. */
    public static boolean isLiteral(byte[] b, int offset, int length) {
        return isValid(b, offset, length) && !hasWildcard(b, offset, length);
    }

    /** Whether a token is '*' or '>'. */
    public static boolean hasWildcard(byte[] b, int offset, int length) {
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            if ((b[i] == '*' || b[i] == '>')
                    && (i == offset || b[i - 1] == '.')
                    && (i + 1 == end || b[i + 1] == '.')) {
                return true;
            }
        }
        return false;
    }

    public static int tokens(byte[] b, int offset, int length) {
        int count = 1;
        for (int i = offset; i < offset + length; i++) {
            if (b[i] == '.') {
                count++;
            }
        }
        return count;
    }
}
