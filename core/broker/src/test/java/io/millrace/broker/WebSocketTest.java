package io.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.AuthOptions;
import io.millrace.config.OptionsBuilder;
import io.millrace.config.UserOptions;
import io.millrace.config.WebSocketOptions;
import io.millrace.testkit.SimulatedPeer;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients over WebSocket: how they come in, as whom, and what they say and hear. */
final class WebSocketTest {
    private static final UserOptions ALICE =
            new UserOptions("alice", "secret", null, null, List.of());
    private static final UserOptions WEB =
            new UserOptions("web", "secret", null, null, List.of("WEBSOCKET"));

    /** The block that a test changes. */
    static final class Block {
        boolean compression;
        boolean sameOrigin;
        List<String> origins = List.of();
        Map<String, String> headers = Map.of();
        WebSocketOptions.Cookies cookies = new WebSocketOptions.Cookies(null, null, null);
        String noAuthUser;
        String token;
        long pingIntervalNanos;

        WebSocketOptions options() {
            return new WebSocketOptions(
                    "0.0.0.0",
                    WebSocketPeer.PORT,
                    null,
                    null,
                    true,
                    sameOrigin,
                    origins,
                    compression,
                    0,
                    pingIntervalNanos,
                    headers,
                    cookies,
                    noAuthUser,
                    null,
                    null,
                    token,
                    0);
        }
    }

    static SimulatedServer server(Consumer<Block> change, Consumer<OptionsBuilder> more) {
        Block block = new Block();
        change.accept(block);
        return new SimulatedServer(
                options -> {
                    options.webSocket = block.options();
                    more.accept(options);
                });
    }

    static SimulatedServer server(Consumer<Block> change) {
        return server(change, options -> {});
    }

    static SimulatedServer server() {
        return server(block -> {});
    }

    private static Consumer<OptionsBuilder> users(UserOptions... users) {
        return options ->
                options.auth =
                        new AuthOptions(
                                null,
                                null,
                                null,
                                2 * SimulatedServer.SECOND,
                                List.of(users),
                                null,
                                null,
                                true);
    }

    private static String connect(String credentials) {
        return "CONNECT {\"verbose\":false" + credentials + "}\r\nPING\r\n";
    }

    @Test
    void anUpgradeIsAcceptedOnAnyPathAndInfoFollowsInAFrame() {
        WebSocketPeer client = WebSocketPeer.connected(server(b -> b.headers = Map.of("X-A", "b")));

        String answer = client.ask(WebSocketPeer.request("/any/path?x=1"));

        assertThat(answer)
                .isEqualTo(
                        """
                        HTTP/1.1 101 Switching Protocols
                        Upgrade: websocket
                        Connection: Upgrade
                        Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=
                        X-A: b

                        """
                                .replace("\n", "\r\n"));
        assertThat(client.heard()).startsWith("INFO {").contains("\"port\":8080");
    }

