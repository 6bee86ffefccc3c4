package io.millrace.micro.memory;

import java.io.IOException;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/**
 * The program: measures row after row, each server in turn, and prints a Markdown table as it goes.
 */
public final class MemoryTable {
    private final Options options;
    private final PrintStream out;

    private MemoryTable(Options options, PrintStream out) {
        this.options = options;
        this.out = out;
    }

    /** The command line; see {@code --help}. */
    public static void main(String[] arguments) throws IOException {
        if (Arrays.asList(arguments).contains("--help")) {
            System.out.print(Options.HELP);
            return;
        }
        Options options;
        try {
            options = Options.read(arguments);
        } catch (IllegalArgumentException wrong) {
            System.err.println("bench: " + wrong.getMessage() + "; see --help");
            System.exit(2);
            return;
        }
        new MemoryTable(options, System.out).print();
    }

    /** The same for a test. */
    static void print(Options options, PrintStream out) throws IOException {
        new MemoryTable(options, out).print();
    }

    /** What one more of something costs one server. */
    private record Slope(long resident, long anonymous, long kernel) {}

    private void print() throws IOException {
        heading();
        for (Row row : Row.all()) {
            if (options.only().matcher(row.name()).find()) {
                line(row.scaled(options.scale()));
            }
        }
        if (options.connections() > 0) {
            for (Options.Measured server : options.servers()) {
                SmallProfile.print(server, options, out);
            }
        }
    }

    private void heading() {
        StringBuilder names = new StringBuilder("| one more | from, to |");
        StringBuilder rule = new StringBuilder("|---|---|");
        for (Options.Measured server : options.servers()) {
            names.append(' ').append(server.name()).append(": resident | anonymous | kernel |");
            rule.append("---|---|---|");
        }
        if (options.servers().size() == 2) {
            names.append(" ratio of resident |");
            rule.append("---|");
        }
        out.println(names);
        out.println(rule);
    }

    private void line(Row row) throws IOException {
        StringBuilder line =
                new StringBuilder(
                        "| %s | %s, %s |"
                                .formatted(row.name(), count(row.first()), count(row.second())));
        long[] resident = new long[options.servers().size()];
        for (int i = 0; i < resident.length; i++) {
            Slope slope = measure(options.servers().get(i), row);
            resident[i] = slope.resident();
            line.append(' ').append(size(slope.resident()));
            line.append(" | ").append(size(slope.anonymous()));
            line.append(" | ").append(slope.kernel() == 0 ? "" : size(slope.kernel())).append(" |");
        }
        if (resident.length == 2 && resident[0] <= 0) {
            line.append(" |");
        } else if (resident.length == 2) {
            line.append(String.format(Locale.ROOT, " %.2f |", (double) resident[1] / resident[0]));
        }
        out.println(line);
    }

    private Slope measure(Options.Measured measured, Row row) throws IOException {
        try (ServerProcess server =
                        ServerProcess.start(measured.command(), options.port(), row.flags(), "");
                Load load = row.opening().open(server)) {
            load.grow(0, row.first());
            Footprint before = server.settled(options.settle());
            KernelMemory kernelBefore = KernelMemory.now();
            load.grow(row.first(), row.second());
            Footprint after = server.settled(options.settle());
            int more = row.second() - row.first();
            return new Slope(
                    (after.resident() - before.resident()) / more,
                    (after.anonymous() - before.anonymous()) / more,
                    load instanceof Crowd ? kernelBefore.perEnd(KernelMemory.now(), more) : 0);
        }
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String size(long bytes) {
        if (Math.abs(bytes) < 1_000) {
            return String.format(Locale.ROOT, "%d B", bytes);
        }
        if (Math.abs(bytes) < 1_000_000) {
            return String.format(Locale.ROOT, "%.1f KB", bytes / 1e3);
        }
        return String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
    }
}
