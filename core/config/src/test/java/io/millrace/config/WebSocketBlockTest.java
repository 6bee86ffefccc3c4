package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The websocket block: what it may say, and what nats-server 2.15.2 says of the rest. */
final class WebSocketBlockTest {
    private static Options options(String configuration) throws ConfigException {
        return loaded(configuration).options();
    }

    private static ConfigFile.Loaded loaded(String configuration) throws ConfigException {
        return ConfigFile.load(
                "a.conf", (configuration + "\n").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private static String block(String more) {
        return "websocket { port: 8080, no_tls: true, " + more + " }";
    }

    @Test
    void everythingThatItMaySayIsRead() throws ConfigException {
        WebSocketOptions block =
                options(
                                """
                                ws {
                                    listen: "127.0.0.1:8443"
                                    advertise: "ws.example:443"
                                    no_tls: true
                                    same_origin: true
                                    origins: ["http://a", "http://b"]
                                    compress: true
                                    handshake_timeout: 3
                                    ping_interval: "20s"
                                    headers { X-A: b }
                                    user_cookie: u, pass_cookie: p, token_cookie: t
                                    authentication { username: a, pass: b, timeout: "4s" }
                                }
                                """)
                        .webSocket();

        assertThat(block)
                .isEqualTo(
                        new WebSocketOptions(
                                "127.0.0.1",
                                8443,
                                "ws.example:443",
                                null,
                                true,
                                true,
                                List.of("http://a", "http://b"),
                                true,
                                3_000_000_000L,
                                20_000_000_000L,
                                Map.of("X-A", "b"),
                                new WebSocketOptions.Cookies("u", "p", "t"),
                                null,
                                "a",
                                "b",
                                null,
                                4_000_000_000L));
    }

    @Test
    void withoutAPortThereIsNoListener() throws ConfigException {
        assertThat(options("websocket { no_tls: true }").webSocket().isEnabled()).isFalse();
        assertThat(options("port: 1").webSocket().isEnabled()).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "listen: \"127.0.0.1\"|could not parse address string \"127.0.0.1\"",
                "listen: \"127.0.0.1:abc\"|could not parse port \"abc\"",
                "no_tls: 5|interface conversion: interface {} is int64, not bool",
                "host: 5|interface conversion: interface {} is int64, not string",
                "compression: \"x\"|interface conversion: interface {} is string, not bool",
                "foo: 1|unknown field \"foo\"",
                "username: x|unknown field \"username\"",
                "handshake_timeout: \"abc\"|time: invalid duration \"abc\"",
                "handshake_timeout: true|error parsing handshake timeout: unsupported type bool",
                "allowed_origins: 5|error parsing allowed origins: unsupported type int64",
                "origin: [ 5, a ]|error parsing allowed origins: unsupported type in array int64",
                "authorization { users: [] }|unknown field \"users\"",
                "headers: 5|error parsing headers: unsupported type int64",
                "headers { a: 5 }|error parsing header key a: unsupported type int64",
                "ping_interval: \"abc\"|error parsing ping_interval: time: invalid duration"
                        + " \"abc\"",
                "token_cookie: 5|interface conversion: interface {} is int64, not string",
                "jwt_cookie: j|websocket.jwt_cookie is not supported yet"
            })
    void whatItMayNotSayIsRefusedAtOnce(String wrong, String why) {
        assertThatThrownBy(() -> options("ws { " + wrong + " }"))
                .isInstanceOf(ConfigException.class)
                .hasMessageMatching("a\\.conf:1:\\d+: \\Q" + why + "\\E\n");
    }

    @Test
    void itHasToBeABlock() {
        assertThatThrownBy(() -> options("websocket: \"127.0.0.1:8080\""))
                .hasMessage("a.conf:1:0: Expected websocket to be a map, got string\n");
    }

    @Test
    void aBarePingIntervalIsReadAsSecondsWithAWarning() throws ConfigException {
        ConfigFile.Loaded loaded = loaded(block("ping_interval: 5"));

        assertThat(loaded.options().webSocket().pingIntervalNanos()).isEqualTo(5_000_000_000L);
        assertThat(loaded.warnings()).singleElement().asString().contains("ping_interval");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "websocket { port: -1 }|websocket requires TLS configuration",
                "websocket { port: 80, no_tls: true, origin: \"x\" }|unable to parse allowed"
                        + " origin: parse \"x\": invalid URI for request",
                "websocket { port: 80, no_tls: true, origin: \"::bad\" }|unable to parse allowed"
                        + " origin: parse \"::bad\": missing protocol scheme",
                "websocket { port: 80, no_tls: true, origin: \"ftp://a b\" }|unable to parse"
                        + " allowed origin: parse \"ftp://a b\": invalid character \" \" in host"
                        + " name",
                "websocket { port: 80, no_tls: true, no_auth_user: x }|no_auth_user: \"x\""
                        + " present, but users/nkeys are not defined",
                "websocket { port: 80, no_tls: true, headers { Upgrade: x } }|websocket: invalid"
                        + " header \"Upgrade\" not allowed",
                "websocket { port: 80, no_tls: true, headers { sec-websocket-accept: x }"
                        + " }|websocket: invalid header \"sec-websocket-accept\","
                        + " \"Sec-WebSocket-\" prefix not allowed"
            })
    void noServerStartsWithBlocksThatContradictThemselves(String configuration, String why)
            throws ConfigException {
        Options options = options(configuration);

        assertThatThrownBy(() -> OptionsCheck.check(options)).hasMessage(why);
    }

    @ParameterizedTest
    @CsvSource({
        "no_auth_user: x,'no_auth_user: \"x\" not present as user or nkey in authorization block"
                + " or account configuration'",
        "authorization { token: c },websocket authentication token not compatible with presence of"
                + " users/nkeys",
        "'authorization { user: a, password: b }',websocket authentication username not compatible"
                + " with presence of users/nkeys"
    })
    void noServerStartsWithBlocksThatContradictTheUsers(String member, String why)
            throws ConfigException {
        Options options =
                options(block(member) + "\nauthorization { users: [{user: y, password: z}] }");

        assertThatThrownBy(() -> OptionsCheck.check(options)).hasMessage(why);
    }

    @Test
    void aReloadTakesNoChange() throws ConfigException {
        Reload reload =
                Reload.between(options(block("compression: true")), options(block("compress: no")));

        assertThat(reload).isInstanceOf(Reload.Refused.class);
        assertThat(((Reload.Refused) reload).why())
                .startsWith("config reload not supported for Websocket: old={0.0.0.0 8080 ");
    }

    @Test
    void aRefusedReloadTellsNoSecret() throws ConfigException {
        Reload reload =
                Reload.between(
                        options(block("authorization { token: geheim }")),
                        options(block("authorization { token: secreto }")));

        assertThat(reload).isInstanceOf(Reload.Refused.class);
        assertThat(reload.toString()).doesNotContain("geheim").doesNotContain("secreto");
    }
}
