package io.millrace.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** The recordings of nats-server beside the tests; ORIGIN.txt there says where they are from. */
final class Recorded {
    private Recorded() {}

    /** One configuration and what "-t" said of it; "$DIR" stands for the folder. */
    record Check(String name, String configuration, int exit, String answer) {
        /** The answer without the program's name in front. */
        String message() {
            return answer.substring("nats-server: ".length());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static String text(String file) {
        try (InputStream stream = Recorded.class.getResourceAsStream("recorded/" + file)) {
            return new String(
                    Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static List<Check> checks(String file) {
        List<Check> checks = new ArrayList<>();
        for (String part : text(file).split("(?m)^=== ", -1)) {
            int configuration = part.indexOf('\n') + 1;
            int exit = part.indexOf("--- exit ");
            if (exit < 0) {
                continue;
            }
            int answer = part.indexOf('\n', exit) + 1;
            int end = part.indexOf("--- -t is content", answer);
            checks.add(
                    new Check(
                            part.substring(0, configuration - 1),
                            part.substring(configuration, exit).replaceAll("(?m)^ {4}", ""),
                            Integer.parseInt(part.substring(exit + 9, answer - 1)),
                            part.substring(answer, end < 0 ? part.length() : end).stripTrailing()));
        }
        return checks;
    }
}
