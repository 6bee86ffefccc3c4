package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every load does what it says for a moment. How fast is not asked here. */
final class LoadsTest {
    private static final double MOMENT = 0.1;

    @Test
    void everyLoadRunsAgainstOurServer() throws Exception {
        Map<Stage, List<Load>> byStage = new LinkedHashMap<>();
        for (Load load : Loads.ALL) {
            Stage shared = new Stage(load.stage().config(), false, 0, false);
            byStage.computeIfAbsent(shared, stage -> new ArrayList<>()).add(load);
        }
        for (Map.Entry<Stage, List<Load>> entry : byStage.entrySet()) {
            try (ServerProcess server = OurServer.start(entry.getKey())) {
                for (Load load : entry.getValue()) {
                    Figures figures = load.sample(OurServer.aim(server, MOMENT));
                    assertThat(figures.all()).as(load.name()).isNotEmpty();
                    assertThat(figures.all())
                            .as(load.name())
                            .allMatch(figure -> Double.isFinite(figure.value()));
                }
            }
        }
    }

    @Test
    void everyTargetIsForAFigureThatItsLoadGives() throws Exception {
        try (ServerProcess server = OurServer.start(Stage.CORE)) {
            Load load = Loads.named("rr1");
            Figures figures = load.sample(OurServer.aim(server, MOMENT));
            assertThat(load.targets())
                    .isNotEmpty()
                    .allMatch(target -> figures.named(target.figure()).isPresent());
        }
    }

    @Test
    void namesAreDifferent() {
        assertThat(Loads.ALL.stream().map(Load::name).collect(Collectors.toSet()))
                .hasSameSizeAs(Loads.ALL);
    }

    @Test
    void pairsAreTakenInLoadersOfTheirOwnAndTheirServersEnd() throws Exception {
        List<String> said = new ArrayList<>();
        Side ours = new Side("ours", OurServer.command());
        Side again = new Side("again", OurServer.command());
        try (Pairs pairs = new Pairs(List.of(ours, again), 1, false, said::add)) {
            Taken taken = pairs.measure(Loads.named("pub128"), MOMENT);
            assertThat(taken.failure()).isEmpty();
            assertThat(taken.pairs()).hasSize(1);
            assertThat(new Table(List.of(ours, again), false).text(List.of(taken)))
                    .contains("| `pub128` | messages |")
                    .contains("| load | figure | ours | again | ratio | target |");
        }
        assertThat(said).hasSize(3);
    }

    @Test
    void aServerThatDoesNotStartIsAFailureOfTheLoad() throws Exception {
        try (Pairs pairs = new Pairs(List.of(new Side("none", "false")), 1, false, line -> {})) {
            Taken taken = pairs.measure(Loads.named("pub128"), MOMENT);
            assertThat(taken.failure()).contains("did not start");
            assertThat(new Table(List.of(new Side("none", "false")), false).text(List.of(taken)))
                    .contains("| `pub128` | failed: the server did not start");
        }
    }
}
