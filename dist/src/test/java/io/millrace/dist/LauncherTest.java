package io.millrace.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launchers, installed into a folder of their own, start a stand-in for the server that prints
 * its process id and its arguments, one a line.
 */
final class LauncherTest {
    private static final String MAIN = "io.millrace.server/io.millrace.server.Main";
    private static final int MEBI = 1 << 20;

    @TempDir Path home;

    /** What a launcher did. */
    private record Outcome(int code, long pid, List<String> out, String err) {
        List<String> serverArguments() {
            return out.subList(out.indexOf(MAIN) + 1, out.size());
        }

        long megabytes(String flag) {
            String value = out.stream().filter(a -> a.startsWith(flag)).findFirst().orElseThrow();
            return Long.parseLong(value.substring(flag.length(), value.length() - 1));
        }
    }

    @BeforeEach
    void install() throws IOException {
        Path bin = Path.of("../bin");
        Files.createDirectories(home.resolve("bin"));
        Files.createDirectories(home.resolve("runtime/bin"));
        for (String name : List.of("millrace", "nats-server")) {
            Files.copy(bin.resolve(name), home.resolve("bin").resolve(name));
            assertThat(home.resolve("bin/" + name).toFile().setExecutable(true)).isTrue();
        }
        Path server = home.resolve("runtime/bin/nats-server");
        Files.writeString(server, "#!/bin/sh\necho $$\nprintf '%s\\n' \"$@\"\n");
        assertThat(server.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void theServerTakesTheLaunchersProcessId() throws Exception {
        Outcome outcome = run("nats-server", "-p", "4222");
        assertThat(outcome.code()).isZero();
        assertThat(outcome.out().getFirst()).isEqualTo(Long.toString(outcome.pid()));
    }

    @Test
    void argumentsReachTheServerAsTheyAre() throws Exception {
        assertThat(run("nats-server", "-c", "a b.conf", "", "--memory", "*").serverArguments())
                .containsExactly("-c", "a b.conf", "", "--memory", "*");
        assertThat(run("millrace", "server", "-c", "a b.conf", "$x").serverArguments())
                .containsExactly("-c", "a b.conf", "$x");
    }

    @Test
    void aLinkToTheLauncherFindsItsHome() throws Exception {
        Path link = Files.createDirectory(home.resolve("elsewhere")).resolve("server");
        Files.createSymbolicLink(link, home.resolve("bin/nats-server"));
        Outcome outcome = run(List.of(link.toString(), "-js"), Map.of());
        assertThat(outcome.serverArguments()).containsExactly("-js");
    }

    @Test
    void memoryIsTakenFromTheFlagAndNotPassedOn() throws Exception {
        Outcome outcome = run("millrace", "server", "-p", "1", "--memory", "512m", "-D");
        assertThat(outcome.serverArguments()).containsExactly("-p", "1", "-D");
        assertThat(outcome.out())
                .contains("-XX:+UseSerialGC")
                .contains("-Dmillrace.memory=" + 512 * MEBI)
                .contains("-Dmillrace.memory.from=--memory");
        assertThat(outcome.megabytes("-Xmx")).isEqualTo(256);
        assertThat(run("millrace", "server", "--memory=1g").megabytes("-Xmx")).isEqualTo(512);
    }

    @Test
    void memoryIsTakenFromTheEnvironment() throws Exception {
        Path launcher = home.resolve("bin/nats-server");
        Outcome outcome = run(List.of(launcher.toString()), Map.of("MILLRACE_MEMORY", "300m"));
        assertThat(outcome.out()).contains("-Dmillrace.memory=" + 300 * MEBI);
    }

    @Test
    void everySizeGivesFlagsThatFitTogether() throws Exception {
        for (int megabytes : List.of(64, 100, 256, 512, 2048, 4096, 65536)) {
            Outcome outcome = run("millrace", "server", "--memory", megabytes + "m");
            long heap = outcome.megabytes("-Xmx");
            assertThat(heap + outcome.megabytes("-XX:MaxDirectMemorySize="))
                    .as("heap and buffers of %d MB", megabytes)
                    .isLessThan(megabytes);
            assertThat(outcome.megabytes("-Xms")).isLessThanOrEqualTo(heap);
            if (outcome.out().contains("-XX:+UseSerialGC")) {
                assertThat(outcome.megabytes("-Xmn"))
                        .isPositive()
                        .isLessThan(outcome.megabytes("-Xms"));
                assertThat(outcome.out())
                        .contains("-Dmillrace.young=" + outcome.megabytes("-Xmn") * MEBI);
            }
        }
    }

    @Test
    void withoutAFlagTheLimitComesFromTheCgroupOrTheMachine() throws Exception {
        Outcome outcome = run("nats-server");
        assertThat(outcome.out())
                .containsAnyOf("-Dmillrace.memory.from=cgroup", "-Dmillrace.memory.from=machine");
    }

    @Test
    void aSizeThatIsNoneIsRefused() throws Exception {
        for (String size : List.of("much", "5q", "", "-1", "63m", "99999999999999999g")) {
            Outcome outcome =
                    run("millrace", "server", "--memory=" + size + (size.isEmpty() ? "m" : ""));
            assertThat(outcome.code()).as("size '%s'", size).isEqualTo(1);
            assertThat(outcome.err()).startsWith("millrace: ").hasLineCount(1);
        }
        assertThat(run("millrace", "server", "--memory").code()).isEqualTo(1);
    }

    @Test
    void aloneItStartsTheDevelopmentProfileAndSaysWhatToTry() throws Exception {
        Outcome outcome = run("millrace");
        assertThat(outcome.serverArguments())
                .containsSequence("-a", "127.0.0.1", "-p", "4222", "-m", "8222", "-js", "-sd")
                .last()
                .asString()
                .endsWith("/millrace");
        assertThat(outcome.serverArguments())
                .startsWith("-c")
                .element(1)
                .asString()
                .endsWith("/lib/millrace.conf");
        assertThat(outcome.err()).contains("nats sub", "nats pub", "nats stream add", "8222");
    }

    @Test
    void unknownCommandsAndMisplacedFlagsAreRefused() throws Exception {
        assertThat(run("millrace", "sever").code()).isEqualTo(2);
        assertThat(run("millrace", "-p", "4222").err()).contains("millrace server -p 4222");
        assertThat(run("millrace", "build").err()).contains("checkout");
    }

    private Outcome run(String launcher, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve(launcher).toString());
        command.addAll(List.of(arguments));
        return run(command, Map.of());
    }

    private static Outcome run(List<String> command, Map<String, String> environment)
            throws Exception {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().remove("MILLRACE_MEMORY");
        builder.environment().remove("MILLRACE_JAVA_OPTS");
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        byte[] out = process.getInputStream().readAllBytes();
        byte[] err = process.getErrorStream().readAllBytes();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Outcome(
                process.exitValue(),
                process.pid(),
                new String(out, StandardCharsets.UTF_8).lines().toList(),
                new String(err, StandardCharsets.UTF_8));
    }
}
