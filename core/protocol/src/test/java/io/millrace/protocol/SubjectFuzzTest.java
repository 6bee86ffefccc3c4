package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Whatever the bytes of a subject, the rules say of them what their tokens say. */
final class SubjectFuzzTest {
    @FuzzTest(maxDuration = "2m")
    void bytesSayWhatTheirTokensSay(byte[] input) {
        List<String> tokens =
                List.of(new String(input, StandardCharsets.ISO_8859_1).split("\\.", -1));
        List<String> inner = tokens.subList(0, tokens.size() - 1);
        boolean wild = tokens.contains("*") || tokens.contains(">");
        boolean valid = !tokens.contains("") && !inner.contains(">");

        // what stands around a subject is none of its business
        byte[] padded = new byte[input.length + 4];
        Arrays.fill(padded, (byte) '.');
        System.arraycopy(input, 0, padded, 2, input.length);
        assertThat(Subjects.isValid(padded, 2, input.length)).isEqualTo(valid);
        assertThat(Subjects.hasWildcard(input, 0, input.length)).isEqualTo(wild);
        assertThat(Subjects.isLiteral(padded, 2, input.length)).isEqualTo(valid && !wild);
        assertThat(Subjects.tokens(padded, 2, input.length)).isEqualTo(tokens.size());
    }
}
