package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Disk;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that writes to a real disk and is killed: what it had confirmed is there. */
final class KillTest {
    private static final byte[] NONE = new byte[0];

    /** Makes a few commits fill the journal's first file, and a round more than one. */
    private static final String PADDING = "-".repeat(200);

    static Store open(Path directory) throws StoreException {
        return open(directory, Runnable::run);
    }

    static Store open(Path directory, Executor owner) throws StoreException {
        return Store.open(
                Disk.real(),
                directory,
                StoreOptions.defaults(),
                Clock.system(),
                Log.none(),
                Randomness.system(),
                owner);
    }

    /**
     * The writer: appends batches and says on its output what is confirmed. The store's threads
     * run, as in a server.
     */
    static final class Writer {
        private Writer() {}

        public static void main(String[] args) throws Exception {
            Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
            Store store = open(Path.of(args[0]), tasks::add);
            store.start();
            List<StreamStore> streams = new ArrayList<>(store.streams());
            while (streams.size() < 3) {
                streams.add(store.createStream(NONE, false, tasks::add));
            }
            StringBuilder line = new StringBuilder();
            while (true) {
                long number = 0;
                for (int i = 0; i < 200; i++) {
                    for (StreamStore stream : streams) {
                        long sequence = stream.lastSequence() + 1;
                        byte[] payload = StoreRig.bytes("m" + sequence + PADDING);
                        number = stream.append(sequence, 1, StoreRig.bytes("s.x"), NONE, payload);
                    }
                }
                store.requestCommit();
                while (store.committed() < number) {
                    Runnable task = tasks.poll();
                    if (task == null) {
                        Thread.onSpinWait();
                    } else {
                        task.run();
                    }
                }
                line.setLength(0);
                streams.forEach(s -> line.append(s.lastSequence()).append(' '));
                System.out.println(line.toString().strip());
            }
        }
    }

    @Test
    void whatAKilledProcessHadConfirmedIsThere(@TempDir Path directory) throws Exception {
        Path store = directory.resolve("store");
        for (int round = 0; round < 5; round++) {
            String[] confirmed = writeAndKill(store, 20 + round * 15);
            try (Store opened = open(store)) {
                assertThat(opened.report().lostRecords()).isZero();
                StoredMessage message = new StoredMessage();
                for (int i = 0; i < confirmed.length; i++) {
                    StreamStore stream = opened.streams().get(i);
                    long last = Long.parseLong(confirmed[i]);
                    assertThat(stream.lastSequence()).isGreaterThanOrEqualTo(last);
                    for (long sequence = 1; sequence <= last; sequence++) {
                        assertThat(stream.read(sequence, message)).isTrue();
                        assertThat(StreamModel.text(message.payload()))
                                .isEqualTo("m" + sequence + PADDING);
                    }
                }
            }
        }
    }

    private static String[] writeAndKill(Path store, int lines)
            throws IOException, InterruptedException {
        Process child =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-Xmx128m",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                classPath(),
                                Writer.class.getName(),
                                store.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String last = null;
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < lines; i++) {
                String line = out.readLine();
                assertThat(line).as("line %d of the writer", i).isNotNull();
                last = line;
            }
            // The handle's way leaves the pipe open: what was said before the end can be read.
            child.toHandle().destroyForcibly();
            child.waitFor();
            // What it still said before it died counts, too; a cut line does not.
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                if (line.split(" ", -1).length == 3 && out.ready()) {
                    last = line;
                }
            }
        }
        return last.split(" ", -1);
    }

    /** The places that this test's own classes come from, whichever path they were loaded by. */
    private static String classPath() {
        List<String> places = new ArrayList<>();
        for (Class<?> each :
                List.of(
                        Store.class,
                        KillTest.class,
                        Disk.class,
                        io.millrace.testkit.ManualClock.class)) {
            places.add(
                    Path.of(
                                    java.net.URI.create(
                                            each.getProtectionDomain()
                                                    .getCodeSource()
                                                    .getLocation()
                                                    .toString()))
                            .toString());
        }
        String test = Path.of("target", "test-classes").toAbsolutePath().toString();
        places.add(test);
        return String.join(System.getProperty("path.separator"), places);
    }

    @Test
    void aRealStoreOpensOnceAndAgain(@TempDir Path directory) throws Exception {
        Store store = open(directory);
        store.start();
        StreamStore stream = store.createStream(StoreRig.bytes("{}"), false, Runnable::run);
        long number = 0;
        for (int i = 0; i < 1000; i++) {
            number = StoreRig.append(stream, "a." + i, "payload");
        }
        store.requestCommit();
        while (store.committed() < number) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(() -> open(directory))
                .isInstanceOfSatisfying(
                        StoreException.class,
                        e -> assertThat(e.code()).isEqualTo(StoreException.Code.LOCKED));
        store.close();
        Store again = open(directory);
        assertThat(again.report().replayedRecords()).isZero();
        assertThat(again.streams().getFirst().messages()).isEqualTo(1000);
        again.close();
    }
}
