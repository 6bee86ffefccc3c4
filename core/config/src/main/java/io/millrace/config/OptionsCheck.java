package io.millrace.config;

import io.millrace.protocol.GoTime;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rules between options that hold for a server but that "-t" does not look at. Stateless. */
public final class OptionsCheck {
    private static final String SYSTEM = "$SYS";

    private OptionsCheck() {}

    /**
     * Refuses options that no server can run with.
     *
     * @throws ConfigException with the text for the operator, without the program's name
     */
    public static void check(Options options) throws ConfigException {
        LimitsOptions limits = options.limits();
        if (limits.maxPayload() > limits.maxPending()) {
            throw new ConfigException(
                    "max_payload ("
                            + limits.maxPayload()
                            + ") cannot be higher than max_pending ("
                            + limits.maxPending()
                            + ")");
        }
        if (options.lameDuckGracePeriodNanos() >= options.lameDuckDurationNanos()) {
            throw new ConfigException(
                    "lame duck grace period ("
                            + GoTime.duration(options.lameDuckGracePeriodNanos())
                            + ") should be strictly lower than lame duck duration ("
                            + GoTime.duration(options.lameDuckDurationNanos())
                            + ")");
        }
        noAuthUser(options, options.auth().noAuthUser());
        WebSocketCheck.check(options);
        String system = options.systemAccount();
        jetStream(options, system);
        boolean known =
                system.equals(SYSTEM)
                        || options.accounts().stream().anyMatch(a -> a.name().equals(system));
        if (!known) {
            throw new ConfigException("error resolving system account: account missing");
        }
    }

    private static void jetStream(Options options, String system) throws ConfigException {
        boolean granted =
                options.accounts().stream()
                        .anyMatch(a -> a.name().equals(system) && a.jetstream() != null);
        if (granted && options.jetstream().enabled()) {
            throw new ConfigException("Not allowed to enable JetStream on the system account");
        }
    }

    static void noAuthUser(Options options, @Nullable String name) throws ConfigException {
        if (name == null) {
            return;
        }
        if (!hasUsers(options)) {
            throw new ConfigException(
                    "no_auth_user: \"" + name + "\" present, but users/nkeys are not defined");
        } else if (!hasUser(options, name)) {
            throw new ConfigException(
                    "no_auth_user: \""
                            + name
                            + "\" not present as user or nkey in authorization block or account"
                            + " configuration");
        }
    }

    /** Whether any list of users is configured. */
    static boolean hasUsers(Options options) {
        return !options.auth().users().isEmpty()
                || options.accounts().stream().anyMatch(a -> !a.users().isEmpty());
    }

    /** Whether a user or an NKey of that name is configured anywhere. */
    static boolean hasUser(Options options, String name) {
        return has(options.auth().users(), name)
                || options.accounts().stream().anyMatch(account -> has(account.users(), name));
    }

    private static boolean has(List<UserOptions> users, String name) {
        return users.stream()
                .anyMatch(
                        user ->
                                Objects.equals(user.user(), name)
                                        || Objects.equals(user.nkey(), name));
    }
}
