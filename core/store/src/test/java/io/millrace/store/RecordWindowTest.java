package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A closed segment with any damage is the same through a window of a few bytes as it is as a whole:
 * to the scrub, to who writes it anew, and to who makes its index. -Dmillrace.seeds=N for more,
 * -Dmillrace.seed=S for one.
 */
final class RecordWindowTest {
    private static final Path ROOT = Path.of("/data");
    private static final long STORE_ID = 5;
    private static final int WHOLE = 1 << 20;
    private static final int[] WINDOWS = {72, 96, 256, 1000, 4096};

    @Test
    void damageLooksTheSameThroughAnyWindow() throws Exception {
        Long only = Long.getLong("millrace.seed");
        int seeds = Integer.getInteger("millrace.seeds", 1500);
        int damaged = 0;
        int written = 0;
        for (long seed = only == null ? 0 : only;
                seed < (only == null ? seeds : only + 1);
                seed++) {
            Scene scene = new Scene(seed);
            damaged += scene.harm() > 0 ? 1 : 0;
            String whole = scene.seen(WHOLE);
            for (int window : WINDOWS) {
                assertThat(scene.seen(window))
                        .as("seed %d, window %d", seed, window)
                        .isEqualTo(whole);
            }
            written += whole.contains("made") ? 1 : 0;
        }
        assertThat(damaged).isPositive();
        assertThat(written).isPositive();
    }

    /** One segment, and what is done to it. */
    private static final class Scene {
        private final SplittableRandom random;
        private final SimulatedDisk disk = new SimulatedDisk(1);
        private final SegmentFiles files = new SegmentFiles(disk, ROOT, STORE_ID, 4, 1);
        private final Checksum check = new Checksum(STORE_ID);
        private final Segment segment;
        private final List<Integer> places = new ArrayList<>();
        private final long[] deleted;

        Scene(long seed) throws Exception {
            random = new SplittableRandom(seed);
            disk.createDirectories(ROOT);
            disk.createDirectories(files.streams());
            segment = new Segment(1, false, files.takeId(), 1 + random.nextInt(100));
            files.create(segment);
            int messages = 1 + random.nextInt(40);
            deleted = new long[] {random.nextLong(1L << 40)};
            GrowingIndex index = new GrowingIndex();
            byte[] before = new byte[0];
            for (int i = 0; i < messages; i++) {
                before = write(index, i, before);
            }
            segment.closed = true;
            segment.indexBytes = new IndexWriter(files, STORE_ID).write(segment, index);
        }

        private byte[] write(GrowingIndex index, int delta, byte[] before) throws Exception {
            byte[] subject = StoreRig.bytes("s." + random.nextInt(5));
            byte[] headers =
                    random.nextBoolean() ? new byte[0] : StoreRig.bytes("NATS/1.0\r\n\r\n");
            int most = random.nextInt(10) == 0 ? 9000 : random.nextBoolean() ? 600 : 30;
            byte[] payload = payload(random.nextInt(most), before);
            int length = Frame.HEADER_BYTES + subject.length + headers.length + payload.length;
            byte[] record = new byte[Frame.padded(length)];
            Frame.header(record, 0, Frame.MESSAGE, 1, segment.base + delta, 1000 + delta, 0);
            System.arraycopy(subject, 0, record, Frame.HEADER_BYTES, subject.length);
            int at = Frame.HEADER_BYTES + subject.length;
            System.arraycopy(headers, 0, record, at, headers.length);
            System.arraycopy(payload, 0, record, at + headers.length, payload.length);
            Frame.body(record, 0, subject.length, headers.length, payload.length, check);
            Frame.seal(record, 0, 1 + delta, check);
            files.write(segment, segment.dataBytes, record, 0, record.length);
            index.add(delta, segment.dataBytes, subject, 0, subject.length);
            places.add(segment.dataBytes);
            segment.dataBytes += record.length;
            segment.last = segment.base + delta;
            segment.messages++;
            return record;
        }

        /** Random bytes, zeros, or what has been a record once. */
        private byte[] payload(int length, byte[] before) {
            byte[] payload = new byte[length];
            switch (random.nextInt(3)) {
                case 0 -> random.nextBytes(payload);
                case 1 -> {
                    int offset = Math.min(length, random.nextInt(3) * 8);
                    System.arraycopy(
                            before, 0, payload, offset, Math.min(before.length, length - offset));
                }
                default -> Arrays.fill(payload, length / 2, length, (byte) 'x');
            }
            return payload;
        }

