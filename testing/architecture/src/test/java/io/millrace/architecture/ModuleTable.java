package io.millrace.architecture;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The table of modules in ARCHITECTURE.md: the one place that says what may use what. A module may
 * use what its row names and what those may use in turn; "everything" is for tests.
 */
final class ModuleTable {
    private static final Pattern ROW =
            Pattern.compile("\\| \\[`([a-z0-9/]+)`]\\(([^)]+)\\) \\|(.+)\\|(.*)\\|(.*)\\|");

    /** One row; {@code uses} and {@code libraries} as written. */
    record Row(String directory, String link, Set<String> uses, Set<String> libraries) {
        /** The last part of the directory, which is also the last part of the package. */
        String name() {
            return directory.substring(directory.lastIndexOf('/') + 1);
        }

        /**
         * Bridges are programs of their own and say so; the load program stands for all of bench.
         */
        String packageName() {
            if (directory.equals("bench/load")) {
                return "io.millrace.bench";
            }
            return "io.millrace." + (isBridge() ? "bridges." : "") + name();
        }

        boolean isBridge() {
            return directory.startsWith("bridges/");
        }

        boolean mayUseEverything() {
            return uses.contains("everything");
        }
    }

    private final Map<String, Row> rowsByName = new LinkedHashMap<>();

    private ModuleTable(List<Row> rows) {
        for (Row row : rows) {
            rowsByName.put(row.name(), row);
        }
    }

    static ModuleTable read() {
        List<Row> rows = new ArrayList<>();
        for (String line : Repository.lines(Repository.root().resolve("ARCHITECTURE.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(
                        new Row(
                                row.group(1),
                                row.group(2),
                                words(row.group(4)),
                                words(row.group(5))));
            }
        }
        return new ModuleTable(rows);
    }

    List<Row> rows() {
        return List.copyOf(rowsByName.values());
    }

    /** The names of all modules that {@code row} may use, directly or through another. */
    Set<String> mayUse(Row row) {
        if (row.mayUseEverything()) {
            return rowsByName.keySet();
        }
        Set<String> reached = new TreeSet<>();
        collect(row, reached);
        return reached;
    }

    private void collect(Row row, Set<String> reached) {
        for (String used : row.uses()) {
            Row target = rowsByName.get(used);
            if (target == null) {
                throw new IllegalStateException(
                        row.directory() + " uses " + used + ", which has no row in the table");
            }
            if (reached.add(used)) {
                collect(target, reached);
            }
        }
    }

    private static Set<String> words(String cell) {
        return new TreeSet<>(
                Arrays.stream(cell.split(",", -1))
                        .map(String::strip)
                        .filter(w -> !w.isEmpty() && !w.equals("–"))
                        .toList());
    }
}
