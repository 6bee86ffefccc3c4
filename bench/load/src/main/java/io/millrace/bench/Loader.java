package io.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The process that takes a sample: this program again, so that what one sample leaves in a JVM is
 * not in the next. One thread.
 */
final class Loader {
    /** The first argument of such a process. */
    static final String VERB = "--sample";

    private Loader() {}

    /** Takes a sample in a process of its own. */
    static Figures run(Load load, Trial.Aim aim) throws IOException {
        Path out = Files.createTempFile("millrace-bench", ".sample");
        try {
            Process process =
                    new ProcessBuilder(command(load, aim))
                            .redirectErrorStream(true)
                            .redirectOutput(out.toFile())
                            .start();
            long limit = 120 + (long) (aim.seconds() * 4);
            boolean ended = process.waitFor(limit, TimeUnit.SECONDS);
            process.destroyForcibly();
            List<String> lines = Files.readAllLines(out);
            if (!ended) {
                throw new IOException("no end after " + limit + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(lines.isEmpty() ? "no word" : lines.getLast());
            }
            return Figures.parse(lines);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            Files.delete(out);
        }
    }

    private static List<String> command(Load load, Trial.Aim aim) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-Xmx1g", "-XX:-UsePerfData"));
        String modules = System.getProperty("jdk.module.path", "");
        if (modules.isEmpty()) {
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-cp"));
            command.add(System.getProperty("java.class.path"));
            command.add(Main.class.getName());
        } else {
            String module = Main.class.getModule().getName();
            command.addAll(List.of("--enable-native-access=" + module, "-p", modules));
            command.addAll(List.of("-m", module + "/" + Main.class.getName()));
        }
        command.addAll(
                List.of(
                        VERB,
                        load.name(),
                        Integer.toString(aim.port()),
                        Long.toString(aim.pid()),
                        Double.toString(aim.seconds()),
                        Double.toString(aim.pace()),
                        aim.token()));
        return command;
    }

    /** What such a process does: the words after the verb say what. */
    static Figures sample(List<String> words) throws Exception {
        Load load = Loads.named(words.get(0));
        return load.sample(
                new Trial.Aim(
                        Integer.parseInt(words.get(1)),
                        Long.parseLong(words.get(2)),
                        Double.parseDouble(words.get(3)),
                        Double.parseDouble(words.get(4)),
                        words.get(5)));
    }
}
