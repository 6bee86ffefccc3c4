package io.millrace.auth;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import io.millrace.config.AccountOptions;
import io.millrace.config.AuthOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.config.PermissionsOptions;
import io.millrace.config.TlsOptions;
import io.millrace.config.UserOptions;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in, as whom, and that nothing offered makes the door fall off. */
final class AuthenticatorTest {
    private static final PermissionsOptions NO_SECRETS =
            new PermissionsOptions(
                    new PermissionsOptions.Rules(null, List.of("secret")), null, null);

    private static UserOptions user(@Nullable String name, @Nullable String password) {
        return new UserOptions(name, password, null, null, List.of());
    }

    private static AuthOptions auth(
            @Nullable String user,
            @Nullable String password,
            @Nullable String token,
            @Nullable String noAuthUser,
            UserOptions... users) {
        return new AuthOptions(
                user, password, token, 2_000_000_000L, List.of(users), null, noAuthUser, true);
    }

    private static Authenticator with(AuthOptions auth, AccountOptions... accounts) {
        OptionsBuilder builder = new OptionsBuilder();
        builder.auth = auth;
        builder.accounts = List.of(accounts);
        return Authenticator.of(builder.build());
    }

    private static Authenticator withAccounts(AccountOptions... accounts) {
        OptionsBuilder builder = new OptionsBuilder();
        builder.accounts = List.of(accounts);
        return Authenticator.of(builder.build());
    }

    private static AccountOptions account(String name, UserOptions... users) {
        return new AccountOptions(
                name, null, List.of(users), null, AccountOptions.Limits.NONE, List.of(), null);
    }

    private static Credentials login(@Nullable String user, @Nullable String password) {
        return new Credentials(user, password, null, null, null, null, List.of(), "STANDARD");
    }

    private static Credentials bearer(@Nullable String token) {
        return new Credentials(null, null, token, null, null, null, List.of(), "STANDARD");
    }

    private static Credentials silent(String type) {
        return new Credentials(null, null, null, null, null, null, List.of(), type);
    }

    private static Credentials certificate(String... names) {
        return new Credentials(null, null, null, null, null, null, List.of(names), "STANDARD");
    }

    private static User accepted(Authenticator door, Credentials offered) {
        assertThat(door.authenticate(offered)).isInstanceOf(Outcome.Accepted.class);
        return ((Outcome.Accepted) door.authenticate(offered)).user();
    }

    private static void refused(Authenticator door, Credentials offered) {
        assertThat(door.authenticate(offered)).isInstanceOf(Outcome.Refused.class);
    }

    @Test
    void withoutAnyLoginEverybodyIsInTheGlobalAccount() {
        Authenticator door = withAccounts();
        assertThat(door.needsLogin()).isFalse();
        assertThat(door.isRequired()).isFalse();
        assertThat(accepted(door, silent("STANDARD")).account()).isEqualTo("$G");
        assertThat(accepted(door, login("bob", "x")).name()).isEqualTo("bob");
    }

    @Test
    void blockWithNothingButATimeoutAsksNobody() {
        Authenticator door = with(auth(null, null, null, null));
        assertThat(door.needsLogin()).isFalse();
        assertThat(accepted(door, login("bob", "x")).permissions()).isNull();
    }

    @Test
    void singleUserHasNameAndPassword() {
        Authenticator door = with(auth("a", "b", null, null));
        assertThat(accepted(door, login("a", "b")).label()).isEqualTo("user:a");
        assertThat(door.isRequired()).isTrue();
        refused(door, login("a", "c"));
        refused(door, login("a", null));
        refused(door, login("b", "b"));
        refused(door, silent("STANDARD"));
        refused(door, bearer("b"));
    }