    @Test
    void whatIsConfiguredCannotBreakTheAnswerApart() {
        WebSocketPeer client =
                WebSocketPeer.connected(server(b -> b.headers = Map.of("X-A", "b\r\nX-C: d")));

        assertThat(client.ask(WebSocketPeer.request("/"))).contains("X-A: b  X-C: d\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1|POST / HTTP/1.1|405 Method Not Allowed|request method must be GET",
                "Upgrade: websocket|X: y|400 Bad Request|invalid value for header 'Upgrade'",
                "Connection: Upgrade|X: y|400 Bad Request|invalid value for header 'Connection'",
                "Sec-WebSocket-Key|X-Key|400 Bad Request|key missing",
                "dGhl|dGh|400 Bad Request|invalid websocket key",
                "Version: 13|Version: 12|400 Bad Request|invalid version",
                "GET / |GET /mqtt |404 Not Found|mqtt websocket endpoint not enabled"
            })
    void aRequestThatIsNoneIsRefusedAndMayBeMadeAgain(
            String right, String wrong, String status, String reason) {
        SimulatedServer world = server();
        WebSocketPeer client = WebSocketPeer.connected(world);

        String answer = client.ask(WebSocketPeer.request("/").replace(right, wrong));

        assertThat(answer).startsWith("HTTP/1.1 " + status + "\r\n");
        assertThat(world.logged)
                .anyMatch(line -> line.endsWith(" - websocket handshake error: " + reason));
        assertThat(client.ask(WebSocketPeer.request("/"))).startsWith("HTTP/1.1 101 ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nonsense|400 Bad Request",
                "CONNECT {}|400 Bad Request",
                "GET / HTTP/1.1~no colon|400 Bad Request",
                "GET / HTTP/1.1~A B: c|400 Bad Request: invalid header name",
                "GET / HTTP/1.1~A: b|400 Bad Request: missing required Host header",
                "GET / HTTP/1.1~Host: a~Host: b|400 Bad Request: too many Host headers",
                "GET / HTTP/2.1~Host: a|505 HTTP Version Not Supported: unsupported protocol"
                        + " version"
            })
    void whatIsNoHttpEndsTheConnection(String request, String status) {
        WebSocketPeer client = WebSocketPeer.connected(server());

        String answer = client.ask(request.replace("~", "\r\n") + "\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + "\r\n").endsWith("\r\n\r\n" + status);
        assertThat(client.peer.isClosed()).isTrue();
    }

    @Test
    void framesBeforeTheAnswerEndTheConnection() {
        WebSocketPeer client = WebSocketPeer.connected(server());

        assertThat(client.ask(WebSocketPeer.request("/") + "xyz")).isEmpty();
        assertThat(client.peer.isClosed()).isTrue();
    }

    @Test
    void theLeafNodePathLeadsNowhereYet() {
        SimulatedServer world = server();
        WebSocketPeer client = WebSocketPeer.connected(world);

        assertThat(client.ask(WebSocketPeer.request("/leafnode"))).contains(" 101 ");
        assertThat(client.peer.isClosed()).isTrue();
        assertThat(world.logged).contains("Not configured to accept leaf node connections");
    }

    @Test
    void messagesOfOneTurnComeInOneFrame() {
        WebSocketPeer client = WebSocketPeer.quiet(server());

        client.say("SUB a 1\r\nPUB a 2\r\nok\r\nPUB a 2\r\nok\r\nPING\r\n");

        assertThat(client.frames())
                .singleElement()
                .extracting(WebSocketPeer.Frame::text)
                .isEqualTo("MSG a 1 2\r\nok\r\nMSG a 1 2\r\nok\r\nPONG\r\n");
    }

    @Test
    void clientsOfBothKindsHearEachOther() {
        SimulatedServer world = server();
        WebSocketPeer framed = WebSocketPeer.quiet(world);
        SimulatedPeer plain = world.quietClient();
        framed.say("SUB to.framed 1\r\n");
        world.say(plain, "SUB to.plain 1\r\nPUB to.framed 2\r\nhi\r\n");

        assertThat(framed.heard()).isEqualTo("MSG to.framed 1 2\r\nhi\r\n");
        framed.say("PUB to.plain 2\r\nhi\r\n");
        assertThat(plain.heard()).isEqualTo("MSG to.plain 1 2\r\nhi\r\n");
        assertThat(world.server.connectionInfos(false))
                .extracting(ConnectionInfo::type)
                .containsExactly("websocket", "nats");
    }

    @Test
    void framesMayBeCutAnywhereAndAnswersComeBetweenThem() {
        WebSocketPeer client = WebSocketPeer.quiet(server());
        client.peer.sayInPieces(1);

        client.send(WebSocketPeer.TEXT, "PI");
        client.send(WebSocketPeer.LAST | WebSocketPeer.PING, "mid");
        client.send(WebSocketPeer.LAST | WebSocketPeer.PONG, "nobody asked");
        client.send(WebSocketPeer.CONTINUATION, "N");
        client.send(WebSocketPeer.LAST | WebSocketPeer.CONTINUATION, "G\r\n");

        List<WebSocketPeer.Frame> frames = client.frames();
        assertThat(frames)
                .extracting(WebSocketPeer.Frame::first)
                .containsExactly(
                        WebSocketPeer.LAST | WebSocketPeer.PONG,
                        WebSocketPeer.LAST | WebSocketPeer.BINARY);
        assertThat(frames).extracting(WebSocketPeer.Frame::text).containsExactly("mid", "PONG\r\n");
    }

    @Test
    void aLargeMessageArrivesWhole() {
        WebSocketPeer client = WebSocketPeer.quiet(server());
        String body = "0123456789".repeat(100_000);

        client.say("SUB a 1\r\nPUB a 1000000\r\n" + body + "\r\n");

        assertThat(client.heard()).isEqualTo("MSG a 1 1000000\r\n" + body + "\r\n");
    }

    @Test
    void aCloseFrameIsAnsweredBehindEverythingElse() {
        SimulatedServer world = server();
        WebSocketPeer client = WebSocketPeer.quiet(world);
        byte[] bye = "..bye".getBytes(UTF_8);
        bye[0] = 0x03;
        bye[1] = (byte) 0xe8;

        client.peer.say(WebSocketPeer.frame(0x82, "PING\r\n".getBytes(UTF_8), "PING\r\n".length()));
        client.send(WebSocketPeer.LAST | WebSocketPeer.CLOSE, bye);

        List<WebSocketPeer.Frame> frames = client.frames();
        assertThat(frames).hasSize(2);
        assertThat(frames.getFirst().text()).isEqualTo("PONG\r\n");
        assertThat(frames.getLast().end()).isEqualTo("1000 bye");
        assertThat(client.peer.isClosed()).isTrue();
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.CLIENT_CLOSED);
    }

