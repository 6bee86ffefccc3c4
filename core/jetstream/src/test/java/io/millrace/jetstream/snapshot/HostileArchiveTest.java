package io.millrace.jetstream.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever arrives: an archive or a refusal, and never much memory. */
final class HostileArchiveTest {
    private static final int ROUNDS = 4000;

    /** A frame and its bytes unpacked, each in an array that may be twice as long. */
    private static final int HELD_MAX = 20 << 20;

    private static final ArchiveLimits LIMITS = new ArchiveLimits(1 << 20, 1 << 16, 1 << 20);

    @Test
    void changedFramesEndInAnArchiveOrARefusal() {
        long seed = Long.getLong("seed", 20261127);
        Random random = new Random(seed);
        byte[] archive = Recording.orders();
        for (int round = 0; round < ROUNDS; round++) {
            read(changed(archive, random), 1 + random.nextInt(archive.length), "seed " + seed);
        }
    }

    @Test
    void changedEntriesInIntactFramesEndInAnArchiveOrARefusal() throws ArchiveException {
        long seed = Long.getLong("seed", 20261127);
        Random random = new Random(seed);
        byte[] raw = HandMade.unframed(Recording.orders());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] archive = HandMade.framed(changed(raw, random));
            read(archive, 1 + random.nextInt(archive.length), "seed " + seed);
        }
    }

    @Test
    void changedBlocksEndWithinTheirBounds() {
        long seed = Long.getLong("seed", 20261127);
        Random random = new Random(seed);
        byte[] archive = Recording.orders();
        byte[] block = java.util.Arrays.copyOfRange(archive, 18, archive.length);
        for (int round = 0; round < ROUNDS; round++) {
            ByteWindow into = new ByteWindow();
            byte[] changed = changed(block, random);
            if (!S2Block.unpack(changed, 0, changed.length, into)) {
                assertThat(into.length()).as("seed %d", seed).isZero();
            }
        }
    }

    @Test
    void framesThatUnpackToMuchAreHeldOneAtATime() throws ArchiveException {
        byte[] bomb = HandMade.joined(S2Frame.identifier(), zeros(4 << 20));
        ArchiveReader reader = new ArchiveReader(LIMITS);
        byte[] start = HandMade.archive().state().framed();
        reader.feed(start, 0, start.length);
        assertThat(reader.next()).isInstanceOf(ArchivedState.class);
        assertThat(reader.next()).isNull();
        for (int i = 0; i < 50; i++) {
            byte[] skipped = HandMade.frame(0x80, new byte[1 << 20]);
            reader.feed(skipped, 0, skipped.length);
            assertThat(reader.next()).isNull();
        }
        assertThat(reader.heldBytes()).isLessThan(HELD_MAX);
        ArchiveReader bombed = new ArchiveReader(LIMITS);
        bombed.feed(bomb, 0, bomb.length);
        assertThat(
                        org.assertj.core.api.Assertions.catchThrowableOfType(
                                ArchiveException.class, bombed::next))
                .isNotNull();
        assertThat(bombed.heldBytes()).isLessThan(HELD_MAX);
    }

    @FuzzTest(maxDuration = "1m")
    void anyBytesEndInAnArchiveOrARefusal(FuzzedDataProvider data) {
        int piece = data.consumeInt(1, 1000);
        boolean framed = data.consumeBoolean();
        byte[] input = data.consumeRemainingAsBytes();
        read(framed ? HandMade.framed(input) : input, piece, "fuzz");
    }

    private static void read(byte[] archive, int pieceBytes, String what) {
        ArchiveReader reader = new ArchiveReader(LIMITS);
        try {
            for (int at = 0; at < archive.length; at += pieceBytes) {
                reader.feed(archive, at, Math.min(pieceBytes, archive.length - at));
                while (reader.next() != null) {
                    assertThat(reader.heldBytes()).as(what).isLessThan(HELD_MAX);
                }
            }
            reader.finish();
        } catch (ArchiveException refusal) {
            assertThat(refusal.kind()).as(what).isNotNull();
            assertThat(refusal.position()).as(what).isNotNegative();
        }
        assertThat(reader.heldBytes()).as(what).isLessThan(HELD_MAX);
    }

    private static byte[] changed(byte[] original, Random random) {
        byte[] changed = original.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(changed.length);
            switch (random.nextInt(4)) {
                case 0 -> changed[at] = (byte) random.nextInt(256);
                case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> changed[at] = (byte) 0xFF;
                default -> changed = java.util.Arrays.copyOf(changed, 1 + at);
            }
        }
        return changed;
    }

    /** A frame of a few bytes that unpacks to that many zeros. */
    private static byte[] zeros(int length) {
        int left = length - 5 - 65_540;
        byte[] block =
                new HandMade()
                        .text("\u0000\u0000\u0000\u0000")
                        .varint(length)
                        .text("\u0000\u0000\u0001\u0001\u001d\u0000")
                        .text("" + (char) (left & 0xFF))
                        .text("" + (char) ((left >>> 8) & 0xFF))
                        .text("" + (char) (left >>> 16))
                        .raw();
        int checksum = S2Frame.checksum(new byte[length], 0, length);
        for (int i = 0; i < 4; i++) {
            block[i] = (byte) (checksum >>> (8 * i));
        }
        return HandMade.frame(S2Frame.COMPRESSED, block);
    }
}
