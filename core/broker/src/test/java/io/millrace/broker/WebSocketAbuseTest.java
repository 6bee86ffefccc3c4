package io.millrace.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Peers that break the rules of WebSocket: bounded, told why, and nobody else notices. */
final class WebSocketAbuseTest {
    private static final int LAST = WebSocketPeer.LAST;
    private static final int PACKED = WebSocketPeer.PACKED;
    private static final int BINARY = WebSocketPeer.BINARY;

    private final SimulatedServer world = WebSocketTest.server(block -> block.compression = true);
    private final WebSocketPeer bystander = WebSocketPeer.quiet(world);

    @AfterEach
    void othersAreServed() {
        bystander.frames();
        assertThat(bystander.say("PING\r\n").heard()).isEqualTo("PONG\r\n");
    }

    private static byte[] ping() {
        return "PING\r\n".getBytes(UTF_8);
    }

    private static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    private static byte[] frame(int first, byte[] payload) {
        return WebSocketPeer.frame(first, payload, payload.length);
    }

    static Stream<Arguments> mistakes() {
        String length = "invalid 64-bit payload length";
        String endless = "control frame does not have final bit set";
        return Stream.of(
                Arguments.of(frame(LAST | 0x20 | BINARY, ping()), "RSV2 and RSV3 must be clear"),
                Arguments.of(frame(LAST | 0x10 | BINARY, ping()), "RSV2 and RSV3 must be clear"),
                Arguments.of(frame(LAST | 0x03, ping()), "unknown opcode 3"),
                Arguments.of(frame(LAST | 0x0b, ping()), "unknown opcode 11"),
                Arguments.of(frame(LAST, ping()), "invalid continuation frame"),
                Arguments.of(
                        frame(LAST | 0x09, new byte[126]),
                        "control frame length bigger than maximum allowed of 125 bytes"),
                Arguments.of(frame(0x09, ping()), endless),
                Arguments.of(frame(0x08, bytes(3, 0xe8)), endless),
                Arguments.of(
                        frame(LAST | PACKED | 0x09, ping()),
                        "control frame must not be compressed"),
                Arguments.of(frame(LAST | 0x08, bytes(3)), "close frame payload cannot be 1 byte"),
                Arguments.of(frame(LAST | 0x08, bytes(3, 0xe7)), "invalid close status code 999"),
                Arguments.of(frame(LAST | 0x08, bytes(3, 0xed)), "invalid close status code 1005"),
                Arguments.of(WebSocketPeer.frame(LAST | BINARY, ping(), Long.MIN_VALUE), length),
                Arguments.of(WebSocketPeer.frame(LAST | BINARY, ping(), -1), length),
                Arguments.of(
                        frame(LAST | PACKED | BINARY, bytes(0xff, 0xff, 0xff, 0xff)),
                        "flate: corrupt input before offset "),
                Arguments.of(
                        frame(LAST | PACKED | BINARY, bytes()),
                        "flate: corrupt input before offset "));
    }

    @ParameterizedTest
    @MethodSource("mistakes")
    void whoBreaksARuleIsToldWhichAndClosed(byte[] mistake, String rule) {
        WebSocketPeer client = WebSocketPeer.quiet(world, WebSocketPeer.COMPRESSED);

        client.raw(mistake);

        assertThat(client.end()).startsWith("1002 " + rule);
        assertThat(client.peer.isClosed()).isTrue();
        assertThat(world.logged).anyMatch(line -> line.contains(" - read error: " + rule));
        assertThat(world.lastEnd()).isEqualTo(ClosedReason.READ_ERROR);
    }

    @Test
    void aFrameWithoutMaskIsNotEvenAnswered() {
        WebSocketPeer client = WebSocketPeer.quiet(world);

        client.raw(bytes(0x82, 6, 'P', 'I', 'N', 'G', '\r', '\n'));

        assertThat(client.frames()).isEmpty();
        assertThat(client.peer.isClosed()).isTrue();
        assertThat(world.logged).anyMatch(line -> line.endsWith("read error: mask bit missing"));
    }

