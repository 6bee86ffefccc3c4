package io.millrace.auth;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.millrace.config.AccountOptions;
import io.millrace.config.AuthOptions;
import io.millrace.config.Options;
import io.millrace.config.OptionsBuilder;
import io.millrace.config.PermissionsOptions;
import io.millrace.config.UserOptions;
import io.millrace.config.WebSocketOptions;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides who a connection is. Immutable: a reload makes a new one. Any thread; nothing that a peer
 * offers makes it throw.
 */
public final class Authenticator {
    private static final String GLOBAL_ACCOUNT = "$G";
    private static final int RESPONSES_MAX_DEFAULT = 1;
    private static final long RESPONSES_EXPIRE_NANOS_DEFAULT = TimeUnit.MINUTES.toNanos(2);

    /** A password of this shape is a hash; any other, however it begins, is the password itself. */
    private static final Pattern BCRYPT = Pattern.compile("\\$2[abxy]\\$\\d{2}\\$.*");

    private final Map<String, Entry> byName = new HashMap<>();
    private final Map<String, Entry> byNKey = new HashMap<>();

    /** Users whose names are distinguished names, by {@link DistinguishedName#parts}. */
    private final Map<List<String>, Entry> byParts = new HashMap<>();

    private final @Nullable String token;
    private final @Nullable String noAuthUser;
    private final boolean configured;
    private final boolean mapsCertificates;

    /** Nobody has a login, or the system account's users alone, unasked for by any block. */
    private final boolean openToStrangers;

    /** A user and the secret that proves it. */
    private record Entry(User user, @Nullable String password) {}

    private Authenticator(Options options) {
        AuthOptions auth = options.auth();
        token = auth.token();
        noAuthUser = auth.noAuthUser();
        mapsCertificates = options.tls() != null && options.tls().verifyAndMap();
        if (auth.user() != null) {
            // default permissions are for the lists of users: nats-server has it so
            add(
                    new UserOptions(auth.user(), auth.password(), null, null, List.of()),
                    GLOBAL_ACCOUNT,
                    null);
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
        configured = token != null || !byName.isEmpty() || !byNKey.isEmpty();
        openToStrangers = !configured || (!auth.present() && !accountUsers && noAuthUser == null);
    }

    public static Authenticator of(Options options) {
        return new Authenticator(options);
    }

    /** The same for those who come over WebSocket, whose block may have its own rules. */
    public static Authenticator ofWebSocket(Options options) {
        WebSocketOptions block = options.webSocket();
        AuthOptions auth = options.auth();
        OptionsBuilder changed = options.toBuilder();
        changed.tls = block.tls();
        if (block.hasOwnCredentials() || block.noAuthUser() != null) {
            changed.auth =
                    new AuthOptions(
                            block.user(),
                            block.password(),
                            block.token(),
                            auth.timeoutNanos(),
                            auth.users(),
                            auth.defaultPermissions(),
                            block.noAuthUser(),
                            auth.present() || block.hasOwnCredentials());
        }
        return new Authenticator(changed.build());
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
            Entry entry = new Entry(known, user.password());
            byName.put(user.user(), entry);
            List<String> parts = DistinguishedName.parts(user.user());
            if (!parts.isEmpty()) {
                byParts.putIfAbsent(parts, entry);
            }
        }
    }

    private static Permissions permissions(PermissionsOptions options) {
        int max = 0;
        long expireNanos = 0;
        PermissionsOptions.Responses responses = options.responses();
        if (responses != null) {
            max = responses.max() == 0 ? RESPONSES_MAX_DEFAULT : responses.max();
            expireNanos =
                    responses.expiresNanos() == 0
                            ? RESPONSES_EXPIRE_NANOS_DEFAULT
                            : responses.expiresNanos();
        }
        return new Permissions(
                rules(options.publish()), rules(options.subscribe()), max, expireNanos);
    }

    private static Permissions.Rules rules(PermissionsOptions.@Nullable Rules rules) {
        return rules == null
                ? Permissions.Rules.ALL
                : new Permissions.Rules(rules.allow(), rules.deny());
    }

