package io.millrace.e2e;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Ways to log in, and to be kept out, by the official clients of four languages. */
final class LoginsTest {
    private static final String KNOWN = "UBQJ6LPDB6ACRZ7FJNSHIXAA4PF7XR3PYHWCU4F5DBMFMLE25HKYF5QJ";
    private static final String HASH_OF_PW =
            "$2a$04$abcdefghijklmnopqrstuuyvPXIbu7xe6/CED2DzX8z6Si09MlzlW";
    private static final String USERS =
            """
            authorization {
              users: [
                {user: "plain", password: "pw"}
                {user: "hashed", password: "%s"}
                {user: "narrow", password: "pw", permissions {
                  publish: "allowed.>", subscribe: ["allowed.>", "_INBOX.>"]
                }}
                {nkey: %s}
              ]
            }
            """
                    .formatted(HASH_OF_PW, KNOWN);

    @AutoClose private static ServerProcess users;
    @AutoClose private static ServerProcess token;

    @BeforeAll
    static void start() {
        users = ServerProcess.start(USERS);
        token = ServerProcess.start("authorization { token: \"s3cr3t\" }\n");
    }

    static Stream<OfficialClient> clients() {
        return Clients.all();
    }

    private static Map<String, String> user(String name, String password) {
        return Map.of("user", name, "pass", password);
    }

    private static Map<String, String> refused(Map<String, String> options) {
        Map<String, String> all = new HashMap<>(options);
        all.put("reason", "authorization violation");
        return all;
    }

    private static Map<String, String> seed(String name) {
        Path file = Repository.resources().resolve("made-for-tests/" + name);
        return Map.of("seedfile", file.toString());
    }

    private static void play(
            OfficialClient client,
            Scenario scenario,
            ServerProcess server,
            Map<String, String> options) {
        client.assumeInstalled();
        client.play(scenario, server.url(), options);
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aUserLogsInWithAPassword(OfficialClient client) {
        play(client, Scenario.LOGIN, users, user("plain", "pw"));
        play(client, Scenario.REFUSED, users, refused(user("plain", "wrong")));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aUserLogsInWhosePasswordIsHashed(OfficialClient client) {
        play(client, Scenario.LOGIN, users, user("hashed", "pw"));
        play(client, Scenario.REFUSED, users, refused(user("hashed", "wrong")));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void nobodyLogsInWithoutAName(OfficialClient client) {
        play(client, Scenario.REFUSED, users, refused(Map.of()));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aTokenOpensTheDoor(OfficialClient client) {
        play(client, Scenario.LOGIN, token, Map.of("token", "s3cr3t"));
        play(client, Scenario.REFUSED, token, refused(Map.of("token", "wrong")));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void anNkeyProvesItselfByASignature(OfficialClient client) {
        play(client, Scenario.LOGIN, users, seed("known-user.nk"));
        play(client, Scenario.REFUSED, users, refused(seed("unknown-user.nk")));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void aViolationIsToldAndTheConnectionLives(OfficialClient client) {
        play(client, Scenario.VIOLATION, users, user("narrow", "pw"));
    }
}