    @Test
    void defaultPermissionsAreForListedUsersWithoutTheirOwn() {
        PermissionsOptions own =
                new PermissionsOptions(
                        new PermissionsOptions.Rules(List.of("secret"), List.of()), null, null);
        var mine = new UserOptions("own", "p", null, own, List.of());
        var options =
                new AuthOptions(
                        null,
                        null,
                        null,
                        2_000_000_000L,
                        List.of(user("none", "p"), mine),
                        NO_SECRETS,
                        null,
                        true);
        Authenticator door = with(options);
        Permissions fallback = accepted(door, login("none", "p")).permissions();
        assertThat(fallback).isNotNull();
        assertThat(fallback.mayPublish("secret")).isFalse();
        Permissions ownOnes = accepted(door, login("own", "p")).permissions();
        assertThat(ownOnes).isNotNull();
        assertThat(ownOnes.mayPublish("secret")).isTrue();
        assertThat(ownOnes.mayPublish("other")).isFalse();
        var single = new AuthOptions("a", "b", null, 1, List.of(), NO_SECRETS, null, true);
        assertThat(accepted(with(single), login("a", "b")).permissions()).isNull();
    }

    @Test
    void accountDefaultsComeBeforeTheBlocks() {
        PermissionsOptions accountWide =
                new PermissionsOptions(
                        new PermissionsOptions.Rules(List.of("a.>"), List.of()), null, null);
        var account =
                new AccountOptions(
                        "A",
                        null,
                        List.of(user("u", "p")),
                        accountWide,
                        AccountOptions.Limits.NONE,
                        List.of(),
                        null);
        Permissions rights = accepted(withAccounts(account), login("u", "p")).permissions();
        assertThat(rights).isNotNull();
        assertThat(rights.mayPublish("a.b")).isTrue();
        assertThat(rights.mayPublish("b")).isFalse();
    }

    @Test
    void responsesWithoutNumbersAreOneWithinTwoMinutes() {
        var rights = new PermissionsOptions(null, null, new PermissionsOptions.Responses(0, 0));
        Authenticator door =
                with(
                        auth(
                                null,
                                null,
                                null,
                                null,
                                new UserOptions("s", "p", null, rights, List.of())));
        Permissions permissions = accepted(door, login("s", "p")).permissions();
        assertThat(permissions).isNotNull();
        assertThat(permissions.responsesMax()).isEqualTo(1);
        assertThat(permissions.responsesExpireNanos()).isEqualTo(120_000_000_000L);
    }