        int harm() {
            Path path = files.path(segment);
            byte[] data = disk.content(path);
            int harms = random.nextInt(5);
            for (int i = 0; i < harms && data.length > 8; i++) {
                data = harmed(data);
            }
            files.open().closeAll(); // or they would show what was there before
            disk.lose(path);
            if (harms > 0 && random.nextInt(100) == 0) {
                return harms;
            }
            disk.plant(path, data);
            return harms;
        }

        private byte[] harmed(byte[] data) {
            int at = Math.min(data.length - 1, place(data));
            int some = Math.min(data.length - at, 1 + random.nextInt(700));
            switch (random.nextInt(9)) {
                case 0, 1 -> data[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> {
                    return Arrays.copyOf(data, at);
                }
                case 3 -> Arrays.fill(data, at, at + some, (byte) 0);
                case 4 ->
                        System.arraycopy(
                                data, random.nextInt(data.length - some + 1), data, at, some);
                case 5 -> {
                    for (int i = at; i < at + some; i++) {
                        data[i] = (byte) random.nextInt();
                    }
                }
                case 6 -> twice(data);
                default -> lengthen(data);
            }
            return data;
        }

        private int place(byte[] data) {
            int record = places.get(random.nextInt(places.size()));
            return switch (random.nextInt(4)) {
                case 0 -> random.nextInt(data.length);
                case 1 -> segment.dataBytes + random.nextInt(100);
                case 2 -> record + Frame.HEADER_BYTES + random.nextInt(100);
                default -> record + random.nextInt(Frame.HEADER_BYTES);
            };
        }

        /** A flipped bit in a header, and one in its body. */
        private void twice(byte[] data) {
            int at = places.get(random.nextInt(places.size()));
            if (at + Frame.HEADER_BYTES < data.length) {
                int length =
                        Math.clamp(
                                Frame.length(data, at), Frame.HEADER_BYTES + 1, data.length - at);
                data[at + length - 1] ^= 1;
                data[at + random.nextInt(Frame.HEADER_BYTES)] ^= (byte) (1 << random.nextInt(8));
            }
        }

        /** A length that is not true; the header agrees with it, or not. */
        private void lengthen(byte[] data) {
            int at = places.get(random.nextInt(places.size()));
            if (at + Frame.HEADER_BYTES > data.length) {
                return;
            }
            int length =
                    random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(2 * data.length);
            Frame.putInt(data, at + 4, length);
            if (random.nextBoolean()) {
                Frame.seal(data, at, 1, check);
            }
            if (random.nextInt(4) == 0) {
                data[at + random.nextInt(Frame.HEADER_BYTES)] ^= (byte) (1 << random.nextInt(8));
            }
        }

        /** What everybody who goes through the segment makes of it. */
        String seen(int windowBytes) throws Exception {
            RecordWindow window = new RecordWindow(windowBytes);
            SegmentDamage damage = SegmentDamage.in(segment, files, window, check);
            GrowingIndex index = new SegmentLoader(files, windowBytes, STORE_ID).scan(segment);
            return damage.from
                    + " "
                    + damage.to
                    + " "
                    + Arrays.hashCode(IndexWriter.bytes(index))
                    + rewritten(window);
        }

        private String rewritten(RecordWindow window) throws Exception {
            if (!disk.exists(files.path(segment))) {
                return "";
            }
            SegmentRewriter rewriter =
                    new SegmentRewriter(files, STORE_ID, new IndexWriter(files, STORE_ID), window);
            // how many are expected is not of interest here
            for (int alive = segment.messages + 2; alive >= 0; alive--) {
                Segment made =
                        rewriter.rewrite(
                                List.of(segment), List.of(deleted), alive, new GrowingIndex());
                if (made != null) {
                    byte[] content = disk.content(files.path(made));
                    disk.lose(files.path(made));
                    int records =
                            Arrays.hashCode(
                                    Arrays.copyOfRange(content, FileHeader.BYTES, content.length));
                    return " made "
                            + made.messages
                            + " "
                            + made.dataBytes
                            + " "
                            + made.indexBytes
                            + " "
                            + made.withHeaders
                            + " "
                            + made.firstTimeNanos
                            + " "
                            + made.lastTimeNanos
                            + " "
                            + records;
                }
            }
            return "";
        }
    }
}
