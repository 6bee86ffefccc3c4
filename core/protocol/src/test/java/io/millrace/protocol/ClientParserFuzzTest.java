package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** Whatever the bytes, nothing is thrown, and no way of cutting them changes what they say. */
final class ClientParserFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void piecesSayWhatTheWholeSays(FuzzedDataProvider data) {
        int[] cuts = data.consumeInts(data.consumeInt(0, 8));
        byte[] input = data.consumeRemainingAsBytes();
        for (int i = 0; i < cuts.length; i++) {
            cuts[i] = Math.floorMod(cuts[i], input.length + 1);
        }
        Arrays.sort(cuts);
        assertThat(RecordedOperations.of(input, 64, 1024, cuts).said)
                .isEqualTo(RecordedOperations.of(input, 64, 1024).said);
    }
}
