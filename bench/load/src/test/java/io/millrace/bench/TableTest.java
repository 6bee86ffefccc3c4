package io.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of figures. */
final class TableTest {
    private static final List<Side> SIDES = List.of(new Side("a", "a"), new Side("b", "b"));

    @Test
    void showsMediansAndTheMedianOfTheRatiosWithItsRange() {
        Taken taken = new Taken(load(Target.ratioAtMost("cost", 0.5)));
        taken.add(List.of(cost(10), cost(4)));
        taken.add(List.of(cost(20), cost(8)));
        taken.add(List.of(cost(10), cost(6)));
        assertThat(text(taken, false))
                .contains("| `x` | cost | 10.0 s | 6.00 s | 0.400 (0.400-0.600) | ≤ 0.500 x |");
    }

    @Test
    void saysWhichTargetIsMissed() {
        Taken taken = new Taken(load(Target.ratioAtMost("cost", 0.1)));
        taken.add(List.of(cost(10), cost(4)));
        assertThat(text(taken, false)).contains("| 0.400 | ≤ 0.100 x: **missed** |");
        assertThat(text(taken, true)).contains("| 0.400 |  |");
    }

    @Test
    void judgesOurFigureAloneWhereTheTargetSaysSo() {
        Taken taken = new Taken(load(Target.atLeast("cost", 5)));
        taken.add(List.of(cost(10), cost(4)));
        assertThat(text(taken, false)).contains("| ≥ 5.00 s: **missed** |");
    }

    @Test
    void showsWhatOnlyOneSideHasAndWhyTheRestIsMissing() {
        Taken taken = new Taken(load());
        taken.add(List.of(new Figures(), cost(4)));
        taken.fail("the server ended");
        assertThat(text(taken, false))
                .contains("| `x` | cost | – | 4.00 s |  |  |")
                .contains("|  | failed: the server ended |");
    }

    @Test
    void writesNumbersAsPeopleDo() {
        assertThat(Unit.PER_SECOND.text(1_930_000)).isEqualTo("1.93 M/s");
        assertThat(Unit.PER_SECOND.text(46_600)).isEqualTo("46.6 k/s");
        assertThat(Unit.PER_SECOND.text(12)).isEqualTo("12.0/s");
        assertThat(Unit.NANOS.text(187_000)).isEqualTo("187 us");
        assertThat(Unit.NANOS.text(2_500_000)).isEqualTo("2.50 ms");
        assertThat(Unit.BYTES.text(3_686)).isEqualTo("3.60 KB");
        assertThat(Unit.BYTES.text(64 * 1024 * 1024)).isEqualTo("64.0 MB");
        assertThat(Unit.CPU_PER_MILLION.text(0.0941)).isEqualTo("0.094 s");
        assertThat(Unit.COUNT.text(10_000)).isEqualTo("10,000");
    }

    @Test
    void figuresSurviveTheWayBetweenTwoProcesses() {
        Figures figures = cost(0.25);
        figures.add("rate", Unit.PER_SECOND, 1e6);
        assertThat(Figures.parse(List.of(("noise\n" + figures.lines()).split("\n", -1))).all())
                .isEqualTo(figures.all());
    }

    private static String text(Taken taken, boolean halfCore) {
        return new Table(SIDES, halfCore).text(List.of(taken));
    }

    private static Load load(Target... targets) {
        return Load.of("x", "a load", Stage.CORE, trial -> {}).aiming(targets);
    }

    private static Figures cost(double value) {
        Figures figures = new Figures();
        figures.add("cost", Unit.CPU_PER_MILLION, value);
        return figures;
    }
}