    @Test
    void compressionIsForWhoOffersItAndForWhatIsLong() {
        SimulatedServer world = server(block -> block.compression = true);
        WebSocketPeer packed = WebSocketPeer.quiet(world, WebSocketPeer.COMPRESSED);
        WebSocketPeer plain = WebSocketPeer.quiet(world);
        String body = "x".repeat(5000);
        String message = "MSG a 1 5000\r\n" + body + "\r\n";
        packed.say("SUB a 1\r\n");
        plain.say("SUB a 1\r\n");

        packed.send(
                WebSocketPeer.LAST | WebSocketPeer.PACKED | WebSocketPeer.BINARY,
                WebSocketPeer.deflated(("PUB a 5000\r\n" + body + "\r\n").getBytes(UTF_8)));

        WebSocketPeer.Frame frame = packed.frames().getFirst();
        assertThat(frame.first()).isEqualTo(0xc2);
        assertThat(frame.length()).isLessThan(200);
        assertThat(frame.text()).isEqualTo(message);
        assertThat(plain.frames().getFirst().first()).isEqualTo(0x82);
        packed.say("PING\r\n");
        assertThat(packed.frames().getFirst().first()).isEqualTo(0x82);
    }

    @Test
    void nothingOfOneConnectionsMessagesShowsInThoseOfAnother() {
        SimulatedServer world = server(block -> block.compression = true);
        WebSocketPeer one = WebSocketPeer.quiet(world, WebSocketPeer.COMPRESSED);
        WebSocketPeer other = WebSocketPeer.quiet(world, WebSocketPeer.COMPRESSED);
        one.say("SUB one 1\r\n");
        other.say("SUB other 1\r\n");
        for (int length = 4000; length > 0; length -= 371) {
            String mine = "m".repeat(length);
            String theirs = "t".repeat(4000 - length + 100);
            one.say("PUB one " + length + "\r\n" + mine + "\r\n");
            other.say("PUB other " + theirs.length() + "\r\n" + theirs + "\r\n");

            assertThat(one.heard()).isEqualTo("MSG one 1 " + length + "\r\n" + mine + "\r\n");
            assertThat(other.heard()).endsWith("\r\n" + theirs + "\r\n").doesNotContain("m");
        }
    }

