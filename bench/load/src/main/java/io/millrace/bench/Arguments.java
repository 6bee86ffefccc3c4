package io.millrace.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The command line.
 *
 * @param against what starts the other server; empty for ours alone
 * @param ours what starts ours
 * @param seconds of a sample; 0 for what each load takes by itself
 * @param write the page that gets the tables; null for none
 */
record Arguments(
        String against,
        String ours,
        int pairs,
        double seconds,
        boolean halfCore,
        @Nullable Path write,
        List<Load> loads) {
    static final String USAGE =
            """
            usage: millrace-bench [FLAGS] LOAD...       measures ours beside another server
                   millrace-bench --list                every load with one line
                   millrace-bench micro ...             benchmarks of single parts

              --against CMD    starts the other server (default: nats-server, if there is one)
              --ours CMD       starts ours (default: this checkout's)
              --pairs N        samples of each, taken in turn (default: 3)
              --duration S     seconds of a sample (default: what the load needs, mostly 5)
              --half-core      every server in a cgroup of half a core and 512 MB
              --write FILE     puts the tables into FILE, between two comments

            LOAD is a name, or the beginning of names and a star ('pub*', '*')""";

    private static final int MOST_PAIRS = 99;

    /** What is wrong with a command line, in one line. */
    static final class Wrong extends Exception {
        private static final long serialVersionUID = 1;

        Wrong(String message) {
            super(message);
        }
    }

    static Arguments parse(List<String> words, String against, String ours) throws Wrong {
        String other = against;
        String own = ours;
        int pairs = 3;
        double seconds = 0;
        boolean halfCore = false;
        Path write = null;
        Set<Load> loads = new LinkedHashSet<>();
        for (int at = 0; at < words.size(); at++) {
            String word = words.get(at);
            switch (word) {
                case "--against" -> other = value(words, ++at);
                case "--ours" -> own = value(words, ++at);
                case "--pairs" -> pairs = (int) number(words, ++at, 1, MOST_PAIRS);
                case "--duration" -> seconds = number(words, ++at, 0.1, 3600);
                case "--half-core" -> halfCore = true;
                case "--write" -> write = Path.of(value(words, ++at));
                default -> {
                    if (word.startsWith("-")) {
                        throw new Wrong("there is no flag " + word);
                    }
                    loads.addAll(loads(word));
                }
            }
        }
        if (loads.isEmpty()) {
            throw new Wrong("no load is named; --list shows them");
        }
        if (own.isBlank()) {
            throw new Wrong("--ours says how to start our server");
        }
        return new Arguments(other, own, pairs, seconds, halfCore, write, new ArrayList<>(loads));
    }

    private static List<Load> loads(String word) throws Wrong {
        List<Load> found =
                Loads.ALL.stream()
                        .filter(
                                load ->
                                        word.endsWith("*")
                                                ? load.name()
                                                        .startsWith(
                                                                word.substring(
                                                                        0, word.length() - 1))
                                                : load.name().equals(word))
                        .toList();
        if (found.isEmpty()) {
            throw new Wrong("there is no load '" + word + "'; --list shows them");
        }
        return found;
    }

    private static String value(List<String> words, int at) throws Wrong {
        if (at >= words.size()) {
            throw new Wrong(words.get(at - 1) + " needs a value");
        }
        return words.get(at);
    }

    private static double number(List<String> words, int at, double least, double most)
            throws Wrong {
        String word = value(words, at);
        try {
            double number = Double.parseDouble(word);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new Wrong(words.get(at - 1) + " needs a number, not '" + word + "'");
        }
        throw new Wrong(
                "%s is from %s to %s, not %s"
                        .formatted(words.get(at - 1), Unit.digits(least), Unit.digits(most), word));
    }
}
