package io.millrace.bridges.gitlab;

import java.util.Locale;

/** Words of strangers as tokens of subjects: never a dot, a wildcard or a blank. */
final class SubjectToken {
    /** As long as GitLab's own slugs. */
    private static final int SLUG_CHARS_MAX = 63;

    private static final int WORD_CHARS_MAX = 100;

    private SubjectToken() {}

    /** As GitLab makes {@code CI_PROJECT_PATH_SLUG}: lower case, digits and dashes. */
    static String slug(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        StringBuilder slug = new StringBuilder(lower.length());
        for (int i = 0; i < lower.length() && slug.length() < SLUG_CHARS_MAX; i++) {
            char c = lower.charAt(i);
            slug.append(isLetter(c) || isDigit(c) ? c : '-');
        }
        int from = 0;
        int to = slug.length();
        while (from < to && slug.charAt(from) == '-') {
            from++;
        }
        while (to > from && slug.charAt(to - 1) == '-') {
            to--;
        }
        return from == to ? "none" : slug.substring(from, to);
    }

    /** Keeps letters, digits, dashes and underscores. */
    static String word(String text) {
        StringBuilder word = new StringBuilder(text.length());
        for (int i = 0; i < text.length() && word.length() < WORD_CHARS_MAX; i++) {
            char c = text.charAt(i);
            boolean kept = isLetter(c) || (c >= 'A' && c <= 'Z') || isDigit(c) || c == '_';
            word.append(kept ? c : '-');
        }
        return word.isEmpty() ? "none" : word.toString();
    }

    private static boolean isLetter(char c) {
        return c >= 'a' && c <= 'z';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
