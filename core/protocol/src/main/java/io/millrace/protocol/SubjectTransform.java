package io.millrace.protocol;

import io.millrace.runtime.Randomness;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Turns subjects that match a source into others, as mappings and streams ask for it. Immutable:
 * any thread.
 */
public final class SubjectTransform {
    private final String source;
    private final String destination;
    private final SubjectPattern pattern;
    private final TransformPiece[] pieces;

    private SubjectTransform(
            String source, String destination, SubjectPattern pattern, TransformPiece[] pieces) {
        this.source = source;
        this.destination = destination;
        this.pattern = pattern;
        this.pieces = pieces;
    }

    /**
     * Reads a transform.
     *
     * @param source a subject, wildcards allowed; empty for all subjects
     * @throws InvalidTransformException in the words in which nats-server refuses it
     */
    public static SubjectTransform of(String source, String destination)
            throws InvalidTransformException {
        String from = source.isEmpty() ? ">" : source;
        if (!Subjects.isValid(from)) {
            throw new InvalidTransformException("invalid subject");
        }
        SubjectPattern pattern = new SubjectPattern(from);
        String[] tokens = destination.split("\\.", -1);
        check(pattern, tokens);
        TransformPiece[] pieces = new TransformPiece[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            pieces[i] =
                    tokens[i].equals(">")
                            ? new TransformPiece.Tail(pattern.tokenCount())
                            : TransformFunctions.read(pattern, tokens[i]);
        }
        return new SubjectTransform(from, destination, pattern, pieces);
    }

    /** The destination must be a subject by itself, with '>' exactly when the source has it. */
    private static void check(SubjectPattern pattern, String[] tokens)
            throws InvalidTransformException {
        boolean anyTail = false;
        boolean anyToken = false;
        for (String token : tokens) {
            if (anyTail || token.isEmpty()) {
                throw TransformFunctions.invalid("invalid transform", token);
            }
            if (!TransformFunctions.isFunction(token) && hasBlank(token)) {
                throw TransformFunctions.invalid("invalid transform", "");
            }
            anyTail = token.equals(">");
            anyToken |= token.equals("*");
        }
        if (anyToken || anyTail != pattern.hasAnyTail()) {
            throw new InvalidTransformException("invalid subject");
        }
    }

    private static boolean hasBlank(String token) {
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) <= ' ') {
                return true;
            }
        }
        return false;
    }

    /** Never empty. */
    public String source() {
        return source;
    }

    public String destination() {
        return destination;
    }

    /** Whether only one subject is meant. */
    public boolean isLiteral() {
        return pattern.isLiteral();
    }

    public boolean matches(byte[] subject, int offset, int length) {
        return pattern.matches(subject, offset, length);
    }

    /**
     * What becomes of a subject that {@link #matches} accepts. It can be invalid as a subject, when
     * nothing is left of a token.
     */
    public byte[] apply(byte[] subject, int offset, int length, Randomness chance) {
        TokenizedSubject tokens = new TokenizedSubject(subject, offset, length);
        ByteArrayOutputStream out = new ByteArrayOutputStream(length + 16);
        for (int i = 0; i < pieces.length; i++) {
            if (i > 0) {
                out.write('.');
            }
            pieces[i].write(tokens, chance, out);
        }
        return out.toByteArray();
    }

    /** What becomes of a subject; null when the source does not cover it. */
    public @Nullable String apply(String subject, Randomness chance) {
        byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
        return matches(bytes, 0, bytes.length)
                ? new String(apply(bytes, 0, bytes.length, chance), StandardCharsets.UTF_8)
                : null;
    }
}
