package io.millrace.config;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the authorization block. */
final class AuthorizationReader {
    private static final double TIMEOUT_HIGH_SECONDS = 60;
    private static final double NANOS_PER_SECOND = 1e9;

    private final Block.Sources sources;
    private final PermissionsReader permissions;
    private final UsersReader users;

    AuthorizationReader(Block.Sources sources, PermissionsReader permissions, UsersReader users) {
        this.sources = sources;
        this.permissions = permissions;
        this.users = users;
    }

    /** What the block says; {@code tls} lengthens the time that a login may take. */
    AuthOptions read(
            ConfValue.@Nullable Table table,
            @Nullable TlsOptions tls,
            @Nullable String noAuthUser) {
        long timeout =
                tls == null
                        ? AuthOptions.DEFAULTS.timeoutNanos()
                        : tls.timeoutNanos() + (long) NANOS_PER_SECOND;
        if (table == null) {
            return new AuthOptions(null, null, null, timeout, List.of(), null, noAuthUser, false);
        }
        int before = sources.findings().count();
        Block block = new Block(table, "authorization", sources);
        String user = block.textOrNull("user");
        String password = block.textOrNull("password");
        String token = block.textOrNull("token");
        timeout = timeout(block, timeout);
        List<UserOptions> listed = listed(block);
        PermissionsOptions defaults = permissions.read(block.value("default_permissions"));
        if (sources.findings().count() == before) {
            conflicts(table, user != null || password != null, token, !listed.isEmpty());
            users.take(listed, table.at());
        }
        return new AuthOptions(user, password, token, timeout, listed, defaults, noAuthUser, true);
    }

    private List<UserOptions> listed(Block block) {
        ConfValue value = block.value("users");
        if (value instanceof ConfValue.Array array) {
            return users.read(array);
        } else if (value != null) {
            sources.findings()
                    .error(
                            value.at(),
                            "Expected users field to be an array, got " + GoText.plain(value));
        }
        return List.of();
    }

    private void conflicts(
            ConfValue.Table table, boolean single, @Nullable String token, boolean many) {
        if (single && token != null) {
            sources.findings().error(table.at(), "Cannot have a user/pass and token");
        } else if (single && many) {
            sources.findings()
                    .error(table.at(), "Can not have a single user/pass and a users array");
        } else if (token != null && many) {
            sources.findings().error(table.at(), "Can not have a token and a users array");
        }
    }

    private long timeout(Block block, long otherwise) {
        ConfValue value = block.value("timeout");
        if (value == null) {
            return otherwise;
        }
        double seconds = seconds(value, "authorization", sources.findings());
        if (seconds > TIMEOUT_HIGH_SECONDS) {
            String shown = GoText.number(seconds);
            sources.findings()
                    .warning(
                            value.at(),
                            "timeout",
                            "timeout of "
                                    + shown
                                    + " ("
                                    + String.format(Locale.ROOT, "%.6f", seconds)
                                    + " seconds) is high, consider keeping it under 60 seconds."
                                    + " possibly caused by unquoted duration; use '1m' instead of"
                                    + " 1m, for example");
        }
        return seconds < 0 ? otherwise : (long) (seconds * NANOS_PER_SECOND);
    }

    /** Seconds as a number or a duration as text; below 0 after a finding. */
    static double seconds(ConfValue value, String block, Findings findings) {
        if (value instanceof ConfValue.Whole whole) {
            return whole.value();
        } else if (value instanceof ConfValue.Real real) {
            return real.value();
        }
        String wrong = "wrong type";
        if (value instanceof ConfValue.Text text) {
            try {
                return Durations.parse(text.value()) / NANOS_PER_SECOND;
            } catch (ConfigException noDuration) {
                wrong = noDuration.getMessage();
            }
        }
        findings.error(value.at(), "error parsing " + block + " config, 'timeout' " + wrong);
        return -1;
    }
}