    @Test
    void compressedFramesAreForThoseWhoAgreedOnThem() {
        WebSocketPeer client = WebSocketPeer.quiet(world);

        client.send(LAST | PACKED | BINARY, WebSocketPeer.deflated(ping()));

        assertThat(client.end())
                .isEqualTo("1002 compressed frame received without negotiated permessage-deflate");
    }

    @Test
    void onlyTheFirstFragmentSaysThatItIsCompressed() {
        WebSocketPeer client = WebSocketPeer.quiet(world, WebSocketPeer.COMPRESSED);
        byte[] packed = WebSocketPeer.deflated(ping());
        client.send(PACKED | BINARY, Arrays.copyOf(packed, 3));

        client.send(LAST | PACKED, Arrays.copyOfRange(packed, 3, packed.length));

        assertThat(client.end()).isEqualTo("1002 invalid continuation frame");
    }

    @Test
    void aSecondMessageInsideOfAMessageIsNone() {
        WebSocketPeer client = WebSocketPeer.quiet(world);
        client.send(BINARY, "PI");

        client.send(LAST | BINARY, "NG\r\n");

        assertThat(client.end())
                .isEqualTo(
                        "1002 new message started before final frame for previous message was"
                                + " received");
    }

    @Test
    void textThatIsNoneInACloseFrameIsToldSo() {
        WebSocketPeer client = WebSocketPeer.quiet(world);

        client.send(LAST | WebSocketPeer.CLOSE, bytes(3, 0xe8, 0xff, 0xfe));

        assertThat(client.end()).isEqualTo("1007 invalid utf8 body in close frame");
        assertThat(client.peer.isClosed()).isTrue();
    }

    @Test
    void whatCameBeforeAMistakeIsDone() {
        WebSocketPeer client = WebSocketPeer.quiet(world);
        client.peer.say(frame(LAST | BINARY, ping()));

        client.raw(frame(LAST | 0x03, ping()));

        assertThat(client.frames())
                .extracting(WebSocketPeer.Frame::first)
                .containsExactly(LAST | BINARY, LAST | WebSocketPeer.CLOSE);
    }

    /** secnote-2026-11: a frame is a stream, and what counts is what is in it. */
    @Test
    void aFrameThatClaimsHalfOfTheWorldIsReadAsItComes() {
        WebSocketPeer client = WebSocketPeer.quiet(world);

        client.raw(WebSocketPeer.frame(LAST | BINARY, new byte[0], Long.MAX_VALUE));
        // the mask goes on where it was: four operations of six bytes each are whole turns of it
        byte[] whole = WebSocketPeer.frame(LAST | BINARY, "PING\r\nPING\r\n".getBytes(UTF_8), 12);
        client.raw(Arrays.copyOfRange(whole, 6, 18));

        assertThat(client.heard()).isEqualTo("PONG\r\nPONG\r\n");
    }

