package io.millrace.store;

import io.millrace.runtime.Disk;
import io.millrace.runtime.DiskException;
import io.millrace.runtime.DiskFile;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint on disk: two equal copies, so that no single damage touches what it says. Its
 * records carry 1, 2, 3 … as their numbers; the last one says how many there are.
 */
final class CheckpointFile {
    private static final String[] COPIES = {".a", ".b"};

    /**
     * What was read.
     *
     * @param index which checkpoint
     * @param records whole records in order, without those that both copies have lost
     * @param missing how many those are
     * @param repaired how many one copy had lost
     */
    record Content(long index, List<byte[]> records, int missing, int repaired) {}

    private CheckpointFile() {}

    /** Writes both copies and returns when they are durable. */
    static void write(
            Disk disk,
            Path directory,
            long storeId,
            long index,
            List<byte[]> records,
            Checksum check)
            throws DiskException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(FileHeader.of(FileHeader.Kind.CHECKPOINT, storeId, index, 0).encode());
        long number = 1;
        for (byte[] record : records) {
            Frame.seal(record, 0, number++, check);
            out.writeBytes(record);
        }
        byte[] end = Frame.of(Frame.CHECKPOINT_END, 0, number - 1, 0, 0, new byte[0], check);
        Frame.seal(end, 0, number, check);
        out.writeBytes(end);
        byte[] bytes = out.toByteArray();
        for (String copy : COPIES) {
            Path path = directory.resolve(name(index, copy));
            try (DiskFile file = disk.open(path, Disk.Mode.CREATE)) {
                file.write(0, bytes, 0, bytes.length);
                file.syncData();
            }
        }
        disk.syncDirectory(directory);
    }

    /** An index that no attempt has used, so that the copies of two attempts never mix. */
    static long unusedIndex(Disk disk, Path directory) throws DiskException {
        long unused = 1;
        for (String name : disk.list(directory)) {
            unused = Math.max(unused, indexOf(name) + 1);
        }
        return unused;
    }

    /** Removes all but {@code index}. */
    static void removeOthers(Disk disk, Path directory, long index) throws DiskException {
        for (String name : disk.list(directory)) {
            if (indexOf(name) >= 0 && indexOf(name) != index) {
                disk.delete(directory.resolve(name));
            }
        }
    }

    /** The newest one that is whole, or, when none is, the newest with anything in it. */
    static @Nullable Content read(Disk disk, Path directory, Checksum check)
            throws DiskException, StoreException {
        TreeSet<Long> indexes = new TreeSet<>();
        for (String name : disk.list(directory)) {
            if (indexOf(name) >= 0) {
                indexes.add(indexOf(name));
            }
        }
        Content best = null;
        for (long index : indexes.descendingSet()) {
            Content content = merge(disk, directory, index, check);
            if (content.missing() == 0) {
                best = content;
                break;
            }
            if (best == null && !content.records().isEmpty()) {
                best = content;
            }
        }
        if (best != null && indexes.size() > 1) {
            keep(disk, directory, best.index());
        }
        return best;
    }

    /* That older ones are still there says that a process was ended while it wrote this one: what is
     * read of it may be lost with the power, and with it what was in memory only when it was made.
     * Whoever goes on from it makes it last first. */
    private static void keep(Disk disk, Path directory, long index) throws DiskException {
        for (String copy : COPIES) {
            Path path = directory.resolve(name(index, copy));
            if (disk.exists(path)) {
                byte[] data = StoreFiles.readAll(disk, path);
                try (DiskFile file = disk.open(path, Disk.Mode.WRITE)) {
                    file.write(0, data, 0, data.length);
                    file.syncData();
                }
            }
        }
        disk.syncDirectory(directory);
    }

    private static Content merge(Disk disk, Path directory, long index, Checksum check)
            throws DiskException, StoreException {
        List<byte @Nullable []> all = new ArrayList<>();
        int seen = 0;
        long expected = -1;
        for (String copy : COPIES) {
            Path path = directory.resolve(name(index, copy));
            if (!disk.exists(path)) {
                continue;
            }
            byte[] data = StoreFiles.readAll(disk, path);
            if (FileHeader.judge(data, 0, data.length, FileHeader.Kind.CHECKPOINT)
                    == FileHeader.Verdict.NEWER) {
                throw StoreFiles.newer(path);
            }
            RecordScanner scanner = new RecordScanner(RecordWindow.over(data), 0, check);
            while (scanner.next()) {
                int at = scanner.at();
                if (!scanner.bodyHolds()) {
                    continue;
                }
                seen++;
                if (Frame.type(data, at) == Frame.CHECKPOINT_END) {
                    expected = Frame.sequence(data, at);
                    continue;
                }
                int place = (int) Frame.number(data, at) - 1;
                while (all.size() <= place) {
                    all.add(null);
                }
                if (all.get(place) == null) {
                    int length = Frame.padded(Frame.length(data, at));
                    all.set(place, java.util.Arrays.copyOfRange(data, at, at + length));
                }
            }
        }
        List<byte[]> records = new ArrayList<>();
        for (byte[] record : all) {
            if (record != null) {
                records.add(record);
            }
        }
        int total = (int) Math.max(expected, all.size());
        int missing = expected < 0 ? Math.max(1, total - records.size()) : total - records.size();
        return new Content(index, records, missing, Math.max(0, 2 * (total + 1) - seen));
    }

    private static String name(long index, String copy) {
        return String.format(Locale.ROOT, "%016x%s", index, copy);
    }

    private static long indexOf(String name) {
        boolean ours = name.length() == 18 && (name.endsWith(".a") || name.endsWith(".b"));
        try {
            return ours ? Long.parseLong(name.substring(0, 16), 16) : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
