package io.millrace.store;

import io.millrace.runtime.Clock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Figures of a store on a real disk, for people: main(directory, what). No test asserts a speed.
 * What: commit, open, streams, subjects.
 */
final class StoreProbe {
    private static final byte[] NONE = new byte[0];
    private static final byte[] PAYLOAD = new byte[128];

    private StoreProbe() {}

    public static void main(String[] args) throws Exception {
        Path directory = Path.of(args[0]);
        switch (args[1]) {
            case "commit" -> commit(directory);
            case "fill" -> fill(directory, Integer.parseInt(args[2]));
            case "streams" -> streams(directory, Integer.parseInt(args[2]));
            case "open" -> open(directory);
            case "subjects" -> subjects(Integer.parseInt(args[2]));
            default -> throw new IllegalArgumentException(args[1]);
        }
    }

    /** One owner appends for a window of waiting publishers; the committer has its own thread. */
    private static void commit(Path directory) throws Exception {
        try (Store store = KillTest.open(directory)) {
            store.start();
            for (int window : new int[] {1, 64, 1000, 64, 1000}) {
                window(store, window);
            }
        }
    }

    private static void window(Store store, int window) throws StoreException {
        StreamStore stream = store.createStream(NONE, false, Runnable::run);
        byte[] subject = StoreRig.bytes("orders.new");
        Clock clock = Clock.system();
        long[] latencies = new long[1 << 20];
        long[] sent = new long[window];
        long[] numbers = new long[window];
        long head = 0;
        long done = 0;
        int measured = 0;
        long began = clock.nanoTime();
        long end = began + TimeUnit.SECONDS.toNanos(4);
        long cpu = cpuNanos();
        while (clock.nanoTime() < end) {
            boolean any = false;
            while (head - done < window) {
                int slot = (int) (head++ % window);
                sent[slot] = clock.nanoTime();
                numbers[slot] = stream.append(stream.lastSequence() + 1, 1, subject, NONE, PAYLOAD);
                any = true;
            }
            if (any) {
                store.requestCommit();
            }
            long committed = store.committed();
            if (numbers[(int) (done % window)] > committed) {
                LockSupport.parkNanos(20_000);
                continue;
            }
            long now = clock.nanoTime();
            while (done < head && numbers[(int) (done % window)] <= committed) {
                if (measured < latencies.length) {
                    latencies[measured++] = now - sent[(int) (done % window)];
                }
                done++;
            }
        }
        double seconds = (clock.nanoTime() - began) / 1e9;
        Arrays.sort(latencies, 0, measured);
        System.out.printf(
                Locale.ROOT,
                "%5d in flight: %,10.0f acked/s, %.2f CPU s per million, p50 %d us, p99 %d us%n",
                window,
                done / seconds,
                (cpuNanos() - cpu) / 1e3 / done,
                latencies[measured / 2] / 1000,
                latencies[(int) (measured * 0.99)] / 1000);
    }

    private static long cpuNanos() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos();
    }

    /** Writes messages and ends without a clean stop. */
    private static void fill(Path directory, int messages) throws Exception {
        Store store = KillTest.open(directory);
        store.start();
        StreamStore stream = store.createStream(NONE, false, Runnable::run);
        for (int i = 0; i < messages; i++) {
            append(store, stream, StoreRig.bytes("orders." + i % 1000));
        }
        finish(store);
    }

    private static void streams(Path directory, int count) throws Exception {
        Store store = KillTest.open(directory);
        store.start();
        for (int i = 0; i < count; i++) {
            StreamStore stream = store.createStream(new byte[400], false, Runnable::run);
            for (int m = 0; m < 100; m++) {
                append(store, stream, StoreRig.bytes("a." + m % 10));
            }
        }
        finish(store);
    }

    private static void append(Store store, StreamStore stream, byte[] subject) throws Exception {
        while (true) {
            try {
                stream.append(stream.lastSequence() + 1, 1, subject, NONE, PAYLOAD);
                return;
            } catch (StoreException e) {
                store.requestCommit();
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    private static void finish(Store store) {
        store.requestCommit();
        while (store.committed() < store.appended()) {
            LockSupport.parkNanos(1_000_000);
        }
        System.out.println("written, checkpoints " + store.checkpoints());
        Runtime.getRuntime().halt(1);
    }

    private static void open(Path directory) throws Exception {
        Clock clock = Clock.system();
        long began = clock.nanoTime();
        Store store = KillTest.open(directory);
        long opened = clock.nanoTime();
        StoredMessage message = new StoredMessage();
        long found = 0;
        for (StreamStore stream : store.streams()) {
            if (stream.read(stream.lastSequence(), message)) {
                found++;
            }
        }
        long read = clock.nanoTime();
        int subjects = store.streams().getFirst().state().subjects();
        System.out.printf(
                Locale.ROOT,
                "open %d ms, replayed %d, %d streams; last of each %d in %d ms; %d subjects, index %d ms%n",
                (opened - began) / 1_000_000,
                store.report().replayedRecords(),
                store.streams().size(),
                found,
                (read - opened) / 1_000_000,
                subjects,
                (clock.nanoTime() - read) / 1_000_000);
        Runtime.getRuntime().halt(0);
    }

    private static void subjects(int count) throws StoreException {
        SubjectIndex index = new SubjectIndex();
        Clock clock = Clock.system();
        long text = 0;
        long began = clock.nanoTime();
        for (int i = 0; i < count; i++) {
            byte[] subject =
                    StoreRig.bytes(
                            "device." + Long.toHexString(i * 0x9E3779B97F4A7C15L) + ".temperature");
            index.add(subject, 0, subject.length, i + 1);
            text += subject.length;
        }
        long added = clock.nanoTime();
        long[] found = new long[1];
        SubjectFilter.of("device.42*.temperature".replace("42*", "*"))
                .forEach(index.cursor(), (subject, length) -> ++found[0] < 1000);
        System.out.printf(
                Locale.ROOT,
                "%d subjects: %.1f bytes each, with %.1f of text, %d ns per add, %d matched in %d us%n",
                count,
                index.bytes() / (double) count,
                text / (double) count,
                (added - began) / count,
                found[0],
                (clock.nanoTime() - added) / 1000);
    }
}
