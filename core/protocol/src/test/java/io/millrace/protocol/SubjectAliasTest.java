package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Subjects under two names. */
final class SubjectAliasTest {
    private final Randomness chance = Randomness.seeded(1);

    @ParameterizedTest
    @CsvSource({
        "st.>, from.st.>, st.a.b, from.st.a.b",
        "x.*.*, y.$2.$1, x.a.b, y.b.a",
        "x.*.*, y.*.*, x.a.b, y.a.b",
        "x.*.>, y.{{wildcard(1)}}.>, x.a.b.c, y.a.b.c",
        "one, two, one, two",
        "*.x.*, x.$2.z.$1, a.x.b, x.b.z.a"
    })
    void goesThereAndComesBack(String there, String here, String theirs, String ours)
            throws InvalidTransformException {
        SubjectAlias alias = SubjectAlias.of(there, here);
        byte[] their = theirs.getBytes(StandardCharsets.UTF_8);
        byte[] our = ours.getBytes(StandardCharsets.UTF_8);
        assertThat(alias.toHere(their, 0, their.length, chance)).asString().isEqualTo(ours);
        assertThat(alias.toThere(our, 0, our.length, chance)).asString().isEqualTo(theirs);
    }

    @ParameterizedTest
    @CsvSource({
        "st.>, p.st.>, p.st.a, st.a",
        "st.>, p.st.>, p.>, st.>",
        "st.>, p.st.>, >, st.>",
        "st.>, p.st.>, *.*.a, st.a",
        "st.>, p.st.>, *.*.*.b.>, st.*.b.>",
        "st.>, p.st.>, q.>, ",
        "st.>, p.st.>, p.st, ",
        "x.*.*, y.$2.$1, y.a.*, x.*.a",
        "x.*.*, y.$2.$1, y.*.b, x.b.*",
        "x.*.*, y.$2.$1, y.>, x.*.*",
        "x.*.*, y.$2.$1, y.a, ",
        "x.*.k, y.*.k, *.b.*, x.b.k",
        "one, two, two, one",
        "one, two, *, one",
        "one, two, one, "
    })
    void whatIsWantedHereIsFoundThere(String there, String here, String wanted, String found)
            throws InvalidTransformException {
        assertThat(SubjectAlias.of(there, here).common(wanted)).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x.* | q | not using all of the token wildcard(s) in q",
                "x.*.* | q.$2 | not using all of the token wildcard(s) in q.$2",
                "x.* | q.$2 | wildcard index out of range in $2: [2]",
                "x.> | q | invalid subject",
                "x | q.> | invalid subject",
                "x.* | q.{{partition(3,1)}} | the only mapping function allowed"
            })
    void whatCannotBeUndoneIsRefused(String there, String here, String why) {
        assertThatThrownBy(() -> SubjectAlias.of(there, here))
                .isInstanceOf(InvalidTransformException.class)
                .hasMessageContaining(why);
    }

    @Test
    void manyNamesHereMayMeanOneThere() throws InvalidTransformException {
        SubjectAlias alias = SubjectAlias.of("one", "any.*");
        byte[] our = "any.x".getBytes(StandardCharsets.UTF_8);
        assertThat(alias.toThere(our, 0, our.length, chance)).asString().isEqualTo("one");
        assertThatThrownBy(() -> alias.toHere(our, 0, our.length, chance))
                .isInstanceOf(IllegalStateException.class);
    }
}
