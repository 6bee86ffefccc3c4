package io.millrace.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.DiskException;
import io.millrace.testkit.ManualClock;
import io.millrace.testkit.SimulatedDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What is not understood is refused in a sentence that names it, and stays as it is. */
final class RefusalTest {
    private static final Path ROOT = Path.of("/data/store");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void refused(ThrowingCallable opening, StoreException.Code code, String says) {
        assertThatThrownBy(opening)
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(says);
    }

    private static Store open(SimulatedDisk disk) throws StoreException {
        return StoreRig.open(disk, ROOT, StoreOptions.tiny(), new ManualClock());
    }

    @Test
    void theStoreOfANatsServerIsRecognisedAndLeftAlone() {
        SimulatedDisk disk = new SimulatedDisk(1);
        Path meta = ROOT.resolve("jetstream/$G/streams/ORDERS/meta.inf");
        disk.plant(meta, bytes("{}"));
        refused(() -> open(disk), StoreException.Code.FOREIGN, "nats account backup");
        refused(() -> open(disk), StoreException.Code.FOREIGN, "$G");
        assertThat(disk.content(meta)).isEqualTo(bytes("{}"));
        assertThat(disk.files()).containsExactly(meta);
    }

    @Test
    void aDirectoryWithSomethingElseIsNotTakenOver() {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.plant(ROOT.resolve("holiday.jpg"), bytes("x"));
        refused(() -> open(disk), StoreException.Code.FOREIGN, "holiday.jpg");
        assertThat(disk.files()).hasSize(1);
    }

    @Test
    void aNewerStoreIsNotTouched() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        open(disk).close();
        for (Path file : disk.files()) {
            byte[] content = disk.content(file);
            FileHeader.Kind kind =
                    file.endsWith("millrace.store")
                            ? FileHeader.Kind.STORE
                            : file.toString().endsWith(".a")
                                    ? FileHeader.Kind.CHECKPOINT
                                    : file.toString().endsWith(".journal")
                                            ? FileHeader.Kind.JOURNAL
                                            : null;
            if (kind == null) {
                continue;
            }
            byte[] newer = new FileHeader(kind, 2, 0, 5, 1, 1).encode();
            byte[] changed = content.clone();
            System.arraycopy(newer, 0, changed, 0, newer.length);
            disk.plant(file, changed);
            refused(() -> open(disk), StoreException.Code.NEWER, file.toString());
            assertThat(disk.content(file)).isEqualTo(changed);
            disk.plant(file, content);
        }
        open(disk).close();
    }

    @Test
    void aStrangeFileAmongTheJournalIsNamed() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        open(disk).close();
        disk.plant(ROOT.resolve("journal/notes.txt"), bytes("x"));
        refused(() -> open(disk), StoreException.Code.FOREIGN, "notes.txt");
    }

    @Test
    void withoutAnyCheckpointNothingIsGuessed() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        open(disk).close();
        for (Path file : disk.files()) {
            if (file.toString().contains("checkpoint")) {
                disk.lose(file);
            }
        }
        refused(() -> open(disk), StoreException.Code.DAMAGED, "checkpoint");
    }

    @Test
    void twoServersDoNotShareAStore() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(1);
        Store first = open(disk);
        refused(() -> open(disk), StoreException.Code.LOCKED, "another server has the store");
        first.close();
        open(disk).close();
    }

    @Test
    void aReadOnlyDirectoryIsSaid() {
        SimulatedDisk disk = new SimulatedDisk(1);
        disk.fault(
                (call, path) ->
                        call == SimulatedDisk.Call.CREATE ? DiskException.Code.READ_ONLY : null);
        refused(() -> open(disk), StoreException.Code.READ_ONLY, "cannot be written");
    }

    @Test
    void aFirstOpeningThatWasCutShortIsFinishedByTheNext() throws Exception {
        for (int calls = 1; calls < 30; calls++) {
            for (long seed = 0; seed < 8; seed++) {
                SimulatedDisk disk = new SimulatedDisk(seed);
                disk.crashAfter(calls);
                try {
                    open(disk).close();
                } catch (io.millrace.testkit.SimulatedCrash e) {
                    disk.crash();
                }
                disk.crashAfter(Long.MAX_VALUE);
                disk.kill();
                Store store = open(disk);
                assertThat(store.streams()).isEmpty();
                store.close();
            }
        }
    }
}
