package io.millrace.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.millrace.config.AccountOptions;
import io.millrace.config.AuthOptions;
import io.millrace.config.Options;
import io.millrace.config.PermissionsOptions;
import io.millrace.config.UserOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides who a connection is. Immutable: a reload makes a new one. Any thread; nothing that a peer
 * offers makes it throw.
 */
public final class Authenticator {
    private static final String GLOBAL_ACCOUNT = "$G";
    private static final int RESPONSES_MAX_DEFAULT = 1;

    private final Map<String, Entry> byName = new HashMap<>();
    private final Map<String, Entry> byNKey = new HashMap<>();
    private final @Nullable String token;
    private final @Nullable String noAuthUser;
    private final boolean configured;
    private final boolean mapsCertificates;

    /** A user and the secret that proves it. */
    private record Entry(User user, @Nullable String password) {}

    private Authenticator(Options options) {
        AuthOptions auth = options.auth();
        token = auth.token();
        noAuthUser = auth.noAuthUser();
        mapsCertificates = options.tls() != null && options.tls().verifyAndMap();
        if (auth.user() != null) {
            add(
                    new UserOptions(auth.user(), auth.password(), null, null, java.util.List.of()),
                    GLOBAL_ACCOUNT,
                    auth.defaultPermissions());
        }
        for (UserOptions user : auth.users()) {
            add(user, GLOBAL_ACCOUNT, auth.defaultPermissions());
        }
        boolean accountUsers = false;
        for (AccountOptions account : options.accounts()) {
            PermissionsOptions defaults =
                    account.defaultPermissions() != null
                            ? account.defaultPermissions()
                            : auth.defaultPermissions();
            boolean isSystem = account.name().equals(options.systemAccount());
            for (UserOptions user : account.users()) {
                add(user, account.name(), defaults);
                accountUsers |= !isSystem;
            }
        }
        configured = accountUsers || auth.present() || !byName.isEmpty() || !byNKey.isEmpty();
        openToStrangers = !auth.present() && !accountUsers && noAuthUser == null;
    }

    /** Only the system account has users: everybody else is in the global account, unasked. */
    private final boolean openToStrangers;

    public static Authenticator of(Options options) {
        return new Authenticator(options);
    }

    private void add(UserOptions user, String account, @Nullable PermissionsOptions defaults) {
        PermissionsOptions rights = user.permissions() != null ? user.permissions() : defaults;
        String nkey = user.nkey();
        User known =
                new User(
                        nkey == null ? user.user() : nkey,
                        nkey != null,
                        account,
                        rights == null ? null : permissions(rights),
                        user.connectionTypes().stream()
                                .map(type -> type.toUpperCase(Locale.ROOT))
                                .collect(Collectors.toUnmodifiableSet()));
        if (nkey != null) {
            byNKey.put(nkey, new Entry(known, null));
        } else if (user.user() != null) {
            byName.put(user.user(), new Entry(known, user.password()));
        }
    }

    private static Permissions permissions(PermissionsOptions options) {
        PermissionsOptions.Responses responses = options.responses();
        return new Permissions(
                rules(options.publish()),
                rules(options.subscribe()),
                responses == null
                        ? 0
                        : responses.max() == 0 ? RESPONSES_MAX_DEFAULT : responses.max(),
                responses == null ? 0 : responses.expiresNanos());
    }

    private static Permissions.Rules rules(PermissionsOptions.@Nullable Rules rules) {
        return rules == null
                ? Permissions.Rules.ALL
                : new Permissions.Rules(rules.allow(), rules.deny());
    }

    /** Whether a connection has to be told who it is before it may do anything. */
    public boolean needsLogin() {
        return configured && !openToStrangers;
    }

    /** Whether INFO asks for a login: not where no_auth_user stands in for the silent. */
    public boolean isRequired() {
        return needsLogin() && noAuthUser == null;
    }

    /** Whether there is anybody to be told apart. */
    public boolean isConfigured() {
        return configured;
    }

    /** Whether a connection without any credentials is somebody all the same. */
    public boolean hasNoAuthUser() {
        return noAuthUser != null;
    }

    /** Whether INFO has to carry a nonce. */
    public boolean usesNKeys() {
        return !byNKey.isEmpty();
    }

    /** Whether the check costs milliseconds (a bcrypt hash), too much for a loop. */
    public boolean needsSlowCheck(Credentials offered) {
        if (offered.nkey() != null) {
            return true;
        }
        if (offered.user() != null) {
            Entry entry = byName.get(offered.user());
            return entry != null && isBcrypt(entry.password());
        }
        return offered.token() != null && isBcrypt(token);
    }

