package io.millrace.auth;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a connection offers as proof of who it is.
 *
 * @param nonce what INFO asked to be signed; null when nothing was asked
 * @param certificateNames the names in a verified client certificate, best first and its subject
 *     last, which may be an empty text; empty without a certificate
 * @param connectionType STANDARD, WEBSOCKET, LEAFNODE …
 */
public record Credentials(
        @Nullable String user,
        @Nullable String password,
        @Nullable String token,
        @Nullable String nkey,
        @Nullable String signature,
        @Nullable String nonce,
        List<String> certificateNames,
        String connectionType) {
    /** Secrets stay out of any log. */
    @Override
    public String toString() {
        return "Credentials[" + connectionType + "]";
    }
}
