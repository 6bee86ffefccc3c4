package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A script that makes packages, with a stand-in for the image in {@code folder}, and what it made.
 *
 * @param variables the beginning of the names by which the script is told of image and result
 */
record Packaging(String script, String variables, Path folder) {
    private static final int PATIENCE_SECONDS = 60;

    /** A program that says how it was called. */
    static void standIn(Path program) throws IOException {
        Files.createDirectories(program.getParent());
        Files.writeString(program, "#!/bin/sh\necho stand-in \"$@\"\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
    }

    static boolean has(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(place -> Files.isExecutable(Path.of(place, tool)));
    }

    /** Makes a package of that kind. */
    Path made(String kind, String suffix) throws Exception {
        run(script, kind);
        try (Stream<Path> files = Files.list(folder.resolve("out"))) {
            return files.filter(f -> f.toString().endsWith(suffix)).findFirst().orElseThrow();
        }
    }

    Process start(String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put(variables + "_IMAGE", folder.resolve("image").toString());
        builder.environment().put(variables + "_OUT", folder.resolve("out").toString());
        Process process = builder.start();
        process.getOutputStream().close();
        return process;
    }

    /** Runs it to a good end and returns what it has said to standard output. */
    String run(String... command) throws Exception {
        Process process = start(command);
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(err).isZero();
        return out;
    }
}
