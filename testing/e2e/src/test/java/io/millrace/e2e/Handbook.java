package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A page of the handbook and a shell that types what stands in its blocks, in a folder of its own.
 */
final class Handbook {
    static final String FENCE = "```";
    private static final int PATIENCE_SECONDS = 180;

    private final String name;
    private final Path folder;
    private final Map<String, String> functions = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();
    private final List<Process> sessions = new ArrayList<>();
    private boolean namesServer = true;
    private final StringBuilder said = new StringBuilder();

    private Handbook(String name, Path cli) {
        this.name = name;
        this.folder = Repository.newFolder("handbook-" + name.replace('/', '-'));
        // The server under test goes by its customary name here, whatever else is on the path.
        define("nats-server", String.join(" ", ServerProcess.command()) + " \"$@\"");
        set(
                "PATH",
                String.join(
                        ":",
                        cli.getParent().toString(),
                        Repository.root().resolve("scripts").toString(),
                        System.getenv("PATH")));
        set("SYSTEM_PASSWORD", "pw");
        set("HOME", folder.toString());
        set("XDG_CONFIG_HOME", folder.toString());
    }

    /** The page of that name, from the root, without its ending; skips where tools are missing. */
    static Handbook page(String name) {
        Optional<Path> cli = Repository.tool("bin/nats");
        Assumptions.assumeTrue(
                cli.isPresent(), "bin/nats is not among the tools (.ci/install-tools)");
        for (String tool : List.of("/bin/bash", "/usr/bin/curl", "/usr/bin/setsid")) {
            Assumptions.assumeTrue(Files.isExecutable(Path.of(tool)), "there is no " + tool);
        }
        return new Handbook(name, cli.get());
    }

    Path folder() {
        return folder;
    }

    Path pidFile() {
        return folder.resolve("nats-server.pid");
    }

    /** Has a command mean something else than on the path. */
    void define(String command, String body) {
        functions.put(command, body);
    }

    void set(String variable, String value) {
        variables.put(variable, value);
    }

    /** Has the command line find the server by its contexts. */
    void leaveTheServerToContexts() {
        namesServer = false;
    }

    /** What stands in the blocks with that mark. */
    List<String> blocks(String mark) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = null;
        for (String line : text(Repository.root().resolve(name + ".md")).lines().toList()) {
            if (block == null) {
                block = line.equals(FENCE + "sh " + mark) ? new StringBuilder() : null;
            } else if (line.equals(FENCE)) {
                blocks.add(block.toString());
                block = null;
            } else {
                block.append(line).append('\n');
            }
        }
        assertThat(blocks).as("commands of " + name).isNotEmpty();
        return blocks;
    }

    /** Types every block that is marked "run"; addresses of the page become those of here. */
    void runAll(ServerProcess server, Map<String, String> addresses) {
        for (String block : blocks("run")) {
            run(block, server, addresses);
        }
    }

    void run(String block, ServerProcess server, Map<String, String> addresses) {
        String typed = block;
        for (Map.Entry<String, String> address : addresses.entrySet()) {
            typed = typed.replace(address.getKey(), address.getValue());
        }
        Path output = folder.resolve("block-" + sessions.size() + ".out");
        Process process = spawn(typed, server, output);
        try {
            boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            String what = name + ".md:\n" + typed + "\nsaid:\n" + text(output);
            assertThat(ended).as(what).isTrue();
            assertThat(process.exitValue()).as(what).isZero();
            said.append(text(output));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Types a line in a terminal of its own and returns the file with what it shows. */
    Path begin(String line, ServerProcess server) {
        Path output = folder.resolve("terminal-" + sessions.size() + ".out");
        spawn("exec " + line, server, output);
        return output;
    }

    private Process spawn(String typed, ServerProcess server, Path output) {
        StringBuilder script = new StringBuilder();
        functions.forEach(
                (command, body) ->
                        script.append(command).append("() { ").append(body).append("; }\n"));
        script.append("set -euo pipefail\n");
        script.append(
                typed.replace("127.0.0.1:8222", "127.0.0.1:" + server.monitorPort())
                        .replace("/run/nats/nats-server.pid", pidFile().toString()));
        try {
            ProcessBuilder builder =
                    // A session of its own, by which all that it has begun can be ended.
                    new ProcessBuilder("/usr/bin/setsid", "/bin/bash", "-c", script.toString())
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectInput(Path.of("/dev/null").toFile())
                            .redirectOutput(output.toFile());
            builder.environment().keySet().removeIf(variable -> variable.startsWith("NATS_"));
            if (namesServer) {
                builder.environment().put("NATS_URL", server.url());
            }
            builder.environment().putAll(variables);
            Process process = builder.start();
            sessions.add(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that the blocks have said so far. */
    String said() {
        return said.toString();
    }

    /** Ends what runs on in the background. */
    void endWhatStillRuns() {
        for (Process session : sessions) {
            try {
                new ProcessBuilder("kill", "-TERM", "--", "-" + session.pid())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
