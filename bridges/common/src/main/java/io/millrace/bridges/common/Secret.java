package io.millrace.bridges.common;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** A secret that never shows itself by accident. Immutable: any thread. */
public final class Secret {
    private final String text;

    public Secret(String text) {
        this.text = text;
    }

    /** The secret itself: for whoever has to send it. */
    public String reveal() {
        return text;
    }

    /**
     * Whether {@code offered} is the secret. Takes a time that depends on the length of what is
     * offered alone: digests of equal length are compared, and those to the end.
     */
    public boolean is(@Nullable String offered) {
        String candidate = offered == null ? "" : offered;
        return MessageDigest.isEqual(digest(text), digest(candidate)) && offered != null;
    }

    private static byte[] digest(String of) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(of.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    @Override
    public String toString() {
        return "(a secret)";
    }
}
