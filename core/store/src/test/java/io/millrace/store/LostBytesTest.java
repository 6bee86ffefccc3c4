package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What the journal has lost of a stream is counted in messages and bytes, and what nobody was told
 * of is not.
 */
final class LostBytesTest {
    private static final Path ROOT = Path.of("/data");
    private static final int PAYLOAD = 2000;
    private static final int SIZE = 4 + PAYLOAD + StreamStore.FILE_SURCHARGE;

    private final ManualClock clock = new ManualClock();
    private SimulatedDisk disk = new SimulatedDisk(1);
    private Store store;
    private StreamStore stream;

    @BeforeEach
    void write() throws Exception {
        open();
        stream = store.createStream(StoreRig.bytes("S"), false, Runnable::run);
        for (int i = 0; i < 5; i++) {
            StoreRig.append(stream, "s.00", Integer.toString(i).repeat(PAYLOAD));
            StoreRig.commit(store);
        }
        disk.kill();
    }

    private void open() throws Exception {
        store = StoreRig.open(disk, ROOT, StoreOptions.defaults(), clock);
        if (!store.streams().isEmpty()) {
            stream = store.streams().getFirst();
        }
    }

    /** Where the payload of a message begins in the journal's file. */
    private static int payloadOf(byte[] data, int message) {
        byte[] digits = StoreRig.bytes(Integer.toString(message).repeat(PAYLOAD));
        for (int at = 0; at + PAYLOAD <= data.length; at++) {
            if (Arrays.equals(data, at, at + PAYLOAD, digits, 0, PAYLOAD)) {
                return at;
            }
        }
        throw new AssertionError("there is no message " + message);
    }

    private interface Harm {
        void to(byte[] data, int payload);
    }

    private void harm(int message, Harm harm) throws Exception {
        SimulatedDisk harmed = new SimulatedDisk(2);
        for (Path file : disk.files()) {
            byte[] data = disk.content(file).clone();
            if (file.toString().endsWith(".journal")) {
                harm.to(data, payloadOf(data, message));
            }
            harmed.plant(file, data);
        }
        disk = harmed;
        open();
    }

    private static void zero(byte[] data, int from, int to) {
        Arrays.fill(data, from, to, (byte) 0);
    }

    @Test
    void aTornMessageAtTheEndThatNobodyWasToldOfIsNotLost() throws Exception {
        harm(4, (data, payload) -> zero(data, payload + 512, payload + 1536));
        assertThat(stream.lost()).isZero();
        assertThat(stream.lostBytes()).isZero();
        assertThat(stream.lastSequence()).isEqualTo(4);
        assertThat(store.report().uncertainRecords()).isPositive();
        StoreRig.append(stream, "s.00", "in its place");
        StoreRig.commit(store);
        StoredMessage message = new StoredMessage();
        assertThat(stream.read(5, message)).isTrue();
    }

    @Test
    void aFlippedBitAtTheEndIsNoTear() throws Exception {
        harm(4, (data, payload) -> data[payload + 700] ^= 4);
        assertThat(stream.lostSequences()).containsExactly(5L);
        assertThat(stream.lostBytes()).isEqualTo(SIZE);
    }

    @Test
    void aDamagedMessageInTheMiddleIsLostWithItsBytesForGood() throws Exception {
        harm(2, (data, payload) -> zero(data, payload + 512, payload + 1536));
        assertThat(stream.lostSequences()).containsExactly(3L);
        assertThat(stream.lostBytes()).isEqualTo(SIZE);
        assertThat(stream.messages()).isEqualTo(4);
        StoreRig.checkpoint(store);
        store.close();
        open();
        assertThat(stream.lost()).isEqualTo(1);
        assertThat(stream.lostBytes()).isEqualTo(SIZE);
    }

    @Test
    void aMessageWithoutItsHeaderIsBoundByTheNextOne() throws Exception {
        harm(2, (data, payload) -> zero(data, payload - 60, payload + 600));
        assertThat(stream.lostSequences()).containsExactly(3L);
        assertThat(stream.lostBytes()).isBetween((long) SIZE, SIZE + 200L);
        assertThat(stream.messages()).isEqualTo(4);
    }

    @Test
    void whatAReaderFindsToBeGoneIsCountedToo() throws Exception {
        open();
        StoreRig.checkpoint(store);
        store.close();
        SimulatedDisk harmed = new SimulatedDisk(2);
        for (Path file : disk.files()) {
            byte[] data = disk.content(file).clone();
            if (file.toString().endsWith(".segment")) {
                zero(data, payloadOf(data, 1), payloadOf(data, 1) + 600);
            }
            harmed.plant(file, data);
        }
        disk = harmed;
        open();
        assertThat(stream.read(2, new StoredMessage())).isFalse();
        assertThat(stream.lost()).isEqualTo(1);
        assertThat(stream.lostBytes()).isBetween((long) SIZE, SIZE + 8L);
    }
}
