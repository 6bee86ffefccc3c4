package io.millrace.auth;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who may log in. Immutable; shared by all connections of the user.
 *
 * @param name the user name, or the public key of an NKey user, or null for a token's bearer
 * @param account the name of the account the user belongs to
 * @param permissions null when everything is allowed
 * @param connectionTypes empty for any kind of connection
 */
public record User(
        @Nullable String name,
        boolean isNKey,
        String account,
        @Nullable Permissions permissions,
        Set<String> connectionTypes) {

    /** How log lines name it. */
    public String label() {
        return name == null ? "token" : (isNKey ? "nkey:" : "user:") + name;
    }
}
