package io.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.runtime.Disk;
import io.millrace.runtime.Disk.Mode;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SimulatedDiskTest {
    private static final Path DIR = Path.of("/d");
    private static final Path FILE = DIR.resolve("f");

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static SimulatedDisk disk(long seed) throws DiskException {
        SimulatedDisk disk = new SimulatedDisk(seed);
        disk.createDirectories(DIR);
        disk.syncDirectory(Path.of("/"));
        return disk;
    }

    @Test
    void syncedBytesUnderASyncedNameSurviveEveryCrash() throws Exception {
        for (long seed = 0; seed < 200; seed++) {
            SimulatedDisk disk = disk(seed);
            DiskFile file = disk.open(FILE, Mode.CREATE);
            file.write(0, bytes("hello"), 0, 5);
            file.syncData();
            disk.syncDirectory(DIR);
            file.write(5, bytes("world"), 0, 5);
            disk.crash();
            assertThat(new String(disk.content(FILE), StandardCharsets.US_ASCII))
                    .as("seed %d", seed)
                    .startsWith("hello");
        }
    }

    @Test
    void unsyncedWritesAreKeptDroppedReorderedAndTorn() throws Exception {
        Set<String> outcomes = new HashSet<>();
        for (long seed = 0; seed < 300; seed++) {
            SimulatedDisk disk = disk(seed);
            DiskFile file = disk.open(FILE, Mode.CREATE);
            file.preallocate(2048);
            file.syncData();
            disk.syncDirectory(DIR);
            byte[] ones = new byte[1024];
            java.util.Arrays.fill(ones, (byte) 1);
            file.write(0, ones, 0, 1024);
            file.write(1024, ones, 0, 1024);
            disk.crash();
            byte[] left = disk.content(FILE);
            outcomes.add("" + left[0] + left[512] + left[1024] + left[1536]);
        }
        assertThat(outcomes).contains("0000", "1111", "1100", "0011", "1000");
    }

    @Test
    void aNameThatWasNotSyncedMayBeGone() throws Exception {
        Set<Boolean> outcomes = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = disk(seed);
            DiskFile file = disk.open(FILE, Mode.CREATE);
            file.write(0, bytes("x"), 0, 1);
            file.syncData();
            disk.crash();
            outcomes.add(disk.exists(FILE));
        }
        assertThat(outcomes).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void aFailedSyncIsNotMadeGoodByTheNextOne() throws Exception {
        Set<Integer> outcomes = new HashSet<>();
        for (long seed = 0; seed < 50; seed++) {
            SimulatedDisk disk = disk(seed);
            DiskFile file = disk.open(FILE, Mode.CREATE);
            disk.syncDirectory(DIR);
            file.write(0, bytes("x"), 0, 1);
            disk.fault(
                    (call, path) -> call == SimulatedDisk.Call.SYNC ? DiskException.Code.IO : null);
            assertThatThrownBy(file::syncData).isInstanceOf(DiskException.class);
            disk.heal();
            file.syncData();
            disk.crash();
            outcomes.add(disk.content(FILE).length);
        }
        assertThat(outcomes).contains(0);
    }

    @Test
    void aFullDiskTakesWhatFitsAndSaysSo() throws Exception {
        SimulatedDisk disk = disk(1);
        disk.capacity(3);
        DiskFile file = disk.open(FILE, Mode.CREATE);
        assertThatThrownBy(() -> file.write(0, bytes("hello"), 0, 5))
                .isInstanceOfSatisfying(
                        DiskException.class,
                        e -> assertThat(e.code()).isEqualTo(DiskException.Code.NO_SPACE));
        assertThat(file.size()).isEqualTo(3);
    }

    @Test
    void afterTheCrashTheOldProcessDoesNothingMore() throws Exception {
        SimulatedDisk disk = disk(1);
        disk.crashAfter(2);
        DiskFile file = disk.open(FILE, Mode.CREATE);
        assertThatThrownBy(() -> file.write(0, bytes("x"), 0, 1))
                .isInstanceOf(SimulatedCrash.class);
        assertThatThrownBy(() -> disk.syncDirectory(DIR)).isInstanceOf(SimulatedCrash.class);
        disk.crash();
        assertThatThrownBy(file::syncData).isInstanceOf(SimulatedCrash.class);
        disk.syncDirectory(DIR);
    }

    @Test
    void theRealDiskDoesTheSame(@TempDir Path directory) throws Exception {
        Disk disk = Disk.real();
        Path below = directory.resolve("a").resolve("b");
        disk.createDirectories(below);
        try (DiskFile file = disk.open(below.resolve("f"), Mode.CREATE)) {
            file.preallocate(100_000);
            ByteBuffer[] parts = {ByteBuffer.wrap(bytes("he")), ByteBuffer.wrap(bytes("llo"))};
            file.write(10, parts, 2);
            file.write(15, bytes("world"), 0, 5);
            file.syncData();
            disk.syncDirectory(below);
            byte[] read = new byte[12];
            assertThat(file.read(9, read, 0, 12)).isEqualTo(12);
            assertThat(new String(read, StandardCharsets.US_ASCII)).isEqualTo("\0helloworld\0");
            assertThat(file.read(99_999, read, 0, 12)).isEqualTo(1);
            assertThat(file.size()).isEqualTo(100_000);
            file.truncate(5);
            assertThat(file.size()).isEqualTo(5);
        }
        disk.rename(below.resolve("f"), below.resolve("g"));
        assertThat(disk.list(below)).containsExactly("g");
        assertThat(disk.freeBytes(below)).isPositive();
        assertThatThrownBy(() -> disk.open(below.resolve("f"), Mode.READ))
                .isInstanceOfSatisfying(
                        DiskException.class,
                        e -> assertThat(e.code()).isEqualTo(DiskException.Code.NOT_FOUND));
        try (Disk.Lock held = disk.lock(below.resolve("LOCK"))) {
            assertThat(held).isNotNull();
            assertThatThrownBy(() -> disk.lock(below.resolve("LOCK")))
                    .isInstanceOfSatisfying(
                            DiskException.class,
                            e -> assertThat(e.code()).isEqualTo(DiskException.Code.LOCKED));
        }
        disk.delete(below.resolve("g"));
        assertThat(disk.exists(below.resolve("g"))).isFalse();
    }
}
