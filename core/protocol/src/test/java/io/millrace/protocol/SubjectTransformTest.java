package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Randomness;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Expected values were observed at nats-server 2.15.2. */
final class SubjectTransformTest {
    private static final Randomness CHANCE = Randomness.seeded(1);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "w.*.*    | w.{{wildcard(2)}}.{{wildcard(1)}} | w.a.b        | w.b.a",
                "old.*.*  | old2.$2.$1                        | old.a.b      | old2.b.a",
                "part.*.* | part.{{partition(5,1,2)}}         | part.x.y     | part.2",
                "part.*.* | part.{{partition(5,1,2)}}         | part.a.b     | part.1",
                "part.*.* | part.{{partition(5,1,2)}}         | part.q.w     | part.4",
                "pall.*.* | pall2.{{partition(3)}}            | pall.foo.bar | pall2.2",
                "sl.*     | sl2.{{SplitFromLeft(1,2)}}        | sl.abcdef    | sl2.ab.cdef",
                "sr.*     | sr2.{{SplitFromRight(1,2)}}       | sr.abcdef    | sr2.abcd.ef",
                "cl.*     | cl2.{{SliceFromLeft(1,2)}}        | cl.abcdef    | cl2.ab.cd.ef",
                "cr.*     | cr2.{{SliceFromRight(1,2)}}       | cr.abcdef    | cr2.ab.cd.ef",
                "sp.*     | sp2.{{Split(1,-)}}                | sp.a-b-c     | sp2.a.b.c",
                "le.*     | le2.{{left(1,2)}}                 | le.abcdef    | le2.ab",
                "ri.*     | ri2.{{right(1,2)}}                | ri.abcdef    | ri2.ef",
                "rnd.*    | rnd2.{{random(1)}}                | rnd.a        | rnd2.0",
                "full.>   | f2.>                              | full.a.b.c   | f2.a.b.c",
                "drop.*.* | drop2.{{wildcard(1)}}             | drop.a.b     | drop2.a",
                "f3.*.>   | b.$1.>                            | f3.a.b.c     | b.a.b.c",
                "f4.>     | {{partition(7)}}.>                | f4.a.b       | 6.a.b",
                "f6       | b.{{partition(3)}}                | f6           | b.0",
                "f7       | b.{{partition(3,1)}}              | f7           | b.1",
                "g6.*.*   | b.$1.$1.{{partition(10,2,1)}}     | g6.foo.bar   | b.foo.foo.2",
                "g7.*     | b.{{random(1)}}.{{splitfromright(1,2)}} | g7.abc | b.0.a.bc",
            })
    void functionsGiveWhatWasRecorded(String source, String destination, String in, String out)
            throws InvalidTransformException {
        assertThat(SubjectTransform.of(source, destination).apply(in, CHANCE)).isEqualTo(out);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "left(1,0)            | abcdef  | abcdef",
                "left(1,-1)           | abcdef  | abcdef",
                "left(1,10)           | abcdef  | abcdef",
                "right(1,10)          | abcdef  | abcdef",
                "splitfromleft(1,6)   | abcdef  | abcdef",
                "splitfromright(1,0)  | abcdef  | abcdef",
                "slicefromleft(1,4)   | abcdef  | abcd.ef",
                "slicefromright(1,4)  | abcdef  | ab.cdef",
                "slicefromleft(1,0)   | abcdef  | abcdef",
                "split(1,ab)          | 1ab2ab3 | 1.2.3",
                "split(1,ab)          | abxab   | x",
                "split(1,-)           | a---b   | a.b",
                "split(1,--)          | a---b   | a.-b",
                "split(1, )           | abc     | a.b.c",
                "wildcard(0)          | abc     | c1",
                "wildcard(-1)         | abc     | c1",
                "left(0,2)            | abc     | c1",
                "partition(0,1)       | x       | 0",
                "random(0)            | x       | 0",
            })
    void boundaryArgumentsBehaveAsObserved(String function, String token, String out)
            throws InvalidTransformException {
        SubjectTransform transform = SubjectTransform.of("c1.*", "b.{{" + function + "}}");
        assertThat(transform.apply("c1." + token, CHANCE)).isEqualTo("b." + out);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "b.$x",
                "b.{{wildcard(1)}}x",
                "b.x{{wildcard(1)}}",
                "b.{{wildcard(1)",
                "b.{{}}"
            })
    void whatIsNotQuiteAFunctionIsText(String destination) throws InvalidTransformException {
        assertThat(SubjectTransform.of("a.*", destination).apply("a.q", CHANCE))
                .isEqualTo(destination);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "a.*   | b.{{foo(1)}}           | unknown function in {{foo(1)}}",
                "a.*   | b.{{WILDCARD(1)}}      | unknown function in {{WILDCARD(1)}}",
                "a.*   | b.{{wildcard(2)}}      | wildcard index out of range in {{wildcard(2)}}:"
                        + " [2]",
                "a.*   | b.{{wildcard()}}       | not enough arguments passed to the function in"
                        + " {{wildcard()}}",
                "a.*   | b.{{wildcard(x)}}      | function argument is invalid or in the wrong"
                        + " format in {{wildcard(x)}}",
                "a.*   | b.{{wildcard(1,2)}}    | too many arguments passed to the function in"
                        + " {{wildcard(1,2)}}",
                "a.*   | b.{{partition()}}      | function argument is invalid or in the wrong"
                        + " format in {{partition()}}",
                "a.*   | b.{{partition(99999999999,1)}} | function argument is invalid or in the"
                        + " wrong format in {{partition(99999999999,1)}}",
                "a.*.* | b.{{partition(3,1,2,5)}} | wildcard index out of range in"
                        + " {{partition(3,1,2,5)}}: [5]",
                "a.*   | b.{{random(3,1)}}      | not enough arguments passed to the function in"
                        + " {{random(3,1)}}",
                "a.*   | b.{{split(1)}}         | not enough arguments passed to the function in"
                        + " {{split(1)}}",
                "a.*   | b.{{split( 1 , - )}}   | function argument is invalid or in the wrong"
                        + " format in {{split( 1 , - )}}",
                "a     | b.{{left(1,1)}}        | wildcard index out of range in {{left(1,1)}}",
                "a     | b.$1                   | wildcard index out of range in $1",
                "a.*   | b.$2                   | wildcard index out of range in $2: [2]",
                "a.*   | b..c                   | invalid transform",
                "a     | b c                    | invalid transform",
                "a.*   | b. {{wildcard(1)}}     | invalid transform",
                "a.*.> | b.>.$1                 | invalid transform in $1",
            })
    void refusesInTheWordsThatOperatorsKnow(String source, String destination, String why) {
        assertThatThrownBy(() -> SubjectTransform.of(source, destination))
                .isInstanceOf(InvalidTransformException.class)
                .hasMessage("invalid mapping destination: " + why);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"a.*|b.*", "a.>|b.*", "a.>|b", "a|b.>", "a.*|b.>", "a.*|b.*.{{wildcard(1)}}"})
    void wildcardsOfBothSidesMustFit(String source, String destination) {
        assertThatThrownBy(() -> SubjectTransform.of(source, destination))
                .isInstanceOf(InvalidTransformException.class)
                .hasMessage("invalid subject");
    }

    @ParameterizedTest
    @CsvSource({"Left", "left"})
    void firstLettersOfNamesMayBeCapitals(String name) throws InvalidTransformException {
        assertThat(
                        SubjectTransform.of("a.*", "b.{{ " + name + " ( 1 , 1 ) }}")
                                .apply("a.xy", CHANCE))
                .isEqualTo("b.x");
    }

    @ParameterizedTest
    @CsvSource({"a.*,b.x", "a.*,a", "a.*,a.b.c", "a.>,a", "a.b,a.bc", "a.*,a."})
    void subjectsOutsideTheSourceAreLeftAlone(String source, String subject)
            throws InvalidTransformException {
        String destination = source.endsWith(">") ? "z.>" : "z";
        assertThat(SubjectTransform.of(source, destination).apply(subject, CHANCE)).isNull();
    }

    @Test
    void randomDrawsEveryNumberBelowItsBound() throws InvalidTransformException {
        SubjectTransform transform = SubjectTransform.of("a", "b.{{random(3)}}");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 200; i++) {
            seen.add(String.valueOf(transform.apply("a", CHANCE)));
        }
        assertThat(seen).containsExactlyInAnyOrder("b.0", "b.1", "b.2");
    }

    @Test
    void anEmptySourceMeansEverything() throws InvalidTransformException {
        assertThat(SubjectTransform.of("", "all.>").apply("x.y", CHANCE)).isEqualTo("all.x.y");
    }
}
