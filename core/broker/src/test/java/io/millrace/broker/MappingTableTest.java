package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.MappingOptions;
import io.millrace.config.MappingOptions.Destination;
import io.millrace.runtime.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class MappingTableTest {
    private final Randomness chance = Randomness.seeded(7);

    private static MappingOptions mapping(String source, Destination... destinations) {
        return new MappingOptions(source, Arrays.asList(destinations));
    }

    private static Destination all(String subject) {
        return new Destination(subject, 100, null);
    }

    private static Destination part(String subject, int weight) {
        return new Destination(subject, weight, null);
    }

    /** The subject it is published on in the end; "dropped" when it is not. */
    private String mapped(MappingTable mappings, String subject) {
        byte[] padded = ("##" + subject + "#").getBytes(StandardCharsets.UTF_8);
        byte[] result = mappings.map(padded, 2, padded.length - 3, chance);
        if (result == null) {
            return subject;
        }
        return result.length == 0 ? "dropped" : new String(result, StandardCharsets.UTF_8);
    }

    private Map<String, Integer> outcomes(MappingTable mappings, String subject) {
        Map<String, Integer> counts = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            counts.merge(mapped(mappings, subject), 1, Integer::sum);
        }
        return counts;
    }

    @Test
    void withoutMappingsThereIsNothingToDo() {
        assertThat(MappingTable.of(List.of()).isEmpty()).isTrue();
    }

    @Test
    void aMappingForTheVerySubjectWinsOverOneWithWildcards() {
        MappingTable mappings =
                MappingTable.of(
                        List.of(mapping("h.*", all("star")), mapping("h.x", all("literal"))));
        assertThat(mapped(mappings, "h.x")).isEqualTo("literal");
        assertThat(mapped(mappings, "h.y")).isEqualTo("star");
        assertThat(mapped(mappings, "h")).isEqualTo("h");
    }

    @Test
    void overlappingWildcardsAreDecidedByTheOrderOfTheConfiguration() {
        MappingTable mappings =
                MappingTable.of(
                        List.of(mapping("h.>", all("full.>")), mapping("h.*", all("star"))));
        assertThat(mapped(mappings, "h.a")).isEqualTo("full.a");
    }

    @Test
    void aMappedSubjectIsNotMappedAgain() {
        MappingTable mappings =
                MappingTable.of(List.of(mapping("a", all("b")), mapping("b", all("c"))));
        assertThat(mapped(mappings, "a")).isEqualTo("b");
    }

    @Test
    void weightsShareTheTraffic() {
        MappingTable mappings =
                MappingTable.of(List.of(mapping("wt", part("wa", 50), part("wb", 50))));
        Map<String, Integer> outcomes = outcomes(mappings, "wt");
        assertThat(outcomes).containsOnlyKeys("wa", "wb");
        assertThat(outcomes.values()).allMatch(count -> count > 400);
    }

    @Test
    void whatNoDestinationTakesStaysWhereItIs() {
        MappingTable mappings = MappingTable.of(List.of(mapping("a.*", part("x", 40))));
        assertThat(outcomes(mappings, "a.b")).containsOnlyKeys("x", "a.b");
    }

    @Test
    void namingTheSubjectItselfWithLessThanEverythingLosesTheRest() {
        MappingTable all = MappingTable.of(List.of(mapping("loss", part("loss", 0))));
        assertThat(outcomes(all, "loss")).containsOnlyKeys("dropped");
        MappingTable some = MappingTable.of(List.of(mapping("j", part("x", 40), part("j", 10))));
        assertThat(outcomes(some, "j")).containsOnlyKeys("dropped", "x", "j");
    }

    @Test
    void destinationsForClustersDoNotCountOutsideOfThem() {
        Destination elsewhere = new Destination("other", 100, "C9");
        MappingTable none = MappingTable.of(List.of(mapping("cl", elsewhere)));
        assertThat(none.isEmpty()).isTrue();
        MappingTable one = MappingTable.of(List.of(mapping("cl", elsewhere, all("here"))));
        assertThat(outcomes(one, "cl")).containsOnlyKeys("here");
    }

    @Test
    void aMappingThatLeavesNothingOfATokenDropsTheMessage() {
        MappingTable mappings = MappingTable.of(List.of(mapping("s.*", all("b.{{split(1,-)}}"))));
        assertThat(mapped(mappings, "s.-")).isEqualTo("dropped");
    }

    @Test
    void anImpossibleMappingIsRefused() {
        assertThatThrownBy(() -> MappingTable.of(List.of(mapping("a", part("b", 10), all("b.$1")))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Error adding mapping for \"a\" : ");
    }
}
