package io.millrace.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The program behind {@code bin/millrace-bench}. */
public final class Main {
    private static final int USAGE_ERROR = 2;

    private Main() {}

    /** Runs and ends the process: 0 when all was measured, 1 when something failed, 2 for usage. */
    public static void main(String[] words) {
        System.exit(run(List.of(words), System.out, System.err));
    }

    static int run(List<String> words, PrintStream out, PrintStream err) {
        try {
            if (!words.isEmpty() && words.getFirst().equals(Loader.VERB)) {
                out.print(Loader.sample(words.subList(1, words.size())).lines());
                return 0;
            }
            if (words.isEmpty() || words.contains("--help") || words.contains("-h")) {
                err.println(Arguments.USAGE);
                return words.isEmpty() ? USAGE_ERROR : 0;
            }
            if (words.contains("--list")) {
                Loads.ALL.forEach(load -> out.printf("%-22s %s%n", load.name(), load.line()));
                return 0;
            }
            return measure(
                    Arguments.parse(
                            words,
                            System.getProperty("millrace.bench.against", ""),
                            System.getProperty("millrace.bench.ours", "")),
                    words,
                    out,
                    err);
        } catch (Arguments.Wrong e) {
            err.println("millrace-bench: " + e.getMessage());
            return USAGE_ERROR;
        } catch (Exception e) {
            err.println("millrace-bench: " + e);
            return 1;
        }
    }

    private static int measure(
            Arguments arguments, List<String> words, PrintStream out, PrintStream err)
            throws IOException {
        Path page = arguments.write();
        if (page != null && !Files.isWritable(page)) {
            throw new IOException("cannot write " + page);
        }
        List<Side> sides = new ArrayList<>();
        if (!arguments.against().isBlank()) {
            sides.add(Side.asked("", arguments.against()));
        }
        sides.add(Side.asked("Millrace", arguments.ours()));
        List<Taken> all = new ArrayList<>();
        try (Pairs pairs =
                new Pairs(sides, arguments.pairs(), arguments.halfCore(), err::println)) {
            Thread ending = Thread.ofPlatform().unstarted(() -> end(pairs, err));
            Runtime.getRuntime().addShutdownHook(ending);
            for (Load load : arguments.loads()) {
                double seconds = arguments.seconds() > 0 ? arguments.seconds() : load.seconds();
                all.add(pairs.measure(load, seconds));
            }
            Runtime.getRuntime().removeShutdownHook(ending);
        }
        String text =
                head(arguments, words, sides)
                        + "\n"
                        + new Table(sides, arguments.halfCore()).text(all);
        out.print(text);
        if (page != null) {
            new Page(page, arguments.halfCore() ? "half a core" : "whole machine").replace(text);
        }
        return all.stream().allMatch(taken -> taken.failure().isEmpty()) ? 0 : 1;
    }

    private static void end(Pairs pairs, PrintStream err) {
        try {
            pairs.close();
        } catch (IOException e) {
            err.println("millrace-bench: " + e);
        }
    }

    private static String head(Arguments arguments, List<String> words, List<Side> sides)
            throws IOException {
        StringBuilder servers = new StringBuilder();
        for (Side side : sides) {
            servers.append(servers.isEmpty() ? "" : " and ").append(side.label());
        }
        return "%s, %s%s. %s, %d samples each in turn, medians; a ratio is ours over the other's.\n\n    millrace-bench %s\n"
                .formatted(
                        LocalDate.now(ZoneOffset.UTC),
                        Machine.line(),
                        arguments.halfCore() ? "; each server half a core and 512 MB" : "",
                        servers,
                        arguments.pairs(),
                        String.join(" ", withoutPaths(words)));
    }

    /** What a reader repeats: where the servers lay here says nothing elsewhere. */
    private static List<String> withoutPaths(List<String> words) {
        List<String> kept = new ArrayList<>();
        for (int at = 0; at < words.size(); at++) {
            switch (words.get(at)) {
                case "--against", "--ours", "--write" -> at++;
                default -> kept.add(words.get(at));
            }
        }
        return kept;
    }
}
