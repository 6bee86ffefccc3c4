package io.millrace.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Recorded runs of nats-server 2.15.2, see the README beside them. */
final class Recordings {
    /** A checked file: its text and what the check printed. */
    record Checked(String name, String text, int exitCode, String output) {
        /** The output without the program's name in front and line breaks behind. */
        String message() {
            return output.substring("nats-server: ".length());
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private Recordings() {}

    static String text(String name) {
        try (InputStream in = Recordings.class.getResourceAsStream("/recorded/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no recording " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }

    static List<Checked> checked(String name) {
        List<Checked> all = new ArrayList<>();
        for (String part : text(name).split("(?m)^=== ", -1)) {
            int end = part.indexOf("\n--- exit ");
            if (end < 0) {
                continue;
            }
            String[] head = part.substring(0, end).split("\n", -1);
            StringBuilder file = new StringBuilder();
            for (int line = 1; line < head.length; line++) {
                file.append(head[line].isEmpty() ? "" : head[line].substring(4)).append('\n');
            }
            String rest = part.substring(end + "\n--- exit ".length());
            int lineEnd = rest.indexOf('\n');
            String output = rest.substring(lineEnd + 1);
            int started = output.indexOf("--- -t is content");
            all.add(
                    new Checked(
                            head[0],
                            file.toString(),
                            Integer.parseInt(rest.substring(0, lineEnd)),
                            (started < 0 ? output : output.substring(0, started)).stripTrailing()));
        }
        return all;
    }
}
