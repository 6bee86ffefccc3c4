package io.millrace.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The authorization block. Passwords and the token may be bcrypt hashes. */
public record AuthOptions(
        @Nullable String user,
        @Nullable String password,
        @Nullable String token,
        long timeoutNanos,
        List<UserOptions> users,
        @Nullable PermissionsOptions defaultPermissions,
        @Nullable String noAuthUser,
        boolean present) {
    static final AuthOptions DEFAULTS =
            new AuthOptions(null, null, null, 2_000_000_000L, List.of(), null, null, false);

    @Override
    public String toString() {
        return "AuthOptions[" + users.size() + " users]";
    }
}