    /** The verdict. Never throws: whatever goes wrong is a refusal. */
    public Outcome authenticate(Credentials offered) {
        try {
            return decide(offered);
        } catch (RuntimeException hostile) {
            return new Outcome.Refused("login check failed: " + hostile.getClass().getName());
        }
    }

    private Outcome decide(Credentials offered) {
        if (offered.nkey() != null) {
            return byNKey(offered);
        }
        boolean says = offered.user() != null || offered.token() != null;
        if (mapsCertificates && !says) {
            return byCertificate(offered);
        }
        if (offered.user() != null) {
            return byPassword(offered, offered.user());
        }
        String expected = token;
        if (offered.token() != null && expected != null) {
            return secretMatches(expected, offered.token())
                    ? new Outcome.Accepted(new User(null, false, GLOBAL_ACCOUNT, null, Set.of()))
                    : new Outcome.Refused("wrong token");
        }
        if (offered.token() != null && isRequired()) {
            return new Outcome.Refused("no token is configured");
        }
        return stranger(offered);
    }

    private Outcome stranger(Credentials offered) {
        String standIn = noAuthUser;
        if (standIn != null && offered.token() == null && offered.user() == null) {
            Entry entry = byName.containsKey(standIn) ? byName.get(standIn) : byNKey.get(standIn);
            return entry == null
                    ? new Outcome.Refused("no_auth_user is not known")
                    : admit(entry.user(), offered);
        }
        return openToStrangers
                ? new Outcome.Accepted(new User(null, false, GLOBAL_ACCOUNT, null, Set.of()))
                : new Outcome.Refused("no credentials");
    }

    private Outcome byNKey(Credentials offered) {
        Entry entry = byNKey.get(offered.nkey());
        String nonce = offered.nonce();
        String signature = offered.signature();
        String key = offered.nkey();
        if (entry == null || nonce == null || signature == null || key == null) {
            return new Outcome.Refused("unknown nkey or no signature");
        }
        return NKey.verifies(key, nonce.getBytes(StandardCharsets.UTF_8), signature)
                ? admit(entry.user(), offered)
                : new Outcome.Refused("wrong signature");
    }

    private Outcome byPassword(Credentials offered, String name) {
        Entry entry = byName.get(name);
        if (entry == null) {
            return openToStrangers && !configured
                    ? new Outcome.Accepted(new User(name, false, GLOBAL_ACCOUNT, null, Set.of()))
                    : strangerWithName(name);
        }
        String expected = entry.password();
        if (expected == null) {
            return new Outcome.Refused("user has no password");
        }
        String said = offered.password() == null ? "" : offered.password();
        return secretMatches(expected, said)
                ? admit(entry.user(), offered)
                : new Outcome.Refused("wrong password");
    }

    /** Beside a system account with users, anybody else's name means nothing. */
    private Outcome strangerWithName(String name) {
        return openToStrangers
                ? new Outcome.Accepted(new User(name, false, GLOBAL_ACCOUNT, null, Set.of()))
                : new Outcome.Refused("unknown user");
    }

    private Outcome byCertificate(Credentials offered) {
        for (String name : offered.certificateNames()) {
            Entry entry = byName.get(name);
            if (entry != null) {
                return admit(entry.user(), offered);
            }
        }
        return new Outcome.Refused("no user for this certificate");
    }

    private static Outcome admit(User user, Credentials offered) {
        return user.connectionTypes().isEmpty()
                        || user.connectionTypes().contains(offered.connectionType())
                ? new Outcome.Accepted(user)
                : new Outcome.Refused("connection type not allowed");
    }

    /** Whether a secret stands in the configuration as it is typed. */
    public boolean hasPlaintextSecrets() {
        return (token != null && !isBcrypt(token))
                || byName.values().stream()
                        .anyMatch(entry -> entry.password() != null && !isBcrypt(entry.password()));
    }

    private static boolean isBcrypt(@Nullable String secret) {
        return secret != null && (secret.startsWith("$2a$") || secret.startsWith("$2b$"));
    }

    private static boolean secretMatches(String expected, String said) {
        if (isBcrypt(expected)) {
            byte[] bytes = said.getBytes(StandardCharsets.UTF_8);
            return bytes.length <= 72
                    && BCrypt.verifyer()
                            .verify(bytes, expected.getBytes(StandardCharsets.UTF_8))
                            .verified;
        }
        return MessageDigest.isEqual(digest(expected), digest(said));
    }

    /** Equal lengths, whatever the secrets' lengths are: the comparison's time tells nothing. */
    private static byte[] digest(String text) {
        try {
            return MessageDigest.getInstance("SHA-256")
                    .digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java has no SHA-256", impossible);
        }
    }
}
