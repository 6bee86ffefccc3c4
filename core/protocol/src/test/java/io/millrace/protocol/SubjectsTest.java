package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SubjectsTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isLiteral(String subject) {
        return Subjects.isLiteral(bytes(subject), 0, bytes(subject).length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a", "a.b", "*", ">", "*.*.>", "a.>", "a*.b>", ">a", "a.*b.c", "ü.ß", "$G"})
    void subjectsThatMayBeSubscribedTo(String subject) {
        assertThat(Subjects.isValid(subject)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", ">.a", "a.>.b", "*.", "..", ">.>"})
    void subjectsThatMayNot(String subject) {
        assertThat(Subjects.isValid(subject)).isFalse();
        assertThat(isLiteral(subject)).isFalse();
    }

    @Test
    void aWildcardIsAWholeToken() {
        assertThat(List.of("a", "a*.b", "foo.b>", "**", ">>")).allMatch(SubjectsTest::isLiteral);
        assertThat(List.of("*", "a.*", "*.a", "a.>", ">")).noneMatch(SubjectsTest::isLiteral);
    }

    @Test
    void tokensAreCounted() {
        byte[] b = bytes("xxa.b.cyy");
        assertThat(Subjects.tokens(b, 2, 5)).isEqualTo(3);
        assertThat(Subjects.tokens(b, 2, 1)).isEqualTo(1);
    }

    @Test
    void onlyTheSliceCounts() {
        byte[] b = bytes("..a.b..>");
        assertThat(Subjects.isValid(b, 2, 3)).isTrue();
        assertThat(Subjects.hasWildcard(b, 2, 3)).isFalse();
        assertThat(Subjects.isValid(b, 2, 4)).isFalse();
    }

    @Test
    void bytesAgreeWithTokens() {
        for (long seed = 1; seed <= 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder out = new StringBuilder();
            for (int i = random.nextInt(9); i > 0; i--) {
                out.append("ab.*>..*".charAt(random.nextInt(8)));
            }
            String subject = out.toString();
            List<String> tokens = List.of(subject.split("\\.", -1));
            boolean valid = true;
            for (int i = 0; i < tokens.size(); i++) {
                boolean inner = i < tokens.size() - 1;
                valid &= !tokens.get(i).isEmpty() && !(inner && tokens.get(i).equals(">"));
            }
            boolean wild = tokens.contains("*") || tokens.contains(">");
            assertThat(Subjects.isValid(subject)).as("seed %d: %s", seed, subject).isEqualTo(valid);
            assertThat(isLiteral(subject))
                    .as("seed %d: %s", seed, subject)
                    .isEqualTo(valid && !wild);
        }
    }
}
