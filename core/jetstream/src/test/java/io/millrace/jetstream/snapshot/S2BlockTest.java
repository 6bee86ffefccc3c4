package io.millrace.jetstream.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compressed blocks, element by element. */
final class S2BlockTest {
    @Test
    void literalsStandForThemselves() {
        assertThat(unpacked("05 10 61 62 63 64 65")).isEqualTo("abcde");
        assertThat(unpacked("05 F0 04 61 62 63 64 65")).isEqualTo("abcde");
        assertThat(unpacked("05 F4 04 00 61 62 63 64 65")).isEqualTo("abcde");
        assertThat(unpacked("00")).isEmpty();
    }

    @Test
    void copiesOfEachKindReachBack() {
        assertThat(unpacked("08 0C 61 62 63 64 01 04")).isEqualTo("abcdabcd");
        assertThat(unpacked("08 0C 61 62 63 64 0E 04 00")).isEqualTo("abcdabcd");
        assertThat(unpacked("08 0C 61 62 63 64 0F 04 00 00 00")).isEqualTo("abcdabcd");
    }

    @Test
    void aCopyMayReadWhatItWrites() {
        assertThat(unpacked("07 04 61 62 12 02 00")).isEqualTo("abababa");
    }

    @Test
    void distanceZeroRepeatsTheLastDistance() {
        // "ab", copy 4 from 2 back, literal "x", then 4 more from 2 back
        assertThat(unpacked("0B 04 61 62 01 02 00 78 01 00")).isEqualTo("abababxbxbx");
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 7, 8, 9, 263, 264, 65_795, 65_796, 1_000_000})
    void repeatsOfEveryLengthAreUnderstood(int length) {
        int total = 5 + length;
        String block = hex(varint(total)) + " 00 61 01 01 " + repeat(length);
        assertThat(unpacked(block)).isEqualTo("a".repeat(total));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "FF FF FF FF 0F",
                "80 80 80 80 80",
                "05",
                "05 10 61 62",
                "04 10 61 62 63 64 65",
                "05 0C 61 62 63 64",
                "05 FC 04 00 00 FF 61",
                "08 0C 61 62 63 64 01",
                "08 0C 61 62 63 64 01 05",
                "08 0C 61 62 63 64 0E 04",
                "08 0C 61 62 63 64 0F 04 00 00 80",
                "08 0C 61 62 63 64 0E 00 00",
                "08 0C 61 62 63 64 01 00",
                "04 01 00",
                "09 00 61 01 01 15 00",
                "07 0C 61 62 63 64 01 04",
                "09 0C 61 62 63 64 01 04",
            })
    void brokenBlocksAreRefused(String hex) {
        ByteWindow into = new ByteWindow();
        byte[] block = bytes(hex);
        assertThat(S2Block.unpack(block, 0, block.length, into)).isFalse();
        assertThat(into.length()).isZero();
    }

    @Test
    void aBlockReachesNoFurtherBackThanItsOwnBeginning() {
        ByteWindow into = new ByteWindow();
        into.append(new byte[100], 0, 100);
        byte[] block = bytes("08 0C 61 62 63 64 01 05");
        assertThat(S2Block.unpack(block, 0, block.length, into)).isFalse();
    }

    private static String repeat(int length) {
        if (length <= 8) {
            return hex((byte) (1 | ((length - 4) << 2)), (byte) 0);
        }
        int base = length < 264 ? 8 : length < 65_796 ? 260 : 65_540;
        int code = base == 8 ? 5 : base == 260 ? 6 : 7;
        int left = length - base;
        StringBuilder out = new StringBuilder(hex((byte) (1 | (code << 2)), (byte) 0));
        for (int i = 0; i < code - 4; i++) {
            out.append(' ').append(hex((byte) (left >>> (8 * i))));
        }
        return out.toString();
    }

    private static byte[] varint(int value) {
        return new HandMade().varint(value).raw();
    }

    private static String hex(byte... bytes) {
        return java.util.HexFormat.ofDelimiter(" ").formatHex(bytes);
    }

    private static byte[] bytes(String hex) {
        return java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    private static String unpacked(String hex) {
        byte[] block = bytes(hex);
        ByteWindow into = new ByteWindow();
        into.append(new byte[] {1, 2, 3}, 0, 3);
        assertThat(S2Block.unpack(block, 0, block.length, into)).isTrue();
        into.dropFirst(3);
        return new String(into.takeFirst(into.length()), StandardCharsets.US_ASCII);
    }
}
