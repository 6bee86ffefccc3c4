package io.millrace.jetstream.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is packed comes out again as it was. */
final class S2PackerTest {
    private final S2Packer packer = new S2Packer();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 11, 60, 61, 64, 65, 257, 2_047, 2_049, 65_535, 65_536})
    void runsOfEveryLengthComeBack(int length) {
        byte[] run = new byte[length];
        Arrays.fill(run, (byte) 'x');
        assertThat(back(run)).isEqualTo(run);
    }

    @Test
    void blocksOfEveryKindComeBack() {
        Random random = new Random(20_261_127);
        for (int round = 0; round < 2_000; round++) {
            byte[] block = block(random);
            assertThat(back(block)).as("round %d", round).isEqualTo(block);
        }
    }

    @Test
    void whatRepeatsBecomesSmall() {
        byte[] text =
                "orders.new {\"item\": \"coffee\", \"count\": 1} "
                        .repeat(1_000)
                        .getBytes(StandardCharsets.UTF_8);
        byte[] packed = new byte[text.length];
        assertThat(packer.pack(text, text.length, packed)).isBetween(1, text.length / 15);
    }

    @Test
    void whatDoesNotRepeatIsLeftAsItIs() {
        byte[] noise = new byte[65_536];
        new Random(7).nextBytes(noise);
        assertThat(packer.pack(noise, noise.length, new byte[noise.length])).isZero();
    }

    /** A mix of noise, of what stood before at any distance, and of runs. */
    private static byte[] block(Random random) {
        byte[] block = new byte[1 + random.nextInt(1 << (1 + random.nextInt(16)))];
        int at = 0;
        while (at < block.length) {
            int length = Math.min(block.length - at, 1 + random.nextInt(1 + random.nextInt(400)));
            int kind = random.nextInt(3);
            int from = at == 0 ? 0 : random.nextInt(at);
            for (int i = 0; i < length; i++, at++) {
                block[at] =
                        kind == 0 || at == 0
                                ? (byte) random.nextInt()
                                : block[kind == 1 ? from + i : at - 1];
            }
        }
        return block;
    }

    private byte[] back(byte[] block) {
        byte[] packed = new byte[block.length];
        int length = packer.pack(block, block.length, packed);
        if (length == 0) {
            return block;
        }
        ByteWindow into = new ByteWindow();
        assertThat(S2Block.unpack(packed, 0, length, into)).isTrue();
        return into.takeFirst(into.length());
    }
}
