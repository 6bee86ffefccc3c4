package io.millrace.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is wrong with a file, gathered while it is read. Confined to the thread that reads. */
final class Findings {
    private record Finding(@Nullable Position at, String text) implements Comparable<Finding> {
        /** In the order of the file, those without a place last. */
        @Override
        public int compareTo(Finding other) {
            if (at == null || other.at == null) {
                return Boolean.compare(at == null, other.at == null);
            }
            int lines = Integer.compare(at.line(), other.at.line());
            return lines != 0 ? lines : Integer.compare(at.column(), other.at.column());
        }

        String shown() {
            return at == null ? text : at + ": " + text;
        }
    }

    private final List<Finding> errors = new ArrayList<>();
    private final List<Finding> warnings = new ArrayList<>();
    private final List<Finding> unsupported = new ArrayList<>();
    private final List<Finding> hints = new ArrayList<>();

    void error(Position at, String text) {
        errors.add(new Finding(at, text));
    }

    /** For the few that nats-server reports without a place. */
    void errorWithoutPlace(String text) {
        errors.add(new Finding(null, text));
    }

    void warning(Position at, String field, String text) {
        warnings.add(new Finding(at, "invalid use of field \"" + field + "\": " + text));
    }

    /** Counts only in a file that is otherwise correct. */
    void unsupported(Position at, String key) {
        unsupported.add(new Finding(at, key + " is not supported yet"));
    }

    /** What was probably meant where an error is. */
    void hint(Position at, String meant) {
        hints.add(new Finding(at, "did you mean \"" + meant + "\"?"));
    }

    /** Errors so far; whoever sees it grow need not look for consequences. */
    int count() {
        return errors.size();
    }

    List<String> warnings() {
        return shown(warnings);
    }

    /** All errors, in the order of the file; empty for a file that can be used. */
    List<String> errors() {
        return shown(errors.isEmpty() ? unsupported : errors);
    }

    /** In the order of the file. */
    List<String> hints() {
        return shown(hints);
    }

    private static List<String> shown(List<Finding> findings) {
        return findings.stream().sorted().map(Finding::shown).toList();
    }
}