    @Test
    void manySmallMessagesFitIntoOneLargeFrame() {
        WebSocketPeer client = WebSocketPeer.quiet(world);

        client.say("SUB a 1\r\n" + "PUB b 2\r\nok\r\n".repeat(300_000) + "PUB a 2\r\nok\r\n");

        assertThat(client.heard()).isEqualTo("MSG a 1 2\r\nok\r\n");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aLineThatNeverEndsMeetsTheLimitOfLines(boolean inFragments) {
        WebSocketPeer client = WebSocketPeer.opened(world);

        for (int i = 0; i < 10 && !client.peer.isClosed(); i++) {
            int opcode = i == 0 ? BINARY : WebSocketPeer.CONTINUATION;
            client.send(
                    inFragments ? opcode : LAST | BINARY, (i == 0 ? "PUB " : "") + "x".repeat(900));
        }

        assertThat(client.end()).isEqualTo("1008 Maximum Control Line Exceeded");
    }

    /** secnote-2026-02. */
    @Test
    void aBombIsInflatedToTheLimitOnly() {
        WebSocketPeer client = WebSocketPeer.quiet(world, WebSocketPeer.COMPRESSED);
        byte[] bomb = WebSocketPeer.deflated("PING\r\n".repeat(5_000_000).getBytes(UTF_8));

        client.send(LAST | PACKED | BINARY, bomb);

        assertThat(client.end()).isEqualTo("1009 maximum payload exceeded");
        assertThat(client.peer.isClosed()).isTrue();
    }

    @Test
    void aBombInFragmentsIsOneToo() {
        WebSocketPeer client = WebSocketPeer.quiet(world, WebSocketPeer.COMPRESSED);
        byte[] bomb = WebSocketPeer.deflated("PING\r\n".repeat(5_000_000).getBytes(UTF_8));

        for (int at = 0; at < bomb.length && !client.peer.isClosed(); at += 1000) {
            byte[] part = Arrays.copyOfRange(bomb, at, Math.min(bomb.length, at + 1000));
            client.send(at == 0 ? PACKED | BINARY : WebSocketPeer.CONTINUATION, part);
        }

        assertThat(client.end()).isEqualTo("1009 maximum payload exceeded");
    }

    @Test
    void whoNeverEndsTheRequestIsClosedAfterItsTime() {
        WebSocketPeer silent = WebSocketPeer.connected(world);
        WebSocketPeer half = WebSocketPeer.connected(world);
        half.ask("GET / HTTP/1.1\r\nHost:");

        world.loop.advance(11 * SimulatedServer.SECOND);

        assertThat(silent.peer.isClosed()).isTrue();
        assertThat(half.peer.isClosed()).isTrue();
        assertThat(world.server.connectionCount()).isEqualTo(1);
    }

    @Test
    void aHeadWithoutEndIsRefused() {
        WebSocketPeer client = WebSocketPeer.connected(world);

        String answer = client.ask("GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(100_000));

        assertThat(answer).startsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
        assertThat(client.peer.isClosed()).isTrue();
    }

    @Test
    void whoPingsAndDoesNotListenIsNotAnsweredForEver() {
        WebSocketPeer client = WebSocketPeer.quiet(world);
        client.peer.takeOnly(0);
        for (int i = 0; i < 20_000; i++) {
            client.peer.say(frame(LAST | WebSocketPeer.PING, new byte[100]));
        }
        world.loop.settle();

        client.peer.takeEverything();
        world.loop.settle();

        assertThat(client.frames()).hasSizeBetween(500, 800);
    }

    @Test
    void whoReadsTooSlowlyIsClosed() {
        SimulatedServer narrow =
                WebSocketTest.server(
                        block -> {},
                        options ->
                                options.limits =
                                        SimulatedServer.limits(
                                                100_000, 200_000, SimulatedServer.SECOND, true));
        WebSocketPeer client = WebSocketPeer.quiet(narrow);
        client.say("SUB a 1\r\n");
        client.peer.takeOnly(1000);

        WebSocketPeer.quiet(narrow)
                .say(("PUB a 50000\r\n" + "x".repeat(50_000) + "\r\n").repeat(10));

        assertThat(client.peer.isClosed()).isTrue();
        assertThat(narrow.lastEnd()).isEqualTo(ClosedReason.SLOW_CONSUMER_PENDING_BYTES);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void noiseOfAnyKindEndsItsOwnConnectionAtMost(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            WebSocketPeer client =
                    random.nextBoolean()
                            ? WebSocketPeer.opened(world, WebSocketPeer.COMPRESSED)
                            : WebSocketPeer.connected(world);
            client.peer.sayInPieces(1 + random.nextInt(40));
            for (int i = 0; i < 5 && !client.peer.isClosed(); i++) {
                byte[] noise = new byte[random.nextInt(200)];
                random.nextBytes(noise);
                int first = random.nextInt(256);
                client.raw(
                        random.nextInt(3) == 0
                                ? noise
                                : WebSocketPeer.frame(first, noise, noise.length));
            }
            client.peer.leave();
            world.loop.settle();
            client.peer.forget();
        }
    }
}
