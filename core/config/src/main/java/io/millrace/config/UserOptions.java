package io.millrace.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** One entry of a list of users: a name with a password, or an NKey. */
public record UserOptions(
        @Nullable String user,
        @Nullable String password,
        @Nullable String nkey,
        @Nullable PermissionsOptions permissions,
        List<String> connectionTypes) {
    /** The password stays out of any log. */
    @Override
    public String toString() {
        return "UserOptions[" + (nkey == null ? user : nkey) + "]";
    }
}
