package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.net.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutboundTest {
    private static final int BUDGET_BYTES = 10 * ChunkPool.LARGE_BYTES;

    private final ChunkPool pool = new ChunkPool(BUDGET_BYTES);

    @Test
    void everythingArrivesInOrderHoweverLittleIsTakenAtATime() {
        Peer peer = new Peer();
        Outbound out = new Outbound(pool, peer);
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 400; i++) {
            byte[] part = new byte[i * 7];
            Arrays.fill(part, (byte) i);
            expected.writeBytes(part);
            out.append(part, 0, part.length);
            peer.room = i * 5;
            out.flush();
        }
        while (out.pendingBytes() > 0) {
            peer.room = 1000;
            assertThat(out.flush()).isTrue();
        }
        assertThat(peer.taken.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void whatIsDiscardedIsNoLongerLent() {
        Outbound out = new Outbound(pool, new Peer());
        byte[] much = new byte[300_000];
        out.append(much, 0, much.length);
        out.flush();
        out.append(much, 0, much.length);
        assertThat(pool.lentBytes()).isGreaterThanOrEqualTo(600_000);
        out.discard();
        assertThat(pool.lentBytes()).isZero();
        out.append(much, 0, much.length);
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void aBrokenPeerHoldsNothing() {
        Peer peer = new Peer();
        peer.broken = true;
        Outbound out = new Outbound(pool, peer);
        byte[] much = new byte[300_000];
        out.append(much, 0, much.length);
        assertThat(out.flush()).isFalse();
        assertThat(out.isFailed()).isTrue();
        out.discard();
        assertThat(pool.lentBytes()).isZero();
    }

    @Test
    void oneSlowReaderMayHaveAllThatIsThereAndManyShareIt() {
        List<Outbound> slow = new ArrayList<>();
        byte[] chunk = new byte[ChunkPool.LARGE_BYTES];
        assertThat(pool.shareBytes()).isEqualTo(Long.MAX_VALUE);
        for (int i = 0; i < 5; i++) {
            Outbound out = new Outbound(pool, new Peer());
            slow.add(out);
            for (int k = 0; k < 3; k++) {
                out.append(chunk, 0, chunk.length);
            }
            out.flush();
        }
        assertThat(pool.lentBytes()).isGreaterThan(BUDGET_BYTES);
        assertThat(pool.shareBytes()).isEqualTo(BUDGET_BYTES / 5);
        slow.forEach(Outbound::discard);
        assertThat(pool.lentBytes()).isZero();
        assertThat(pool.shareBytes()).isEqualTo(Long.MAX_VALUE);
    }

    /** Takes as many bytes as there is room for. */
    private static final class Peer implements Transport {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int room;
        private boolean broken;

        @Override
        public int receive(byte[] into, int offset, int length) {
            return 0;
        }

        @Override
        public int send(byte[] from, int offset, int length) throws IOException {
            if (broken) {
                throw new IOException("broken");
            }
            int portion = Math.min(room, length);
            taken.write(from, offset, portion);
            room -= portion;
            return portion;
        }

        @Override
        public void armWriting(boolean wanted) {}

        @Override
        public void armReading(boolean wanted) {}

        @Override
        public void close() {}

        @Override
        public String remoteHost() {
            return "peer";
        }

        @Override
        public int remotePort() {
            return 1;
        }

        @Override
        public String localHost() {
            return "here";
        }
    }
}
