package io.millrace.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Assumptions;

/** A client in another language: a program that plays the scenario named on its command line. */
record ScriptClient(String name, Supplier<Launch> launch) implements OfficialClient {
    private static final int PATIENCE_SECONDS = 90;

    /** How to start the program; {@code missing} says what is not installed, or is empty. */
    record Launch(List<String> command, Map<String, String> environment, String missing) {}

    @Override
    public void assumeInstalled() {
        String missing = launch.get().missing();
        Assumptions.assumeTrue(missing.isEmpty(), missing);
    }

    @Override
    public Play start(Scenario scenario, String url, Map<String, String> options) {
        Launch how = launch.get();
        List<String> command = new ArrayList<>(how.command());
        command.add(scenario.word());
        command.add(url);
        options.forEach((key, value) -> command.add(key + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(how.environment());
        try {
            return new Program(name + " " + scenario.word(), builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }

    private static final class Program implements Play {
        private static final String END = "[end]";

        private final String what;
        private final Process process;
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final List<String> seen = new ArrayList<>();

        Program(String what, Process process) {
            this.what = what;
            this.process = process;
            Thread.ofVirtual().start(this::read);
        }

        private void read() {
            try (BufferedReader reader = process.inputReader()) {
                reader.lines().forEach(lines::add);
            } catch (IOException | UncheckedIOException e) {
                lines.add("reading failed: " + e);
            }
            lines.add(END);
        }

        private String nextLine() {
            try {
                String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
                if (line == null) {
                    process.destroyForcibly();
                    throw new AssertionError(what + " said nothing more after " + seen);
                }
                seen.add(line);
                return line;
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public void awaitStep(String name) {
            String line = nextLine();
            while (!line.equals("step " + name)) {
                if (line.equals(END)) {
                    fail("%s ended before step %s: %s", what, name, seen);
                }
                line = nextLine();
            }
        }

        @Override
        public void proceed() {
            try {
                Writer writer = process.outputWriter();
                writer.write("go\n");
                writer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void finish() {
            String line;
            do {
                line = nextLine();
            } while (!line.equals(END));
            try {
                assertThat(process.waitFor()).as("%s: %s", what, seen).isZero();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            assertThat(seen).as(what).contains("ok");
        }
    }
}
