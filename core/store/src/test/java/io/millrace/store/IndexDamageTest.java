package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Pages of an index that are damaged after the whole of it was found in order. */
final class IndexDamageTest {
    private static final Path ROOT = Path.of("/data/store");
    private static final int MESSAGES = 700;

    /** Segments whose indexes have several pages. */
    private static final StoreOptions OPTIONS =
            new StoreOptions(
                    0,
                    1 << 16,
                    1 << 17,
                    Duration.ofSeconds(30).toNanos(),
                    1 << 20,
                    500,
                    4096,
                    1 << 20,
                    4,
                    4,
                    1024,
                    1 << 20);

    private final SimulatedDisk disk = new SimulatedDisk(3);
    private final StoredMessage message = new StoredMessage();
    private final StreamStore stream;
    private final Segment segment;
    private final Path file;

    IndexDamageTest() throws StoreException {
        Store store = StoreRig.open(disk, ROOT, OPTIONS, new ManualClock());
        stream = store.createStream(StoreRig.bytes("{}"), false, Runnable::run);
        for (int i = 1; i <= MESSAGES; i++) {
            StoreRig.append(stream, "s." + i % 30 + "." + i, "message " + i);
        }
        StoreRig.commit(store);
        StoreRig.checkpoint(store);
        segment = stream.segments.list.getFirst();
        file = stream.segments.files().path(segment);
        assertThat(segment.indexBytes).isGreaterThan(3 * PageCache.PAGE_BYTES);
    }

    private int served() throws StoreException {
        int served = 0;
        for (long sequence = 1; sequence <= MESSAGES; sequence++) {
            served += stream.read(sequence, message) ? 1 : 0;
        }
        return served;
    }

    private void flipPages(SplittableRandom random) {
        for (int at = 0; at < segment.indexBytes; at += 700) {
            int bit = random.nextInt(700 * 8);
            if (at + bit / 8 < segment.indexBytes) {
                disk.flipBit(file, (segment.dataBytes + at) * 8L + bit);
            }
        }
    }

    @Test
    void areMadeAnewFromTheRecords() throws StoreException {
        assertThat(stream.read(1, message)).isTrue();
        flipPages(new SplittableRandom(1));

        assertThat(served()).isEqualTo(MESSAGES);
        assertThat(stream.lastPerSubject(List.of(SubjectFilter.of("s.7.>")), MESSAGES, 1000))
                .hasSize(MESSAGES / 30 + 1);
        assertThat(stream.numPending(30, List.of(SubjectFilter.of("s.*.450")))).isEqualTo(1);
        assertThat(stream.lost()).isZero();
    }

    @Test
    void costOnlyTheRecordsThatAreDamagedToo() throws StoreException {
        assertThat(stream.read(1, message)).isTrue();
        int position = segment.index == null ? 0 : segment.index.position(200);
        flipPages(new SplittableRandom(2));
        disk.zero(file, position, 100);

        int refused = 0;
        int served = 0;
        while (served == 0) {
            try {
                served = served();
            } catch (StoreException unreadable) {
                refused++;
            }
        }

        assertThat(refused).isLessThanOrEqualTo(1);
        assertThat(served).isEqualTo(MESSAGES - (int) stream.lost());
        assertThat(stream.lost()).isBetween(1L, 2L);
    }
}
