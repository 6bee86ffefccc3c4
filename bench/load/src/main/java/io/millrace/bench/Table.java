package io.millrace.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What was measured, as a table of Markdown. Immutable. */
final class Table {
    private static final List<String> UNSAID = List.of(Figures.SERVER_CORES, Figures.LOADER_CORES);

    private final List<String> labels;
    private final boolean halfCore;

    Table(List<Side> sides, boolean halfCore) {
        labels = sides.stream().map(Side::label).toList();
        this.halfCore = halfCore;
    }

    String text(List<Taken> all) {
        StringBuilder text = new StringBuilder("| load | figure |");
        labels.forEach(label -> text.append(' ').append(label).append(" |"));
        text.append(labels.size() > 1 ? " ratio | target |\n" : " target |\n");
        text.append("|---|---|").append("---|".repeat(labels.size()));
        text.append(labels.size() > 1 ? "---|---|\n" : "---|\n");
        for (Taken taken : all) {
            rows(taken, text);
        }
        return text.toString();
    }

    private void rows(Taken taken, StringBuilder text) {
        String name = "`" + taken.load().name() + "`";
        if (!taken.pairs().isEmpty()) {
            for (Figures.Figure figure : ofAny(taken.pairs().getFirst())) {
                if (UNSAID.contains(figure.name())) {
                    continue;
                }
                row(taken, name, figure, text);
                name = "";
            }
        }
        if (!taken.failure().isEmpty()) {
            text.append("| %s | failed: %s |".formatted(name, taken.failure()))
                    .append(" |".repeat(labels.size() > 1 ? labels.size() + 2 : 2))
                    .append('\n');
        }
    }

    /** Figures that the first side lacks are rows, too. */
    private static List<Figures.Figure> ofAny(List<Figures> pair) {
        List<Figures.Figure> figures = new ArrayList<>();
        for (Figures side : pair) {
            for (Figures.Figure figure : side.all()) {
                if (figures.stream().noneMatch(known -> known.name().equals(figure.name()))) {
                    figures.add(figure);
                }
            }
        }
        return figures;
    }

    private void row(Taken taken, String name, Figures.Figure figure, StringBuilder text) {
        text.append("| %s | %s |".formatted(name, figure.name()));
        for (int side = 0; side < labels.size(); side++) {
            double[] values = values(taken, side, figure.name());
            text.append(' ')
                    .append(values.length == 0 ? "–" : figure.unit().text(median(values)))
                    .append(" |");
        }
        double[] ratios = labels.size() > 1 ? ratios(taken, figure.name()) : new double[0];
        if (labels.size() > 1) {
            text.append(' ').append(range(ratios)).append(" |");
        }
        text.append(' ').append(judged(taken, figure, ratios)).append(" |\n");
    }

    private String judged(Taken taken, Figures.Figure figure, double[] ratios) {
        Optional<Target> target =
                taken.load().targets().stream()
                        .filter(t -> t.figure().equals(figure.name()) && t.halfCore() == halfCore)
                        .findFirst();
        double[] values = values(taken, labels.size() - 1, figure.name());
        double[] judged = target.isPresent() && target.get().ratio() ? ratios : values;
        if (target.isEmpty() || judged.length == 0) {
            return "";
        }
        boolean met = target.get().isMet(median(judged));
        return target.get().text(figure.unit()) + (met ? "" : ": **missed**");
    }

    private static String range(double[] ratios) {
        if (ratios.length == 0) {
            return "";
        }
        String middle = Unit.digits(median(ratios));
        double[] sorted = ratios.clone();
        Arrays.sort(sorted);
        return ratios.length == 1
                ? middle
                : "%s (%s-%s)"
                        .formatted(
                                middle,
                                Unit.digits(sorted[0]),
                                Unit.digits(sorted[sorted.length - 1]));
    }

    private static double[] values(Taken taken, int side, String name) {
        return taken.pairs().stream()
                .flatMap(pair -> pair.get(side).named(name).stream())
                .mapToDouble(Figures.Figure::value)
                .toArray();
    }

    /** The second side's over the first's, where the first's is not nothing. */
    private static double[] ratios(Taken taken, String name) {
        return taken.pairs().stream()
                .filter(pair -> pair.stream().allMatch(side -> side.named(name).isPresent()))
                .filter(pair -> pair.getFirst().named(name).orElseThrow().value() > 0)
                .mapToDouble(
                        pair ->
                                pair.getLast().named(name).orElseThrow().value()
                                        / pair.getFirst().named(name).orElseThrow().value())
                .toArray();
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
