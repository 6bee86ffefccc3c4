package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;

/**
 * Whatever the source, the destination and the subject (a line each): the transform is refused in
 * words, leaves the subject alone, or makes another of it.
 */
final class SubjectTransformFuzzTest {
    private static final int LONGEST_NUMBER = 11;

    @FuzzTest(maxDuration = "2m")
    void refusesOrTransforms(byte[] input) {
        String[] lines = new String(input, StandardCharsets.UTF_8).split("\n", 3);
        if (lines.length < 3) {
            return;
        }
        SubjectTransform transform;
        try {
            transform = SubjectTransform.of(lines[0], lines[1]);
        } catch (InvalidTransformException refused) {
            assertThat(refused.getMessage()).isNotBlank();
            return;
        }
        byte[] subject = lines[2].getBytes(StandardCharsets.UTF_8);
        boolean covered = covers(transform.source(), lines[2]);
        assertThat(transform.matches(subject, 0, subject.length)).isEqualTo(covered);
        if (covered) {
            byte[] result =
                    transform.apply(subject, 0, subject.length, Randomness.seeded(subject.length));
            // a function gives at most a token cut into single bytes, or a number
            int atMost = 2 * subject.length + LONGEST_NUMBER;
            assertThat(result.length).isLessThanOrEqualTo((lines[1].length() + 1) * (atMost + 3));
        }
    }

    private static boolean covers(String pattern, String subject) {
        String[] wanted = pattern.split("\\.", -1);
        String[] tokens = subject.split("\\.", -1);
        for (int i = 0; i < wanted.length; i++) {
            if (i == wanted.length - 1 && wanted[i].equals(">")) {
                return i < tokens.length && (i < tokens.length - 1 || !tokens[i].isEmpty());
            }
            if (i >= tokens.length
                    || tokens[i].isEmpty()
                    || !(wanted[i].equals("*") || wanted[i].equals(tokens[i]))) {
                return false;
            }
        }
        return wanted.length == tokens.length;
    }
}
