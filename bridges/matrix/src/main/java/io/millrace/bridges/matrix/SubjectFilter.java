package io.millrace.bridges.matrix;

import java.util.Arrays;
import java.util.List;

/** A subject with wildcards, as NATS reads it. Immutable: any thread. */
final class SubjectFilter {
    private final String written;
    private final List<String> tokens;

    private SubjectFilter(String written, List<String> tokens) {
        this.written = written;
        this.tokens = tokens;
    }

    /**
     * Reads it.
     *
     * @throws IllegalArgumentException when it is not a subject
     */
    static SubjectFilter of(String written) {
        List<String> tokens = Arrays.asList(written.split("\\.", -1));
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            boolean tail = token.equals(">") && i < tokens.size() - 1;
            if (token.isEmpty() || tail || token.chars().anyMatch(c -> c <= ' ')) {
                throw new IllegalArgumentException("'" + written + "' is not a subject");
            }
        }
        return new SubjectFilter(written, tokens);
    }

    String written() {
        return written;
    }

    boolean matches(String subject) {
        String[] offered = subject.split("\\.", -1);
        for (int i = 0; i < tokens.size(); i++) {
            String token = tokens.get(i);
            if (token.equals(">")) {
                return offered.length > i;
            }
            if (i >= offered.length || !(token.equals("*") || token.equals(offered[i]))) {
                return false;
            }
        }
        return offered.length == tokens.size();
    }

    @Override
    public String toString() {
        return written;
    }
}
