package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedPeer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class OutboundModelTest {
    private final ChunkPool pool = new ChunkPool(Long.MAX_VALUE);
    private final SimulatedPeer peer = new SimulatedPeer();
    private final Outbound out = new Outbound(pool, peer);

    private void append(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        out.append(bytes, 0, bytes.length);
    }

    @Test
    void nothingIsSentBeforeAFlush() {
        append("hello");
        assertThat(peer.heard()).isEmpty();
        assertThat(out.pendingBytes()).isEqualTo(5);
        assertThat(out.chunks()).isEqualTo(1);
        assertThat(out.flush()).isTrue();
        assertThat(peer.heard()).isEqualTo("hello");
        assertThat(out.pendingBytes()).isZero();
        assertThat(out.chunks()).isZero();
        assertThat(out.flush()).isFalse();
    }

    @Test
    void whatThePeerDoesNotTakeWaits() {
        peer.takeOnly(3);
        append("hello");
        assertThat(out.flush()).isTrue();
        assertThat(out.isBlocked()).isTrue();
        assertThat(out.pendingBytes()).isEqualTo(2);
        assertThat(out.flush()).isFalse();
        append(" world");
        peer.takeEverything();
        assertThat(out.flush()).isTrue();
        assertThat(out.isBlocked()).isFalse();
        assertThat(peer.heard()).isEqualTo("hello world");
    }

    @Test
    void goesOnOverAnotherTransport() {
        SimulatedPeer upgraded = new SimulatedPeer();
        append("over tls");
        out.switchTo(upgraded);
        out.flush();
        assertThat(peer.heard()).isEmpty();
        assertThat(upgraded.heard()).isEqualTo("over tls");
    }

    @Test
    void buffersGoBackToThePool() {
        byte[] small = pool.small();
        pool.giveBack(small);
        append("x");
        out.flush();
        assertThat(pool.small()).isSameAs(small);
    }

    @Test
    void everyByteArrivesOnceAndInOrder() {
        Seeds.orElse(200)
                .forEach(
                        seed -> {
                            SimulatedPeer reader = new SimulatedPeer();
                            everyByte(seed, reader, new Outbound(pool, reader));
                        });
    }

    private static void everyByte(long seed, SimulatedPeer reader, Outbound out) {
        Random random = new Random(seed);
        StringBuilder said = new StringBuilder();
        StringBuilder heard = new StringBuilder();
        for (int step = 0; step < 200; step++) {
            switch (random.nextInt(6)) {
                case 0 -> {
                    byte single = (byte) ('a' + random.nextInt(26));
                    out.append(single);
                    said.append((char) single);
                }
                case 1, 2 -> {
                    int length = random.nextInt(random.nextInt(8) == 0 ? 150_000 : 3_000);
                    byte[] bytes = new byte[length + 2];
                    for (int i = 0; i < bytes.length; i++) {
                        bytes[i] = (byte) ('a' + random.nextInt(26));
                    }
                    out.append(bytes, 1, length);
                    said.append(new String(bytes, 1, length, StandardCharsets.US_ASCII));
                }
                case 3 -> reader.takeOnly(random.nextInt(100_000));
                case 4 -> reader.takeEverything();
                default -> out.flush();
            }
            heard.append(reader.heard());
            assertThat(out.pendingBytes())
                    .as("-Dmillrace.seed=%d step %d", seed, step)
                    .isEqualTo((long) said.length() - heard.length());
        }
        reader.takeEverything();
        out.flush();
        heard.append(reader.heard());
        assertThat(heard.toString().contentEquals(said)).as("-Dmillrace.seed=%d", seed).isTrue();
        assertThat(out.chunks()).isZero();
        assertThat(out.isBlocked()).isFalse();
    }
}
