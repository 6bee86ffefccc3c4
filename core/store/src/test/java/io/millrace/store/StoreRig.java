package io.millrace.store;

import io.millrace.runtime.Clock;
import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.Log;
import io.millrace.runtime.Randomness;
import io.millrace.testkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** Opens stores and writes plain messages, for tests that drive everything by hand. */
final class StoreRig {
    private static final AtomicLong OPENINGS = new AtomicLong();
    private static final byte[] NOTHING = new byte[0];

    private StoreRig() {}

    static Store open(Disk disk, Path directory, StoreOptions options, Clock clock)
            throws StoreException {
        return Store.open(
                disk,
                directory,
                options,
                clock,
                Log.none(),
                Randomness.seeded(OPENINGS.incrementAndGet()),
                Runnable::run);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static long append(StreamStore stream, String subject, String payload) throws StoreException {
        return stream.append(
                stream.lastSequence() + 1, 1_000L, bytes(subject), NOTHING, bytes(payload));
    }

    /** Commits everything, as far as the disk lets it. */
    static void commit(Store store) {
        while (store.commitWork() > 0) {
            // Until nothing is pending.
        }
    }

    /** Background work until there is none left. */
    static void settle(Store store) {
        for (int i = 0; i < 1000 && store.keeperWork() > 0; i++) {
            commit(store);
        }
    }

    static void checkpoint(Store store) {
        store.requestCheckpoint();
        settle(store);
    }

    /** The index of a segment as it is after it was written to a disk. */
    static SegmentIndex closed(GrowingIndex growing) throws DiskException, StoreException {
        Disk disk = new SimulatedDisk(1);
        disk.createDirectories(Path.of("/data"));
        SegmentFiles files = new SegmentFiles(disk, Path.of("/data"), 5, 2, 1);
        Segment segment = new Segment(1, false, 1, 1);
        files.create(segment);
        segment.indexBytes = new IndexWriter(files, 5).write(segment, growing);
        return new SegmentLoader(files, 256, 5).load(segment, new PageCache());
    }
}