    @Test
    void browsersGetFramesOfFourKibibytes() {
        WebSocketPeer client = WebSocketPeer.quiet(server(), "User-Agent: Mozilla/5.0 (X11)");

        client.say("SUB a 1\r\nPUB a 10000\r\n" + "x".repeat(10_000) + "\r\n");

        assertThat(client.frames())
                .allMatch(frame -> frame.length() <= 4096 && frame.first() == 0x82)
                .hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({
        "http://a.example, true",
        "HTTP://A.example:80, true",
        "https://a.example, false",
        "http://b.example, false",
        "http://a.example:81, false",
        "null, false",
        "a.example, false"
    })
    void aPageOfAnotherOriginStaysOutside(String origin, boolean isLetIn) {
        SimulatedServer same = server(block -> block.sameOrigin = true);
        SimulatedServer listed = server(block -> block.origins = List.of("http://a.example"));
        for (SimulatedServer world : List.of(same, listed)) {
            String answer =
                    WebSocketPeer.connected(world)
                            .ask(WebSocketPeer.request("/", "Origin: " + origin));
            assertThat(answer).startsWith(isLetIn ? "HTTP/1.1 101" : "HTTP/1.1 403 Forbidden");
        }
    }

    @Test
    void whoSaysNoOriginIsNoBrowser() {
        SimulatedServer world = server(block -> block.sameOrigin = true);

        assertThat(WebSocketPeer.connected(world).ask(WebSocketPeer.request("/")))
                .startsWith("HTTP/1.1 101");
    }

    @Test
    void cookiesLogInWhoSaysNothingInConnect() {
        SimulatedServer world =
                server(
                        block -> block.cookies = new WebSocketOptions.Cookies("u", "p", null),
                        users(ALICE, WEB));
        String cookies = "Cookie: x=y; u=alice; p=secret";
        WebSocketPeer byCookie = WebSocketPeer.opened(world, cookies);
        WebSocketPeer byConnect = WebSocketPeer.opened(world, cookies);
        WebSocketPeer wrong = WebSocketPeer.opened(world, "Cookie: u=alice; p=guess");

        byCookie.say(connect(""));
        byConnect.say(connect(",\"user\":\"web\",\"pass\":\"secret\""));
        wrong.say(connect(""));

        assertThat(byCookie.heard()).isEqualTo("PONG\r\n");
        assertThat(byConnect.heard()).isEqualTo("PONG\r\n");
        assertThat(wrong.end()).isEqualTo("1008 Authentication Failure");
        assertThat(world.server.connectionInfos(false))
                .extracting(ConnectionInfo::userName)
                .containsExactly("alice", "web");
    }

    @Test
    void aUserForWebSocketsComesInHereOnly() {
        SimulatedServer world = server(block -> {}, users(WEB));
        String login = connect(",\"user\":\"web\",\"pass\":\"secret\"");

        assertThat(WebSocketPeer.opened(world).say(login).heard()).isEqualTo("PONG\r\n");
        assertThat(world.say(world.client(), login)).contains("Authorization Violation");
    }

    /** secnote-2026-24 and its sibling: the short path takes the block's own user. */
    @ParameterizedTest
    @ValueSource(strings = {"PING\r\n", "SUB a 1\r\nPING\r\n", "PUB a 0\r\n\r\nPING\r\n"})
    void theBlocksOwnUserStandsInForTheSilentHereOnly(String first) {
        SimulatedServer world = server(block -> block.noAuthUser = "web", users(ALICE, WEB));

        assertThat(WebSocketPeer.opened(world).say(first).heard()).endsWith("PONG\r\n");
        assertThat(world.say(world.client(), first)).contains("Authorization Violation");
    }

    @Test
    void infoAsksForALoginThoughSomebodyStandsInForTheSilent() {
        SimulatedServer world = server(block -> block.noAuthUser = "web", users(ALICE, WEB));
        WebSocketPeer client = WebSocketPeer.connected(world);
        client.ask(WebSocketPeer.request("/"));

        assertThat(client.heard()).contains("\"auth_required\":true");
        world.loop.advance(3 * SimulatedServer.SECOND);
        assertThat(client.end()).isEqualTo("1008 Authentication Timeout");
    }

    @Test
    void theBlocksOwnTokenIsAskedForHereOnly() {
        SimulatedServer world = server(block -> block.token = "t");

        assertThat(WebSocketPeer.opened(world).say(connect("")).end())
                .isEqualTo("1008 Authentication Failure");
        assertThat(WebSocketPeer.opened(world).say(connect(",\"auth_token\":\"t\"")).heard())
                .isEqualTo("PONG\r\n");
        assertThat(world.say(world.client(), connect(""))).isEqualTo("PONG\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "1.2.3.4, '1.2.3.4/'",
        "'::1', '[::1]/'",
        "'1.2.3.4, 5.6.7.8', ''",
        "1.2.3, ''",
        "a.example, ''",
        "'fe80::1%eth0', ''"
    })
    void theLogNamesTheAddressThatAProxyForwards(String said, String shown) {
        SimulatedServer world = server(block -> {}, users(ALICE));

        WebSocketPeer.opened(world, "X-Forwarded-For: " + said).say(connect(""));

        assertThat(world.logged)
                .anyMatch(line -> line.matches("\\Q" + shown + "\\E[^/]+ - wid:5 .*"));
    }

    @Test
    void itsOwnPingIntervalHolds() {
        SimulatedServer world = server(block -> block.pingIntervalNanos = SimulatedServer.SECOND);
        WebSocketPeer client = WebSocketPeer.quiet(world);

        world.loop.advance(2 * SimulatedServer.SECOND);

        assertThat(client.heard()).startsWith("PING\r\n");
    }

    @Test
    void aDeadClientAndALeavingServerSayGoodbye() {
        SimulatedServer world = server(block -> block.pingIntervalNanos = SimulatedServer.SECOND);
        WebSocketPeer dead = WebSocketPeer.quiet(world);
        world.loop.advance(10 * SimulatedServer.SECOND);
        assertThat(dead.end()).isEqualTo("1001 Stale Connection");

        WebSocketPeer living = WebSocketPeer.quiet(world);
        world.loop.elsewhere(() -> world.server.enterLameDuck(() -> {}));
        world.loop.advance(11 * SimulatedServer.SECOND / 10);
        assertThat(world.loop.isListening()).isFalse();
        assertThat(living.heard()).contains("\"ldm\":true");
    }
}