    /** The user of that name, or with that public key; null when nobody is called so. */
    public @Nullable User find(String name) {
        Entry entry = byName.get(name);
        if (entry == null) {
            entry = byNKey.get(name);
        }
        return entry == null ? null : entry.user();
    }

    /** Whether a connection has to be told who it is before it may do anything. */
    public boolean needsLogin() {
        return configured && !openToStrangers;
    }

    /** Whether INFO asks for a login: not where no_auth_user stands in for the silent. */
    public boolean isRequired() {
        return configured && noAuthUser == null;
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
        if (said(offered.nkey()) != null) {
            return true;
        }
        String name = said(offered.user());
        if (name != null) {
            Entry entry = byName.get(name);
            return entry != null && isBcrypt(entry.password());
        }
        return said(offered.token()) != null && isBcrypt(token);
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
        if (!configured) {
            return anybody(offered.user());
        }
        String nkey = said(offered.nkey());
        if (nkey != null) {
            return byNKey(offered, nkey);
        }
        if (mapsCertificates && !byName.isEmpty()) {
            return byCertificate(offered);
        }
        String name = said(offered.user());
        if (name != null) {
            return byPassword(offered, name);
        }
        String bearer = said(offered.token());
        if (bearer != null) {
            return byToken(bearer);
        }
        return said(offered.password()) != null
                ? new Outcome.Refused("a password without a user")
                : stranger(offered);
    }

    /** An empty member of CONNECT is as good as none. */
    private static @Nullable String said(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }

    private static Outcome anybody(@Nullable String name) {
        return new Outcome.Accepted(new User(said(name), false, GLOBAL_ACCOUNT, null, Set.of()));
    }

    private Outcome byToken(String bearer) {
        String expected = token;
        if (expected == null) {
            return new Outcome.Refused("no token is configured");
        }
        return secretMatches(expected, bearer) ? anybody(null) : new Outcome.Refused("wrong token");
    }

    private Outcome stranger(Credentials offered) {
        String standIn = noAuthUser;
        if (standIn == null) {
            return openToStrangers ? anybody(null) : new Outcome.Refused("no credentials");
        }
        Entry entry = byName.containsKey(standIn) ? byName.get(standIn) : byNKey.get(standIn);
        return entry == null
                ? new Outcome.Refused("no_auth_user is not known")
                : admit(entry.user(), offered);
    }

    private Outcome byNKey(Credentials offered, String key) {
        Entry entry = byNKey.get(key);
        String nonce = offered.nonce();
        String signature = offered.signature();
        if (entry == null || nonce == null || signature == null) {
            return new Outcome.Refused("unknown nkey or no signature");
        }
        return NKey.verifies(key, nonce.getBytes(StandardCharsets.UTF_8), signature)
                ? admit(entry.user(), offered)
                : new Outcome.Refused("wrong signature");
    }

    private Outcome byPassword(Credentials offered, String name) {
        Entry entry = byName.get(name);
        if (entry == null) {
            return new Outcome.Refused("unknown user");
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

    /** The first name of the certificate that is a user's; the subject's parts in any order. */
    private Outcome byCertificate(Credentials offered) {
        List<String> names = offered.certificateNames();
        for (String name : names) {
            Entry entry = byName.get(name);
            if (entry != null && isAdmitted(entry.user(), offered)) {
                return new Outcome.Accepted(entry.user());
            }
        }
        List<String> parts = names.isEmpty() ? List.of() : DistinguishedName.parts(names.getLast());
        Entry entry = parts.isEmpty() ? null : byParts.get(parts);
        return entry == null
                ? new Outcome.Refused("no user for this certificate")
                : admit(entry.user(), offered);
    }

    private static boolean isAdmitted(User user, Credentials offered) {
        return user.connectionTypes().isEmpty()
                || user.connectionTypes().contains(offered.connectionType());
    }

    private static Outcome admit(User user, Credentials offered) {
        return isAdmitted(user, offered)
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
        return secret != null && BCRYPT.matcher(secret).matches();
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
