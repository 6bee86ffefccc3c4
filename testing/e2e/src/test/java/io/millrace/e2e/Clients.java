package io.millrace.e2e;

import io.millrace.e2e.ScriptClient.Launch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The official clients, and how the ones outside the JVM are started. */
final class Clients {
    private static final Path SCRIPTS = Repository.resources().resolve("clients");

    private Clients() {}

    static Stream<OfficialClient> all() {
        return Stream.of(
                new JavaClient(),
                new ScriptClient("go", Clients::golang),
                new ScriptClient("python", Clients::python),
                new ScriptClient("javascript", Clients::javascript));
    }

    private static Launch golang() {
        return GoProgram.BUILT;
    }

    private static Launch python() {
        Optional<Path> library = Repository.tool("python");
        return new Launch(
                List.of("python3", SCRIPTS.resolve("client.py").toString()),
                Map.of("PYTHONPATH", library.map(Path::toString).orElse("")),
                missing("python3", library, "python with nats-py"));
    }

    private static Launch javascript() {
        Optional<Path> library = Repository.tool("node/node_modules");
        return new Launch(
                List.of("node", SCRIPTS.resolve("client.cjs").toString()),
                Map.of("NODE_PATH", library.map(Path::toString).orElse("")),
                missing("node", library, "node/node_modules with @nats-io/transport-node"));
    }

    private static String missing(String program, Optional<Path> library, String what) {
        if (!onPath(program)) {
            return program + " is not installed";
        }
        return library.isPresent() ? "" : what + " is not among the tools (.ci/install-tools)";
    }

    static boolean onPath(String program) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** The Go client is compiled once a run. */
    private static final class GoProgram {
        static final Launch BUILT = build();

        private static Launch build() {
            if (!onPath("go")) {
                return new Launch(List.of(), Map.of(), "go is not installed");
            }
            Path program = Repository.newFolder("go").resolve("client");
            Path log = program.resolveSibling("build.log");
            try {
                Process go =
                        new ProcessBuilder("go", "build", "-o", program.toString(), ".")
                                .directory(SCRIPTS.resolve("go").toFile())
                                .redirectErrorStream(true)
                                .redirectOutput(log.toFile())
                                .start();
                if (!go.waitFor(10, TimeUnit.MINUTES) || go.exitValue() != 0) {
                    throw new IllegalStateException("go build failed:\n" + Files.readString(log));
                }
                return new Launch(List.of(program.toString()), Map.of(), "");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
