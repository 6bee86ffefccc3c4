package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.Randomness;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class UniqueIdsTest {
    @Test
    void idsAreTwentyTwoLettersAndDigitsAndDiffer() {
        UniqueIds ids = new UniqueIds(Randomness.seeded(1));
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String id = ids.next();
            assertThat(id).matches("[0-9A-Za-z]{22}");
            assertThat(seen.add(id)).isTrue();
        }
    }
}