    @Test
    void emptyPasswordIsAPasswordAndNoPasswordIsNone() {
        Authenticator door =
                with(auth(null, null, null, null, user("empty", ""), user("certified", null)));
        accepted(door, login("empty", ""));
        accepted(door, login("empty", null));
        refused(door, login("empty", "x"));
        refused(door, login("certified", ""));
        refused(door, login("certified", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"$2a$", "$2b$"})
    void hashedPasswordIsASlowCheck(String version) {
        String hash =
                version + BCrypt.withDefaults().hashToString(4, "pass".toCharArray()).substring(4);
        Authenticator door = with(auth(null, null, null, null, user("h", hash), user("p", "pass")));
        assertThat(door.needsSlowCheck(login("h", "pass"))).isTrue();
        assertThat(door.needsSlowCheck(login("p", "pass"))).isFalse();
        assertThat(door.needsSlowCheck(login("nobody", "pass"))).isFalse();
        accepted(door, login("h", "pass"));
        refused(door, login("h", "other"));
        refused(door, login("h", hash));
        refused(door, login("h", "x".repeat(5_000)));
        Authenticator tokens = with(auth(null, null, hash, null));
        assertThat(tokens.needsSlowCheck(bearer("pass"))).isTrue();
        accepted(tokens, bearer("pass"));
        refused(tokens, bearer(hash));
    }

    @Test
    void recordedHashRefusesAWrongPasswordAndBrokenOnesRefuseAll() {
        String recorded = "$2a$11$3kIDaCxw.Glsl1.u5nKa6eUnNDLV5HV9tIuUp7EHhMt6Nm9myW1aS";
        refused(with(auth("bc", recorded, null, null)), login("bc", "no"));
        for (String broken : List.of("$2a$04$", "$2y$04$abc", "$2a$99$" + "a".repeat(53))) {
            refused(with(auth("bc", broken, null, null)), login("bc", broken));
            refused(with(auth("bc", broken, null, null)), login("bc", ""));
        }
        accepted(with(auth("plain", "$2a$secret", null, null)), login("plain", "$2a$secret"));
    }

    @Test
    void tokenIsTheWholeProof() {
        Authenticator door = with(auth(null, null, "s3cret", null));
        assertThat(accepted(door, bearer("s3cret")).label()).isEqualTo("token");
        refused(door, bearer("s3cre"));
        refused(door, bearer(""));
        refused(door, login("s3cret", "s3cret"));
        refused(with(auth(null, null, null, null, user("u", "p"))), bearer("p"));
    }

    @Test
    void noAuthUserStandsInForTheSilentOnly() {
        Authenticator door = with(auth(null, null, null, "guest", user("guest", "g")));
        assertThat(door.isRequired()).isFalse();
        assertThat(door.needsLogin()).isTrue();
        assertThat(door.hasNoAuthUser()).isTrue();
        assertThat(accepted(door, silent("STANDARD")).name()).isEqualTo("guest");
        assertThat(accepted(door, login("", "")).name()).isEqualTo("guest");
        refused(door, login(null, "x"));
        refused(door, login("nobody", "x"));
        refused(door, login("guest", "x"));
        refused(door, bearer("x"));
    }

    @Test
    void noAuthUserObeysItsConnectionTypes() {
        var guest = new UserOptions("guest", "g", null, null, List.of("websocket"));
        Authenticator door = with(auth(null, null, null, "guest", guest));
        refused(door, silent("STANDARD"));
        refused(door, login("guest", "g"));
        accepted(door, silent("WEBSOCKET"));
    }

    @Test
    void unknownNoAuthUserIsNobody() {
        refused(with(auth(null, null, null, "ghost", user("u", "p"))), silent("STANDARD"));
    }

    @Test
    void usersOfAnAccountAreInIt() {
        Authenticator door =
                withAccounts(
                        account("A", user("a", "1")),
                        account("B", user("b", "2")),
                        account("$SYS", user("s", "3")));
        assertThat(accepted(door, login("a", "1")).account()).isEqualTo("A");
        assertThat(accepted(door, login("b", "2")).account()).isEqualTo("B");
        assertThat(accepted(door, login("s", "3")).account()).isEqualTo("$SYS");
        refused(door, login("a", "2"));
        refused(door, silent("STANDARD"));
    }

    @Test
    void systemUsersAloneLeaveTheDoorOpenForTheSilentOnly() {
        Authenticator door = withAccounts(account("$SYS", user("sys", "sys")));
        assertThat(door.needsLogin()).isFalse();
        assertThat(door.isRequired()).isTrue();
        assertThat(accepted(door, silent("STANDARD")).account()).isEqualTo("$G");
        assertThat(accepted(door, login("sys", "sys")).account()).isEqualTo("$SYS");
        refused(door, login("sys", "x"));
        refused(door, login("bob", "x"));
        refused(door, bearer("x"));
    }

    @Test
    void anyAuthorizationBlockShutsItBesideSystemUsers() {
        AccountOptions system = account("$SYS", user("sys", "sys"));
        for (AuthOptions block :
                List.of(
                        auth(null, null, null, null),
                        auth(null, null, null, null, user("u", "p")))) {
            Authenticator door = with(block, system);
            assertThat(door.needsLogin()).isTrue();
            refused(door, silent("STANDARD"));
        }
    }

    @Test
    void nkeyUserSignsTheNonce() throws Exception {
        NKeyTest.Signed signed = NKeyTest.Signed.of("n0nce");
        String signature = signed.signature();
        var options = new UserOptions(null, null, signed.key(), null, List.of());
        Authenticator door = withAccounts(account("A", options));
        assertThat(door.usesNKeys()).isTrue();
        User known = accepted(door, keyed(signed.key(), signature, "n0nce"));
        assertThat(known.label()).isEqualTo("nkey:" + signed.key());
        assertThat(known.account()).isEqualTo("A");
        refused(door, keyed(signed.key(), signature, "other"));
        refused(door, keyed(signed.key(), null, "n0nce"));
        refused(door, keyed(signed.key(), signature, null));
        refused(door, keyed(signed.key(), "%%%", "n0nce"));
        String other = NKeyTest.Signed.of("n0nce").key();
        refused(door, keyed(other, signature, "n0nce"));
        refused(door, login(signed.key(), ""));
    }

    private static Credentials keyed(
            String key, @Nullable String signature, @Nullable String nonce) {
        return new Credentials(null, null, null, key, signature, nonce, List.of(), "STANDARD");
    }

    private static Authenticator mapping(UserOptions... users) {
        OptionsBuilder builder = new OptionsBuilder();
        builder.auth = auth(null, null, null, null, users);
        builder.tls =
                new TlsOptions(
                        null,
                        null,
                        null,
                        List.of(),
                        true,
                        true,
                        List.of(),
                        List.of(),
                        "1.2",
                        2_000_000_000L,
                        0,
                        List.of(),
                        TlsOptions.HandshakeFirst.NO,
                        false);
        return Authenticator.of(builder.build());
    }

    @Test
    void certificateNamesAreTriedInTheirOrder() {
        Authenticator door = mapping(user("app@example.com", null), user("app.example.com", null));
        assertThat(accepted(door, certificate("app@example.com", "app.example.com", "CN=x")).name())
                .isEqualTo("app@example.com");
        assertThat(accepted(door, certificate("x@y", "app.example.com", "CN=x")).name())
                .isEqualTo("app.example.com");
        refused(door, certificate("CN=app@example.com"));
        refused(door, certificate(""));
        refused(door, certificate());
        refused(door, login("app@example.com", ""));
    }

    @Test
    void subjectMatchesInAnyOrderOfItsParts() {
        Authenticator door = mapping(user("CN=Alice, O=NATS, OU=Users", null));
        accepted(door, certificate("CN=Alice,O=NATS,OU=Users"));
        accepted(door, certificate("OU=Users,O=NATS,CN=Alice"));
        accepted(door, certificate("a@b", "O=NATS,OU=Users,CN=Alice"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CN=Alice,CN=Alice,O=NATS",
                "CN=Alice,O=NATS",
                "CN=Alice,O=NATS,OU=Users,OU=Users",
                "CN=Alice,O=NATS,OU=users",
                "CN=Alice\\,O=NATS,OU=Users",
                "CN=Alice+O=NATS,OU=Users",
                "CN=Alice,O=NATS,OU=Users\\",
                "=,=,=",
                "CN",
            })
    void subjectWithOtherPartsIsAnother(String subject) {
        refused(mapping(user("CN=Alice,O=NATS,OU=Users", null)), certificate(subject));
    }

    @Test
    void onlyTheSubjectIsComparedByItsParts() {
        Authenticator door = mapping(user("CN=Alice,O=NATS", null));
        refused(door, certificate("O=NATS,CN=Alice", "CN=Mallory"));
    }

    @Test
    void hostileCredentialsAreRefusedAndNeverThrow() {
        Authenticator door = with(auth(null, null, null, null, user("u", "p")));
        refused(door, new Credentials("u", "p\ud800", "t", "k", "s", "n", List.of(), "X"));
        refused(door, new Credentials("\ud800", "", null, null, null, null, List.of(), "X"));
        Authenticator certificates = mapping(user("CN=u", null));
        refused(
                certificates,
                new Credentials(null, null, null, null, null, null, Arrays.asList("x", null), "X"));
    }

    @Test
    void secretsStayOutOfTexts() {
        assertThat(login("u", "hunter2").toString()).doesNotContain("hunter2");
    }
}
