package io.millrace.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.millrace.config.CommandLine;
import io.millrace.config.Flags;
import io.millrace.config.Options;
import io.millrace.runtime.Clock;
import io.millrace.runtime.Disk;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.store.Store;
import io.millrace.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server whose JetStream cannot start says why in one sentence; one that runs takes reloads. */
@Timeout(60)
final class JetStreamStartTest {
    @TempDir Path folder;

    private Path conf() {
        return folder.resolve("server.conf");
    }

    private Path logFile() {
        return folder.resolve("server.log");
    }

    private void configure(String jetstream, String... more) throws IOException {
        Files.writeString(
                conf(),
                "port: -1\nhost: 127.0.0.1\nlogtime: false\nlog_file: '"
                        + logFile()
                        + "'\n"
                        + jetstream
                        + "\n"
                        + String.join("\n", more));
    }

    private String block(String more) {
        return "jetstream { store_dir: '" + folder.resolve("data") + "', " + more + " }";
    }

    /** The last words of a server that does not start. */
    private String refusal() throws Exception {
        assertThat(Main.run(new String[] {"-c", conf().toString()})).isEqualTo(1);
        List<String> lines = lines();
        assertThat(lines.stream().filter(line -> line.contains("[FTL]"))).hasSize(1);
        return lines.getLast();
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(logFile());
    }

    @Test
    void theStoreOfANatsServerIsRecognised() throws Exception {
        Path meta = folder.resolve("data/jetstream/$G/streams/ORDERS/meta.inf");
        Files.createDirectories(meta.getParent());
        Files.writeString(meta, "{}");
        configure(block(""));
        assertThat(refusal())
                .contains("[FTL] Can't start JetStream: ")
                .contains("holds the store of a nats-server")
                .contains("nats account backup");
        assertThat(Files.readString(meta)).isEqualTo("{}");
    }

    @Test
    void aFileOfSomebodyElseIsLeftAlone() throws Exception {
        Path photo = folder.resolve("data/jetstream/holiday.jpg");
        Files.createDirectories(photo.getParent());
        Files.writeString(photo, "x");
        configure(block(""));
        assertThat(refusal()).contains("holiday.jpg is not part of a Millrace store");
    }

    @Test
    void twoServersDoNotShareAStore() throws Exception {
        configure(block(""));
        try (Store other =
                Store.open(
                        Disk.real(),
                        folder.resolve("data/jetstream"),
                        StoreOptions.tiny(),
                        Clock.system(),
                        Log.none(),
                        Randomness.seeded(1),
                        Runnable::run)) {
            assertThat(other.streams()).isEmpty();
            assertThat(refusal()).contains("another server has the store").contains("store_dir");
        }
    }

    @Test
    void aDirectoryThatCannotBeWrittenIsSaid() throws Exception {
        Path locked = folder.resolve("data");
        Files.createDirectories(locked);
        assertThat(locked.toFile().setWritable(false)).isTrue();
        assumeFalse(Files.isWritable(locked), "whoever may write everywhere cannot see this");
        configure(block(""));
        assertThat(refusal()).contains("cannot be written by this user");
    }

    @Test
    void aStoreBelowAFileIsSaid() throws Exception {
        Files.writeString(folder.resolve("data"), "x");
        configure(block(""));
        assertThat(refusal()).contains("Can't start JetStream: the store ").contains("data");
    }

    @Test
    void accountsAreNotPromisedMoreThanThereIs() throws Exception {
        String accounts =
                "accounts {\nA { jetstream { max_file: 2MB } }\nB { jetstream: enabled }\n}";
        configure(block("max_mem: 1MB, max_file: 1MB"), accounts);
        assertThat(refusal())
                .endsWith(
                        "[FTL] Can't start JetStream: Error enabling jetstream on configured"
                                + " accounts: insufficient storage resources available (10047)");
        configure(
                block("max_mem: 1MB, max_file: 1MB"),
                accounts.replace("max_file: 2MB", "max_mem: 2MB"));
        Files.delete(logFile());
        assertThat(refusal()).endsWith("insufficient memory resources available (10028)");
    }

    @Test
    void aReloadSwitchesItOffAndOn() throws Exception {
        configure(block("max_mem: 1MB, max_file: 1MB"));
        ServerProcess process = process();
        process.start();
        try {
            configure("");
            process.reload();
            assertThat(lines())
                    .anyMatch(line -> line.endsWith("[INF] Reloaded: JetStream"))
                    .anyMatch(line -> line.endsWith("[INF] JetStream Shutdown"));
            configure(block("max_mem: 1MB, max_file: 1MB"));
            process.reload();
            assertThat(lines()).anyMatch(line -> line.endsWith("[INF] Restarting JetStream"));
            assertThat(lines().stream().filter(line -> line.contains("to start JetStream")))
                    .hasSize(2);
            configure(
                    block("max_mem: 1MB, max_file: 1MB"),
                    "accounts { A { jetstream { max_file: 2MB } } }");
            process.reload();
            assertThat(lines())
                    .anyMatch(
                            line ->
                                    line.endsWith(
                                            "[ERR] Error enabling jetstream on configured accounts:"
                                                    + " insufficient storage resources available"
                                                    + " (10047)"));
        } finally {
            process.stop();
        }
    }

    @Test
    void whatCannotBeSwitchedOnStaysOff() throws Exception {
        configure("");
        ServerProcess process = process();
        process.start();
        try {
            Files.writeString(folder.resolve("data"), "x");
            configure(block(""));
            process.reload();
            assertThat(lines())
                    .anyMatch(line -> line.contains("[WRN] Can't start JetStream: the store "))
                    .anyMatch(line -> line.contains("[INF] Reloaded server configuration"));
        } finally {
            process.stop();
        }
    }

    private ServerProcess process() throws Exception {
        CommandLine.Run asked =
                (CommandLine.Run)
                        CommandLine.parse(new String[] {"-c", conf().toString()}, Map.of());
        Flags flags = asked.flags();
        Options options = flags.load().options();
        long pid = ProcessHandle.current().pid();
        return new ServerProcess(
                options, ServerLog.open(options.log(), Clock.system(), pid), pid, flags);
    }
}
